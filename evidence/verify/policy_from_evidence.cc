#include "evidence/verify/appraise.h"
#include "quote/base/bytes.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

// PCRs 0 to 7 are the firmware's: they say what booted, logged or not.
constexpr uint32_t kFirmwarePcrs = 8;

// nullptr: none but SHA-1, which proves nothing.
const HashAlgorithm* StrongestBank(const PcrValues& values) {
  const HashAlgorithm* strongest = nullptr;
  for (const auto& [bank, registers] : values) {
    if (bank == HashAlgorithm::kSha1 || registers.empty()) continue;
    if (strongest == nullptr || DigestSize(bank) > DigestSize(*strongest)) {
      strongest = &bank;
    }
  }
  return strongest;
}

v1::BindingLevel ToProto(BindingLevel level) {
  switch (level) {
    case BindingLevel::kNone:
      return v1::NONE;
    case BindingLevel::kB0:
      return v1::B0;
    case BindingLevel::kB1:
      break;
  }
  return v1::B1;
}

void AddRules(const VerifiedEvidence& evidence, v1::AppraisalPolicy& policy) {
  const VerifiedLog* boot = evidence.FindLog("log.tcg2");
  const PcrValues& values = evidence.pcrs().values();
  const HashAlgorithm* bank = StrongestBank(values);
  if (bank == nullptr) return;
  for (const auto& [pcr, value] : values.at(*bank)) {
    // Of the others, those that the boot log explains were moved by the boot;
    // the rest moves while the system runs, and a rule would soon reject.
    const bool explained = boot != nullptr && boot->verdict.Matched(pcr);
    if (pcr >= kFirmwarePcrs && !explained) continue;
    v1::PcrRule* rule = policy.add_pcrs();
    rule->set_algorithm(static_cast<v1::HashAlgorithm>(*bank));
    rule->set_index(pcr);
    rule->add_values(Hex(value));
  }
}

}  // namespace

v1::AppraisalPolicy PolicyFromEvidence(const VerifiedEvidence& evidence) {
  v1::AppraisalPolicy policy;
  policy.set_description(
      "trust on first use: what one machine said once; check each value "
      "before you rely on it");
  policy.add_accept_signers(evidence.binding().manifest().signer());
  policy.set_min_binding(ToProto(evidence.binding().level()));
  policy.mutable_ak()->add_spki_sha256(
      Hex(evidence.quote().ak().key.spki_sha256()));
  policy.mutable_ak()->set_backing("hypervisor");
  policy.set_require_secure_boot(evidence.secure_boot().value_or(false));
  AddRules(evidence, policy);
  return policy;
}

}  // namespace evidenced
