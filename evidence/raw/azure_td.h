#ifndef EVIDENCE_RAW_AZURE_TD_H_
#define EVIDENCE_RAW_AZURE_TD_H_

#include <optional>

#include "evidence/raw/raw_verdict.h"
#include "evidence/raw/td_report.h"
#include "evidence/raw/tdx_quote.h"
#include "quote/azure/hcl_report.h"

namespace evidenced {

// The hardware report of an HCL report of a TD, and the quote that Azure's
// host made of it.
struct RawAzureTd {
  RawTdReport report;  // with a verdict of its own
  std::optional<RawTdxQuote> quote;
  // Intel's key covers the runtime data, by the quote.
  bool bound = false;
};

// Adds what is said of the TDREPORT in `hcl`, of the quote, if there is one,
// and of what both have in common: without a quote nothing says who made it,
// and there is no verdict. With one it is genuine if and only if:
// - the quote is: see JudgeTdxQuote()
// - its report data and the TDREPORT's are the hash of the runtime data
// - both name the same TD, module and measurements
RawAzureTd JudgeAzureTd(const AzureHclReport& hcl,
                        const std::optional<RawTdxInput>& quote,
                        RawVerdict& verdict);

}  // namespace evidenced

#endif  // EVIDENCE_RAW_AZURE_TD_H_
