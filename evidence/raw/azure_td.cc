#include "evidence/raw/azure_td.h"

#include "absl/strings/str_cat.h"

#include "quote/base/error_class.h"
#include "quote/tdx/td_report.h"

namespace evidenced {
namespace {

constexpr char kBindingCheck[] = "report_data_binds_runtime_data";
constexpr char kBindingExpected[] =
    "report data that are the hash of the runtime data, then zeros";
constexpr char kQuoteBindingCheck[] = "td_quote_report_data_matches_hcl";
constexpr char kSameCheck[] = "td_quote_measurements_match_tdreport";
constexpr char kSameExpected[] =
    "a quote of the TD, module and measurements of the TDREPORT";

bool SameTd(const TdMeasurements& a, const TdMeasurements& b) {
  return a.td_attributes == b.td_attributes && a.xfam == b.xfam &&
         a.mr_td == b.mr_td && a.mr_config_id == b.mr_config_id &&
         a.mr_owner == b.mr_owner && a.mr_owner_config == b.mr_owner_config &&
         a.rtmr == b.rtmr;
}

bool SameModule(const TdTcbInfo& report, const TdBody& quote) {
  return report.tee_tcb_svn == quote.tee_tcb_svn &&
         report.mr_seam == quote.mr_seam &&
         report.mrsigner_seam == quote.mrsigner_seam &&
         report.attributes == quote.seam_attributes;
}

bool CompareBoth(const TdReport& report, const TdBody& quote,
                 RawVerdict& verdict) {
  if (!SameTd(report.td, quote.td)) {
    verdict.Fail(ErrorClass::kBindingMismatch, kSameCheck, kSameExpected,
                 "another TD, or other measurements");
    return false;
  }
  if (!SameModule(report.tcb_info, quote)) {
    verdict.Fail(ErrorClass::kBindingMismatch, kSameCheck, kSameExpected,
                 "another TDX module");
    return false;
  }
  verdict.Pass(kSameCheck, kSameExpected, "the same");
  return true;
}

bool CheckData(absl::string_view name, const AzureHclReport& hcl,
               const Bytes& report_data, RawVerdict& verdict) {
  const absl::Status status = CheckAzureRuntimeData(hcl, report_data);
  verdict.Add(name, kBindingExpected, status, Hex(report_data));
  return status.ok();
}

// The TDREPORT by itself. Whether it covers the runtime data.
bool CheckReport(const AzureHclReport& hcl, const RawAzureTd& td,
                 RawVerdict& verdict) {
  verdict.Add("tdreport/tdreport_layout", "a TDREPORT", td.report.layout,
              absl::StrCat(kTdReportSize, " bytes"));
  if (!td.report.report.has_value()) return false;
  const TdReport& report = *td.report.report;
  AddTdReportChecks(report, "tdreport/", verdict);
  return CheckData(kBindingCheck, hcl, report.report_data, verdict);
}

}  // namespace

RawAzureTd JudgeAzureTd(const AzureHclReport& hcl,
                        const std::optional<RawTdxInput>& quote,
                        RawVerdict& verdict) {
  RawAzureTd out;
  out.report =
      JudgeTdReport(hcl.hardware_report.first(kTdReportSize), std::nullopt);
  const bool report_bound = CheckReport(hcl, out, verdict);
  if (!quote.has_value()) {
    verdict.Undecided(kTdReportMacCheck, "a TD quote of the TDREPORT",
                      "none was given, and nothing else says who made it");
    return out;
  }
  out.quote = JudgeTdxQuote(*quote);
  verdict.Include(out.quote->verdict, "td_quote/");
  if (!out.quote->quote.has_value() || !out.quote->quote->td.has_value() ||
      !out.report.report.has_value()) {
    verdict.NotChecked(kSameCheck, kSameExpected, "one of both is none");
    return out;
  }
  const TdBody& body = *out.quote->quote->td;
  const bool data_bound =
      CheckData(kQuoteBindingCheck, hcl, body.report_data, verdict);
  const bool same = CompareBoth(*out.report.report, body, verdict);
  out.bound = report_bound && data_bound && same &&
              out.quote->verdict.outcome() == RawOutcome::kAccept;
  return out;
}

}  // namespace evidenced
