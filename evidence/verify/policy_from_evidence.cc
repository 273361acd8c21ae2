#include "evidence/verify/appraise.h"
#include "quote/base/bytes.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

// PCRs that describe what booted; those above are moved while the system runs.
constexpr uint32_t kBootPcrs = 10;
constexpr uint32_t kUkiPcr = 11;

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

}  // namespace

v1::AppraisalPolicy PolicyFromEvidence(const VerifiedEvidence& evidence) {
  v1::AppraisalPolicy policy;
  policy.set_description(
      "trust on first use: what one machine said once; check each value "
      "before you rely on it");
  policy.add_accept_signers(evidence.binding().manifest().signer());
  policy.set_min_binding(
      evidence.binding().level() == BindingLevel::kB0 ? v1::B0 : v1::B1);
  policy.mutable_ak()->add_spki_sha256(
      Hex(evidence.quote().ak().key.spki_sha256()));
  policy.mutable_ak()->set_backing("hypervisor");
  policy.set_require_secure_boot(evidence.secure_boot().value_or(false));

  const VerifiedLog* boot = evidence.FindLog("log.tcg2");
  const PcrValues& values = evidence.pcrs().values();
  const HashAlgorithm* bank = StrongestBank(values);
  if (bank == nullptr) return policy;
  for (const auto& [pcr, value] : values.at(*bank)) {
    const bool describes_boot = pcr < kBootPcrs || pcr == kUkiPcr;
    const bool explained = boot == nullptr || boot->verdict.Matched(pcr);
    if (!describes_boot || !explained) continue;
    v1::PcrRule* rule = policy.add_pcrs();
    rule->set_algorithm(static_cast<v1::HashAlgorithm>(*bank));
    rule->set_index(pcr);
    rule->add_values(Hex(value));
  }
  return policy;
}

}  // namespace evidenced
