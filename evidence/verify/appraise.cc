#include "evidence/verify/appraise.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "evidence/binding/manifest.h"
#include "evidence/verify/add_check.h"
#include "evidence/verify/appraise_ak.h"
#include "evidence/verify/appraise_snp.h"
#include "evidence/verify/appraise_tdx.h"
#include "evidence/verify/part_checks.h"
#include "evidence/verify/pcr_checks.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

void CheckSigner(const VerifiedEvidence& evidence,
                 const v1::AppraisalPolicy& policy, Checks& checks) {
  const std::string& signer = evidence.binding().manifest().signer();
  const auto& accepted = policy.accept_signers();
  AddCheck(checks, "policy/accept-signers",
           PassIf(std::find(accepted.begin(), accepted.end(), signer) !=
                  accepted.end()),
           absl::StrCat("one of {", absl::StrJoin(accepted, ", "), "}"),
           signer);
}

void CheckLevel(const VerifiedEvidence& evidence,
                const v1::AppraisalPolicy& policy, Checks& checks) {
  const BindingLevel wanted = MinBinding(policy);
  const bool is_default = policy.min_binding() == v1::BINDING_LEVEL_UNSPECIFIED;
  AddCheck(checks, "policy/min-binding",
           PassIf(evidence.binding().level() >= wanted),
           absl::StrCat(BindingLevelName(wanted), " or higher",
                        is_default ? " (default)" : ""),
           BindingLevelName(evidence.binding().level()));
}

// Rules for what a processor signs: whether there are some, and whether it is
// what signs.
struct CpuRules {
  absl::string_view name;
  absl::string_view expected;
  bool there = false;
  bool signs = false;
};

// Whether they apply.
bool Apply(const CpuRules& rules, const VerifiedEvidence& evidence,
           Checks& checks) {
  if (rules.there && rules.signs) return true;
  if (rules.signs) {
    AddCheck(checks, rules.name, Outcome::kFail, rules.expected,
             "none in the policy");
  } else if (rules.there) {
    AddCheck(
        checks, rules.name, Outcome::kNotChecked, rules.expected,
        absl::StrCat(
            "not applied: ", evidence.binding().manifest().signer(), " signs",
            evidence.cpu_signs() ? "" : ", and nothing is said of the CPU"));
  }
  return false;
}

void CheckCpu(const VerifiedEvidence& evidence,
              const v1::AppraisalPolicy& policy, Checks& checks) {
  if (Apply({.name = "policy/snp",
             .expected = "rules for SNP reports",
             .there = policy.has_snp(),
             .signs = evidence.snp().has_value()},
            evidence, checks)) {
    AppraiseSnp(FactsOf(*evidence.snp()), policy.snp(), checks);
  }
  if (Apply({.name = "policy/tdx",
             .expected = "rules for TDX quotes",
             .there = policy.has_tdx(),
             .signs = evidence.tdx().has_value()},
            evidence, checks)) {
    AppraiseTdx(FactsOf(*evidence.tdx(), evidence.FindLog(kCcelLabel)),
                policy.tdx(), checks);
  }
}

// nullptr: not quoted.
const Bytes* FindPcr(const PcrValues& values, HashAlgorithm bank,
                     uint32_t index) {
  const auto registers = values.find(bank);
  if (registers == values.end()) return nullptr;
  const auto value = registers->second.find(index);
  return value == registers->second.end() ? nullptr : &value->second;
}

void CheckPcr(const PcrValues& values, const v1::PcrRule& rule,
              Checks& checks) {
  if (!rule.has_index()) {
    AddCheck(checks, "policy/pcr", Outcome::kFail, "a rule for a PCR",
             "a rule without an index");
    return;
  }
  const auto bank = BankFromProto(rule.algorithm());
  const std::string name = absl::StrFormat(
      "policy/pcr/%s/%d",
      bank.has_value() ? std::string(HashName(*bank))
                       : absl::StrCat(static_cast<int>(rule.algorithm())),
      rule.index());
  if (!bank.has_value() || *bank == HashAlgorithm::kSha1) {
    AddCheck(
        checks, name, Outcome::kFail, "a rule for a bank stronger than SHA-1",
        bank.has_value() ? "SHA-1, which proves nothing" : "an unknown bank");
    return;
  }
  const std::string expected = absl::StrJoin(rule.values(), " or ");
  const Bytes* found = FindPcr(values, *bank, rule.index());
  if (found == nullptr) {
    AddCheck(checks, name, Outcome::kFail, expected, "not quoted");
    return;
  }
  const bool equal = std::any_of(
      rule.values().begin(), rule.values().end(),
      [found](const std::string& hex) { return EqualsHex(hex, *found); });
  AddCheck(checks, name, PassIf(equal), expected, Hex(*found));
}

void CheckPcrs(const VerifiedEvidence& evidence,
               const v1::AppraisalPolicy& policy, Checks& checks) {
  if (policy.pcrs().empty()) {
    AddCheck(checks, "policy/pcrs", Outcome::kNotChecked,
             "no PCR value (default)",
             "PCR values are listed, none is demanded");
  }
  for (const v1::PcrRule& rule : policy.pcrs()) {
    CheckPcr(evidence.pcrs(), rule, checks);
  }
}

void CheckSecureBoot(const VerifiedEvidence& evidence,
                     const v1::AppraisalPolicy& policy, Checks& checks) {
  const auto state = evidence.secure_boot();
  const std::string found = !state.has_value()
                                ? "not shown by a verified boot log"
                                : (*state ? "on" : "off");
  if (!policy.require_secure_boot()) {
    AddCheck(checks, "policy/secure-boot", Outcome::kNotChecked,
             "not demanded (default)", found);
    return;
  }
  AddCheck(checks, "policy/secure-boot", PassIf(state.value_or(false)), "on",
           found);
}

void CheckAge(const v1::AppraisalPolicy& policy,
              const AppraisalContext& context, Checks& checks) {
  const absl::Duration age = context.now - context.requested_at;
  const bool short_while =
      age >= absl::ZeroDuration() && age < absl::Seconds(1);
  const std::string found = absl::StrFormat(
      "%s since the request%s",
      short_while ? "less than a second"
                  : absl::FormatDuration(absl::Trunc(age, absl::Seconds(1))),
      context.origin == StateOrigin::kLive ? "" : ", recorded");
  if (policy.max_age_seconds() == 0) {
    AddCheck(checks, "policy/max-age", Outcome::kNotChecked,
             "not limited (default)", found);
    return;
  }
  const std::string expected =
      absl::StrFormat("at most %d s", policy.max_age_seconds());
  if (context.origin == StateOrigin::kRecordedInFile) {
    AddCheck(checks, "policy/max-age", Outcome::kFail, expected,
             absl::StrCat(found,
                          ": the request's time came in the evidence's own "
                          "file and proves nothing"));
    return;
  }
  // A request in the future is a clock that is wrong, not a young answer.
  const bool young = age >= absl::ZeroDuration() &&
                     age <= absl::Seconds(policy.max_age_seconds());
  AddCheck(checks, "policy/max-age", PassIf(young), expected, found);
}

void CheckParts(const VerifiedEvidence& evidence,
                const v1::AppraisalPolicy& policy, Checks& checks) {
  if (policy.require_parts().empty()) {
    AddCheck(checks, "policy/parts", Outcome::kNotChecked, "no part (default)",
             "parts are listed, none is demanded");
  }
  for (const std::string& label : policy.require_parts()) {
    const bool signs = label == evidence.binding().manifest().signer();
    const bool delivered = evidence.binding().parts().contains(label);
    const bool there = delivered && IsVerifiedPart(label);
    const ManifestEntry* entry = evidence.binding().manifest().Find(label);
    std::string found = "present";
    if (entry == nullptr) {
      found = "not listed in the manifest";
    } else if (entry->kind == EntryKind::kMissing) {
      found = absl::StrCat("missing: ", entry->reason);
    } else if (delivered && !there) {
      found = "present, and nothing that this version verifies";
    } else if (!there && !signs) {
      found = "present and not delivered";
    }
    AddCheck(checks, absl::StrCat("policy/part/", Printable(label)),
             PassIf(there || signs), "present, delivered and verified", found);
  }
}

}  // namespace

BindingLevel MinBinding(const v1::AppraisalPolicy& policy) {
  switch (policy.min_binding()) {
    case v1::NONE:
      return BindingLevel::kNone;
    case v1::B0:
      return BindingLevel::kB0;
    default:
      return BindingLevel::kB1;
  }
}

Checks Appraise(const VerifiedEvidence& evidence,
                const v1::AppraisalPolicy& policy,
                const AppraisalContext& context) {
  Checks checks;
  CheckSigner(evidence, policy, checks);
  CheckLevel(evidence, policy, checks);
  CheckCpu(evidence, policy, checks);
  AppraiseAk(evidence, policy, context, checks);
  CheckPcrs(evidence, policy, checks);
  CheckSecureBoot(evidence, policy, checks);
  CheckAge(policy, context, checks);
  CheckParts(evidence, policy, checks);
  return checks;
}

}  // namespace evidenced
