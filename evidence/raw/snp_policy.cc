#include "evidence/raw/snp_policy.h"

#include <algorithm>

#include "absl/strings/string_view.h"

#include "evidence/raw/raw_policy.h"
#include "evidence/verify/appraise_snp.h"
#include "evidence/verify/rule_checks.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

constexpr absl::string_view kCrlRule = "policy/snp/crl";

bool Ended(const RawSnpReport& report, absl::string_view name,
           Outcome outcome) {
  const Checks& checks = report.verdict.checks();
  return std::any_of(checks.begin(), checks.end(), [&](const Check& check) {
    return check.name == name && check.outcome == outcome;
  });
}

CollateralState CrlStateOf(const RawSnpReport& report) {
  if (Ended(report, kSnpCrlCheck, Outcome::kFail)) {
    return CollateralState::kRefused;
  }
  if (!Ended(report, kSnpCrlCheck, Outcome::kPass)) {
    return CollateralState::kNone;
  }
  return Ended(report, kCertificateValidityCheck, Outcome::kPass)
             ? CollateralState::kCurrent
             : CollateralState::kDatesUnknown;
}

// Rules that a report leaves to its key's certificate.
bool NeedsKey(absl::string_view rule) {
  return rule == "policy/snp/csp-id" || rule == "policy/snp/product";
}

// A CRL that was not given, or is of no known date, leaves open what a policy
// demands of it; so does a key of which no certificate was given.
bool IsUndecided(const Check& check, const RawSnpReport& report) {
  if (check.outcome != Outcome::kFail) return false;
  if (check.name == kCrlRule) return IsOpen(CrlStateOf(report));
  return NeedsKey(check.name) && !report.keys.ek.has_value() &&
         report.keys.ek_status.ok() &&
         (check.name != "policy/snp/product" || !report.product().has_value());
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
  const auto& endorsement = report->keys.endorsement;
  AppraiseSnp(
      {.report = *report->report,
       .product = report->product(),
       .csp_id = endorsement.ok() ? CspIdOf(*endorsement) : std::nullopt,
       .crl = CrlStateOf(*report)},
      policy.snp(), checks);
  for (const Check& check : checks) {
    AddRule(check, IsUndecided(check, *report),
            check.name == kCrlRule ? ErrorClass::kCollateralInvalid
                                   : ErrorClass::kDigestMismatch,
            verdict);
  }
}

void AppraiseRawSnp(const v1::AppraisalPolicy& policy,
                    const RawSnpReport* report, RawVerdict& verdict) {
  AppraiseRaw(policy, "snp", verdict);
  AppraiseRawSnpReport(policy, report, verdict);
  AppraiseRawWithoutTpm(policy, verdict);
}

}  // namespace evidenced
