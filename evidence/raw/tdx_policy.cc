#include "evidence/raw/tdx_policy.h"

#include <algorithm>
#include <initializer_list>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

#include "evidence/raw/certificate_checks.h"
#include "evidence/raw/raw_policy.h"
#include "evidence/raw/tdx_revocation.h"
#include "evidence/verify/appraise_tdx.h"
#include "evidence/verify/rule_checks.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

constexpr absl::string_view kCrlRule = "policy/tdx/crl";
constexpr absl::string_view kTcbRule = "policy/tdx/tcb";

Outcome OutcomeOf(const RawTdxQuote& quote, absl::string_view name) {
  for (const Check& check : quote.verdict.checks()) {
    if (check.name == name) return check.outcome;
  }
  return Outcome::kNotChecked;
}

// Of what passed: by the dates of each part of it, and of those who signed.
CollateralState StateByDates(
    const RawTdxQuote& quote,
    std::initializer_list<std::optional<bool>> current) {
  const Outcome signers = OutcomeOf(quote, kCertificateValidityCheck);
  bool known = signers != Outcome::kNotChecked;
  bool good = signers != Outcome::kFail;
  for (const std::optional<bool>& one : current) {
    known = known && one.has_value();
    good = good && one.value_or(true);
  }
  if (!good) return CollateralState::kRefused;
  return known ? CollateralState::kCurrent : CollateralState::kDatesUnknown;
}

CollateralState CrlStateOf(const RawTdxQuote& quote) {
  switch (OutcomeOf(quote, kTdxRevocationCheck)) {
    case Outcome::kPass:
      return StateByDates(quote, {quote.collateral->root_crl->current,
                                  quote.collateral->pck_crl->current});
    case Outcome::kFail:
      return CollateralState::kRefused;
    case Outcome::kNotChecked:
      return CollateralState::kNone;
  }
  return CollateralState::kNone;
}

// "tcb", "tcb_info_signature_valid", "tcb_signing_not_revoked", ...
bool IsOfTcb(absl::string_view check) {
  return absl::StartsWith(check, "tcb") ||
         absl::StartsWith(check, "qe_identity_") ||
         check == kTdxCommonRootCheck;
}

CollateralState TcbStateOf(const RawTdxQuote& quote) {
  const Checks& checks = quote.verdict.checks();
  if (std::any_of(checks.begin(), checks.end(), [](const Check& check) {
        return IsOfTcb(check.name) && check.outcome == Outcome::kFail;
      })) {
    return CollateralState::kRefused;
  }
  if (!quote.tcb().has_value()) return CollateralState::kNone;
  return StateByDates(quote, {quote.collateral->tcb_info->current,
                              quote.collateral->qe_identity->current});
}

// Whether `rule` reads what Intel says of a TCB.
bool ReadsTcb(absl::string_view rule) {
  return absl::EndsWith(rule, "advisories") ||
         rule == "policy/tdx/min-tcb-evaluation-data-number";
}

bool IsOfPlatform(absl::string_view rule) {
  return rule == "policy/tdx/fmspc" ||
         absl::EndsWith(rule, "platform-instance-id");
}

// Whether a rule that is not met lacks material. Collateral that was not given,
// or is of no known date, leaves open what a policy demands of it, a PCK that
// was not given its platform, and a log that was not given what was extended.
bool IsUndecided(const Check& check, const TdxFacts& facts,
                 const RawTdxSubject& subject) {
  if (check.outcome != Outcome::kFail) return false;
  if (check.name == kCrlRule) return IsOpen(facts.crl);
  if (check.name == kTcbRule) return IsOpen(facts.tcb_collateral);
  if (ReadsTcb(check.name)) {
    return facts.tcb_collateral == CollateralState::kNone;
  }
  if (IsOfPlatform(check.name)) return facts.pck == nullptr;
  return subject.log == nullptr && absl::EndsWith(check.name, "-events");
}

ErrorClass ClassOf(absl::string_view rule) {
  return rule == kCrlRule || rule == kTcbRule ? ErrorClass::kCollateralInvalid
                                              : ErrorClass::kDigestMismatch;
}

}  // namespace

void AppraiseRawTdxQuote(const v1::AppraisalPolicy& policy,
                         const RawTdxSubject& subject, RawVerdict& verdict) {
  constexpr char kName[] = "policy/tdx";
  constexpr char kExpected[] = "a quote that meets the rules for TDX";
  if (!policy.has_tdx()) {
    verdict.Fail(ErrorClass::kDigestMismatch, kName, "rules for TD quotes",
                 "none in the policy");
    return;
  }
  const RawTdxQuote* quote = subject.quote;
  if (quote == nullptr || !quote->quote.has_value() ||
      !quote->quote->td.has_value()) {
    verdict.Undecided(kName, kExpected, "no quote of a TD");
    return;
  }
  const std::optional<TdxTcb> tcb = quote->tcb();
  TdxFacts facts{.body = *quote->quote->td};
  if (quote->chain.pck.ok()) facts.pck = &quote->chain.pck->extensions;
  facts.crl = CrlStateOf(*quote);
  if (tcb.has_value()) facts.tcb = &*tcb;
  facts.tcb_collateral = TcbStateOf(*quote);
  if (subject.log != nullptr) facts.rtmr_events = DigestsOf(*subject.log);
  Checks checks;
  AppraiseTdx(facts, policy.tdx(), checks);
  for (const Check& check : checks) {
    AddRule(check, IsUndecided(check, facts, subject), ClassOf(check.name),
            verdict);
  }
}

void AppraiseRawTdx(const v1::AppraisalPolicy& policy,
                    const RawTdxSubject& subject, RawVerdict& verdict) {
  AppraiseRaw(policy, "tdx", verdict);
  AppraiseRawTdxQuote(policy, subject, verdict);
  AppraiseRawWithoutTpm(policy, verdict);
}

}  // namespace evidenced
