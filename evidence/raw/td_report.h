#ifndef EVIDENCE_RAW_TD_REPORT_H_
#define EVIDENCE_RAW_TD_REPORT_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "evidence/raw/raw_verdict.h"
#include "quote/base/bytes.h"
#include "quote/tdx/td_report.h"

namespace evidenced {

// The name of what is never decided here.
inline constexpr absl::string_view kTdReportMacCheck =
    "mac (only verifiable on the same machine by the TDX module)";

// The verdict on a TDREPORT, with what was read on the way.
struct RawTdReport {
  RawVerdict verdict;
  absl::Status layout;
  std::optional<TdReport> report;
};

// Whether it is one and agrees with itself. Its MAC is for the TDX module of
// the same machine, so more than that is never decided here.
RawTdReport JudgeTdReport(ByteView bytes,
                          const std::optional<Bytes>& report_data);

// Adds whether it agrees with itself, each check behind `prefix`.
void AddTdReportChecks(const TdReport& report, absl::string_view prefix,
                       RawVerdict& verdict);

}  // namespace evidenced

#endif  // EVIDENCE_RAW_TD_REPORT_H_
