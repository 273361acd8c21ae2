#ifndef AGENT_CLIENT_RENDER_TDX_H_
#define AGENT_CLIENT_RENDER_TDX_H_

#include "agent/client/text.h"
#include "quote/tdx/pck.h"
#include "quote/tdx/quote.h"
#include "quote/tdx/td_report.h"

namespace evidenced {

// As rows of a table, in words.
void AddTdxQuote(const TdxQuote& quote, Table& table);
void AddPckExtensions(const PckExtensions& extensions, Table& table);
void AddTdReport(const TdReport& report, Table& table);

}  // namespace evidenced

#endif  // AGENT_CLIENT_RENDER_TDX_H_
