#include "evidence/raw/tpm_policy.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "evidence/log/describe.h"
#include "evidence/raw/raw_policy.h"
#include "evidence/verify/add_check.h"
#include "evidence/verify/pcr_checks.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

void CheckAk(const v1::AkPolicy& policy, const std::optional<GivenAk>& ak,
             RawVerdict& verdict) {
  constexpr char kName[] = "policy/ak";
  const std::string expected = absl::StrFormat(
      "one of %d keys that the policy names", policy.spki_sha256_size());
  if (!ak.has_value() || !ak->key.ok()) {
    verdict.Undecided(kName, expected, "no attestation key");
    return;
  }
  const Bytes& spki = ak->key->spki_sha256();
  const std::string found = absl::StrCat("the key ", Hex(spki));
  const auto& keys = policy.spki_sha256();
  if (std::any_of(keys.begin(), keys.end(), [&spki](const std::string& hex) {
        return EqualsHex(hex, spki);
      })) {
    verdict.Pass(kName, expected, found);
  } else if (policy.issuers_size() > 0) {
    verdict.Undecided(
        kName, absl::StrCat(expected, ", or a certificate"),
        absl::StrCat(found, "; no certificate is looked at here"));
  } else {
    verdict.Fail(ErrorClass::kUntrustedRoot, kName, expected, found);
  }
}

void CheckPcrRule(const v1::PcrRule& rule, const RawTpmQuote& raw,
                  RawVerdict& verdict) {
  const auto bank = BankFromProto(rule.algorithm());
  const std::string name = absl::StrFormat(
      "policy/pcr/%s/%d",
      bank.has_value() ? std::string(HashName(*bank))
                       : absl::StrCat(static_cast<int>(rule.algorithm())),
      rule.index());
  const std::string expected = absl::StrJoin(rule.values(), " or ");
  // SHA-1 proves nothing, and a rule names its register.
  if (!bank.has_value() || *bank == HashAlgorithm::kSha1 || !rule.has_index()) {
    verdict.Fail(ErrorClass::kDigestMismatch, name,
                 "a rule for a PCR of a bank stronger than SHA-1", "another");
    return;
  }
  if (!raw.quoted.has_value()) {
    verdict.Undecided(name, expected, "no value that the quote vouches for");
    return;
  }
  const auto registers = raw.quoted->find(*bank);
  if (registers == raw.quoted->end() ||
      !registers->second.contains(rule.index())) {
    verdict.Fail(ErrorClass::kDigestMismatch, name, expected, "not quoted");
    return;
  }
  const Bytes& found = registers->second.at(rule.index());
  if (std::any_of(
          rule.values().begin(), rule.values().end(),
          [&found](const std::string& hex) { return EqualsHex(hex, found); })) {
    verdict.Pass(name, expected, Hex(found));
  } else {
    verdict.Fail(ErrorClass::kDigestMismatch, name, expected, Hex(found));
  }
}

void CheckSecureBoot(const RawTpmQuote& raw, RawVerdict& verdict) {
  constexpr char kName[] = "policy/secure-boot";
  if (!raw.log.has_value() || !raw.log->verdict.has_value()) {
    verdict.Undecided(kName, "on", "no log beside quoted registers");
    return;
  }
  const std::optional<bool> state =
      SecureBootState(raw.log->log, raw.log->log.events, *raw.log->verdict);
  if (state.value_or(false)) {
    verdict.Pass(kName, "on", "on, by the log");
  } else {
    verdict.Fail(ErrorClass::kDigestMismatch, kName, "on",
                 state.has_value() ? "off" : "not shown by the log");
  }
}

void CheckRegisters(const v1::AppraisalPolicy& policy, const RawTpmQuote& raw,
                    RawVerdict& verdict) {
  for (const v1::PcrRule& rule : policy.pcrs()) {
    CheckPcrRule(rule, raw, verdict);
  }
  if (policy.require_secure_boot()) CheckSecureBoot(raw, verdict);
}

}  // namespace

void AppraiseRawTpm(const RawTpmInput& in, RawTpmQuote& out) {
  const v1::AppraisalPolicy& policy = *in.policy;
  AppraiseRaw(policy, "tpm", out.verdict);
  CheckAk(policy.ak(), in.ak, out.verdict);
  CheckRegisters(policy, out, out.verdict);
}

void AppraiseRawQuoteBeside(const v1::AppraisalPolicy& policy,
                            const std::optional<GivenAk>& ak,
                            const RawTpmQuote& quote, RawVerdict& verdict) {
  if (policy.has_ak()) CheckAk(policy.ak(), ak, verdict);
  CheckRegisters(policy, quote, verdict);
}

}  // namespace evidenced
