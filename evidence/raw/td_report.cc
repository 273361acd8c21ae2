#include "evidence/raw/td_report.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "evidence/raw/report_data.h"

namespace evidenced {

void AddTdReportChecks(const TdReport& report, absl::string_view prefix,
                       RawVerdict& verdict) {
  verdict.Add(absl::StrCat(prefix, "tee_tcb_info_hash_matches"),
              "the SHA-384 of TEE_TCB_INFO", CheckTdReportTcbInfo(report),
              "the same");
  verdict.Add(absl::StrCat(prefix, "tee_info_hash_matches"),
              "the SHA-384 of TDINFO", CheckTdReportTdInfo(report), "the same");
}

RawTdReport JudgeTdReport(ByteView bytes,
                          const std::optional<Bytes>& report_data) {
  RawTdReport out;
  absl::StatusOr<TdReport> report = ParseTdReport(bytes);
  out.layout = report.status();
  out.verdict.Add("tdreport_layout", "a TDREPORT", report.status(),
                  absl::StrCat(bytes.size(), " bytes"));
  if (!report.ok()) return out;
  out.report = *std::move(report);
  AddTdReportChecks(*out.report, "", out.verdict);
  out.verdict.Undecided(kTdReportMacCheck,
                        "a MAC by the TDX module of the same machine",
                        "not checked: that takes the same machine");
  JudgeReportData(report_data, out.report->report_data, out.verdict);
  return out;
}

}  // namespace evidenced
