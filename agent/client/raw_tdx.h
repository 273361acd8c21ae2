#ifndef AGENT_CLIENT_RAW_TDX_H_
#define AGENT_CLIENT_RAW_TDX_H_

#include <string>

#include "nlohmann/json.hpp"

#include "agent/client/raw_options.h"
#include "agent/client/text.h"
#include "evidence/raw/td_report.h"
#include "evidence/raw/tdx_evaluation.h"
#include "evidence/raw/tdx_quote.h"

namespace evidenced {

// What `verify tdx`, `verify tdreport` and `verify tdx-collateral` answer.

nlohmann::ordered_json RawTdxToJson(const RawTdxQuote& judged,
                                    const RawMaterial& raw);
std::string RenderRawTdx(const RawTdxQuote& judged, const RawMaterial& raw,
                         const Palette& palette);

nlohmann::ordered_json RawTdReportToJson(const RawTdReport& judged,
                                         const RawMaterial& raw);
std::string RenderRawTdReport(const RawTdReport& judged, const RawMaterial& raw,
                              const Palette& palette);

nlohmann::ordered_json RawTdxCollateralToJson(
    const RawTdxCollateralVerdict& judged, const RawMaterial& raw);
std::string RenderRawTdxCollateral(const RawTdxCollateralVerdict& judged,
                                   const RawMaterial& raw,
                                   const Palette& palette);

// The verdict on a quote within another artefact: `parse`, `quote`, `checks`,
// `overall`, `policy_facts` and how its TCB stands.
nlohmann::ordered_json TdxQuoteVerdictToJson(const RawTdxQuote& judged);
// The same in sections, without the checks.
std::string TdxQuoteSections(const RawTdxQuote& judged, const Palette& palette);
// How its TCB stands, or that it was not evaluated, in lines.
std::string TdxTcbNote(const RawTdxQuote& judged);

// The verdict on a TDREPORT within another artefact.
nlohmann::ordered_json TdReportVerdictToJson(const RawTdReport& judged);
std::string TdReportSections(const RawTdReport& judged, const Palette& palette);

}  // namespace evidenced

#endif  // AGENT_CLIENT_RAW_TDX_H_
