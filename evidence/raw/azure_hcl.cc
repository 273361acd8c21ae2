#include "evidence/raw/azure_hcl.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "evidence/raw/raw_policy.h"
#include "evidence/raw/snp_policy.h"
#include "evidence/raw/tdx_policy.h"
#include "evidence/raw/tpm_policy.h"
#include "quote/base/error_class.h"

namespace evidenced {
namespace {

constexpr char kBindingCheck[] = "report_data_binds_runtime_data";
constexpr char kBindingExpected[] =
    "report data that are the hash of the runtime data, then zeros";

bool IsOfType(const AzureHclReport& hcl, AzureReportType type) {
  return hcl.report_type == static_cast<uint32_t>(type);
}

// What the report says of itself. Whether there is a report in it that this
// version judges.
bool CheckForm(RawAzureHcl& out) {
  const AzureHclReport& hcl = *out.hcl;
  out.verdict.Add("hcl_version_is_1_or_2", "version 1 or 2",
                  CheckAzureVersion(hcl), absl::StrCat(hcl.version));
  constexpr char kName[] = "hcl_report_type_is_known";
  constexpr char kExpected[] = "an SNP report (2) or a TDREPORT (4)";
  const std::string found = absl::StrFormat(
      "%d (%s)", hcl.report_type, AzureReportTypeName(hcl.report_type));
  if (IsOfType(hcl, AzureReportType::kSnp) ||
      IsOfType(hcl, AzureReportType::kTdx)) {
    out.verdict.Pass(kName, kExpected, found);
    return true;
  }
  out.verdict.Fail(ErrorClass::kUnsupportedType, kName, kExpected, found);
  return false;
}

// Whether the hardware report covers the runtime data.
bool CheckRuntimeData(RawAzureHcl& out) {
  if (!out.snp->report.has_value()) {
    out.verdict.NotChecked(kBindingCheck, kBindingExpected, "no report");
    return false;
  }
  const absl::Status status =
      CheckAzureRuntimeData(*out.hcl, out.snp->report->report_data);
  out.verdict.Add(kBindingCheck, kBindingExpected, status,
                  Hex(out.snp->report->report_data));
  return status.ok();
}

// Only the paravisor runs there: another level's report would be the guest's
// own, with any key in its runtime data.
bool CheckVmpl(RawAzureHcl& out) {
  constexpr char kName[] = "report_is_of_vmpl_0";
  constexpr char kExpected[] = "a report of the paravisor's level, VMPL 0";
  if (!out.snp->report.has_value()) {
    out.verdict.NotChecked(kName, kExpected, "no report");
    return false;
  }
  const uint32_t vmpl = out.snp->report->vmpl;
  if (vmpl == 0) {
    out.verdict.Pass(kName, kExpected, "VMPL 0");
    return true;
  }
  out.verdict.Fail(ErrorClass::kBindingMismatch, kName, kExpected,
                   absl::StrCat("VMPL ", vmpl));
  return false;
}

// What vouches for the AK, if anything does.
std::string JudgeSnp(const RawAzureInput& in, RawAzureHcl& out) {
  out.snp = JudgeSnpReport({.report = out.hcl->hardware_report,
                            .files = in.files,
                            .table = std::nullopt,
                            .report_data = std::nullopt,
                            .trust = in.trust});
  out.verdict.Include(out.snp->verdict, "snp/");
  const bool data_bound = CheckRuntimeData(out);
  const bool bound = CheckVmpl(out) && data_bound;
  return bound && out.snp->verdict.outcome() == RawOutcome::kAccept
             ? "the runtime data that the SNP report covers"
             : "";
}

std::string JudgeTd(const RawAzureInput& in, RawAzureHcl& out) {
  out.td = JudgeAzureTd(*out.hcl, in.td_quote, out.verdict);
  return out.td->bound ? "the runtime data that the TD quote covers" : "";
}

void JudgeQuote(const RawAzureInput& in, const std::string& vouched_by,
                RawAzureHcl& out) {
  constexpr char kExpected[] = "a quote of the VM's TPM";
  if (!in.quote.has_value()) {
    out.verdict.NotChecked("tpm_quote", kExpected,
                           "none was given: nothing is said of the registers");
    return;
  }
  RawTpmInput input = *in.quote;
  input.ak =
      GivenAk{.key = *out.ak, .area = std::nullopt, .vouched_by = vouched_by};
  out.quote = JudgeTpmQuote(input);
  out.quote_input = std::move(input);
  out.verdict.Include(out.quote->verdict, "tpm/");
}

// Whether the whole answers a challenge is for the quote to say.
void CopyBinding(RawAzureHcl& out) {
  constexpr char kName[] = "binding";
  if (out.quote.has_value()) {
    for (const Check& check : out.quote->verdict.checks()) {
      if (check.name != kName) continue;
      if (check.outcome == Outcome::kPass) {
        out.verdict.Pass(kName, check.expected, check.found);
        return;
      }
      if (check.outcome == Outcome::kFail) {
        out.verdict.Fail(ErrorClass::kBindingMismatch, kName, check.expected,
                         check.found);
        return;
      }
    }
  }
  out.verdict.NotChecked(kName, "a quote with the nonce that was asked for",
                         "not checked: no quote with --nonce was given, so all "
                         "of it may be old");
}

void Appraise(const RawAzureInput& in, RawAzureHcl& out) {
  if (in.policy == nullptr) return;
  if (out.snp.has_value()) {
    AppraiseRaw(*in.policy, "snp", out.verdict);
    AppraiseRawSnpReport(*in.policy, &*out.snp, out.verdict);
  } else {
    const auto& quote = out.td->quote;
    AppraiseRaw(*in.policy, "tdx", out.verdict);
    AppraiseRawTdxQuote(*in.policy,
                        {.quote = quote.has_value() ? &*quote : nullptr},
                        out.verdict);
  }
  const bool quoted = out.quote.has_value();
  AppraiseRawQuoteBeside(*in.policy,
                         quoted ? out.quote_input->ak : std::nullopt,
                         quoted ? *out.quote : RawTpmQuote(), out.verdict);
}

}  // namespace

RawAzureHcl JudgeAzureHcl(const RawAzureInput& in, AzureAkReader read_ak) {
  RawAzureHcl out;
  absl::StatusOr<AzureHclReport> hcl = ParseAzureHclReport(in.hcl);
  out.layout = hcl.status();
  out.verdict.Add("hcl_layout", "an HCL report", hcl.status(),
                  absl::StrCat(in.hcl.size(), " bytes"));
  if (!hcl.ok()) return out;
  out.hcl = *std::move(hcl);
  const auto json = ToString(out.hcl->variable_data);
  out.ak = read_ak(json);
  out.verdict.Add("ak_in_runtime_data", "an attestation key, HCLAkPub",
                  out.ak->status(),
                  out.ak->ok() ? Hex((*out.ak)->spki_sha256()) : "");
  if (!CheckForm(out)) return out;
  JudgeQuote(in,
             IsOfType(*out.hcl, AzureReportType::kSnp) ? JudgeSnp(in, out)
                                                       : JudgeTd(in, out),
             out);
  CopyBinding(out);
  Appraise(in, out);
  return out;
}

}  // namespace evidenced
