#ifndef AGENT_CLIENT_JSON_TDX_H_
#define AGENT_CLIENT_JSON_TDX_H_

#include "nlohmann/json.hpp"

#include "evidence/raw/tdx_quote.h"
#include "quote/tdx/pck_extensions.h"
#include "quote/tdx/td_report.h"

namespace evidenced {

// A TD quote as it is shown, by the fields' names in Intel's documents. Byte
// strings and masks are digits in the order of the wire, but for the TEE type.
nlohmann::ordered_json TdxQuoteToJson(const RawTdxQuote& judged);
nlohmann::ordered_json PckExtensionsToJson(const PckExtensions& extensions);
nlohmann::ordered_json TdReportToJson(const TdReport& report);

// What a policy most often asks: whether the TD is under debug, and whether
// Intel's module runs it.
nlohmann::ordered_json TdxFactsToJson(const TdBody& body);

}  // namespace evidenced

#endif  // AGENT_CLIENT_JSON_TDX_H_
