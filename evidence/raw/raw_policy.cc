#include "evidence/raw/raw_policy.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "evidence/verify/appraise.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

void CheckSigner(const v1::AppraisalPolicy& policy, absl::string_view signer,
                 RawVerdict& verdict) {
  const auto& accepted = policy.accept_signers();
  const std::string expected =
      absl::StrCat("one of {", absl::StrJoin(accepted, ", "), "}");
  if (std::find(accepted.begin(), accepted.end(), signer) != accepted.end()) {
    verdict.Pass("policy/accept-signers", expected, signer);
  } else {
    verdict.Fail(ErrorClass::kUntrustedRoot, "policy/accept-signers", expected,
                 signer);
  }
}

void CheckLevel(const v1::AppraisalPolicy& policy, RawVerdict& verdict) {
  constexpr char kName[] = "policy/min-binding";
  const BindingLevel wanted = MinBinding(policy);
  const std::string expected =
      absl::StrCat(BindingLevelName(wanted),
                   wanted == BindingLevel::kNone ? "" : " or higher");
  const std::string found =
      absl::StrCat(BindingLevelName(BindingLevel::kNone),
                   ": what was handed over by itself answers no challenge");
  if (wanted == BindingLevel::kNone) {
    verdict.Pass(kName, expected, found);
  } else {
    verdict.Fail(ErrorClass::kBindingMismatch, kName, expected, found);
  }
}

// What only evidence that was asked for can answer.
void CheckWhatNeedsMore(const v1::AppraisalPolicy& policy,
                        absl::string_view signer, RawVerdict& verdict) {
  if (policy.max_age_seconds() > 0) {
    verdict.Undecided("policy/max-age",
                      absl::StrFormat("at most %d s", policy.max_age_seconds()),
                      "a raw artefact, of which nobody knows the time");
  }
  for (const std::string& label : policy.require_parts()) {
    if (label == signer) continue;
    verdict.Undecided(absl::StrCat("policy/part/", Printable(label)),
                      "present and delivered",
                      "a raw artefact, which has no manifest");
  }
}

}  // namespace

void AppraiseRaw(const v1::AppraisalPolicy& policy, absl::string_view signer,
                 RawVerdict& verdict) {
  CheckSigner(policy, signer, verdict);
  CheckLevel(policy, verdict);
  CheckWhatNeedsMore(policy, signer, verdict);
}

void AddRule(const Check& check, bool undecided, ErrorClass failure,
             RawVerdict& verdict) {
  if (undecided) {
    verdict.Undecided(check.name, check.expected, check.found);
    return;
  }
  switch (check.outcome) {
    case Outcome::kPass:
      verdict.Pass(check.name, check.expected, check.found);
      return;
    case Outcome::kFail:
      verdict.Fail(failure, check.name, check.expected, check.found);
      return;
    case Outcome::kNotChecked:
      verdict.NotChecked(check.name, check.expected, check.found);
      return;
  }
}

void AppraiseRawWithoutTpm(const v1::AppraisalPolicy& policy,
                           RawVerdict& verdict) {
  constexpr char kFound[] = "a raw artefact, which has none";
  if (policy.has_ak()) {
    verdict.Undecided("policy/ak", "a TPM with an AK that the policy names",
                      kFound);
  }
  if (!policy.pcrs().empty()) {
    verdict.Undecided("policy/pcrs", "registers of a TPM that the policy names",
                      kFound);
  }
  if (policy.require_secure_boot()) {
    verdict.Undecided("policy/secure-boot", "on",
                      "a raw artefact: only evidence shows it");
  }
}

}  // namespace evidenced
