#include "evidence/raw/snp_policy.h"

#include <algorithm>

#include "absl/strings/string_view.h"

#include "evidence/raw/raw_policy.h"
#include "evidence/verify/appraise_snp.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

constexpr absl::string_view kCrlRule = "policy/snp/crl";

bool CrlChecked(const RawSnpReport& report) {
  const Checks& checks = report.verdict.checks();
  return std::any_of(checks.begin(), checks.end(), [](const Check& check) {
    return check.name == kSnpCrlCheck && check.outcome == Outcome::kPass;
  });
}

void Add(const Check& check, RawVerdict& verdict) {
  switch (check.outcome) {
    case Outcome::kPass:
      verdict.Pass(check.name, check.expected, check.found);
      return;
    case Outcome::kFail:
      verdict.Fail(check.name == kCrlRule ? ErrorClass::kCollateralInvalid
                                          : ErrorClass::kDigestMismatch,
                   check.name, check.expected, check.found);
      return;
    case Outcome::kNotChecked:
      verdict.NotChecked(check.name, check.expected, check.found);
      return;
  }
}

}  // namespace

void AppraiseRawSnpReport(const v1::AppraisalPolicy& policy,
                          const RawSnpReport* report, RawVerdict& verdict) {
  constexpr char kName[] = "policy/snp";
  constexpr char kExpected[] = "a report that meets the rules for SNP";
  if (!policy.has_snp()) {
    verdict.Fail(ErrorClass::kDigestMismatch, kName, "rules for SNP reports",
                 "none in the policy");
    return;
  }
  if (report == nullptr || !report->report.has_value()) {
    verdict.Undecided(kName, kExpected, "no report");
    return;
  }
  Checks checks;
  AppraiseSnp({.report = *report->report,
               .product = report->product(),
               .crl_checked = CrlChecked(*report)},
              policy.snp(), checks);
  for (const Check& check : checks) Add(check, verdict);
}

void AppraiseRawSnp(const v1::AppraisalPolicy& policy,
                    const RawSnpReport* report, RawVerdict& verdict) {
  AppraiseRaw(policy, "snp", verdict);
  AppraiseRawSnpReport(policy, report, verdict);
  if (policy.pcrs().empty() && !policy.require_secure_boot()) return;
  verdict.Undecided("policy/pcrs", "registers of a TPM that the policy names",
                    "a raw artefact, which has none");
}

}  // namespace evidenced
