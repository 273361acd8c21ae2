#include <algorithm>

#include "evidence/log/pcr.h"
#include "evidence/verify/appraise.h"
#include "evidence/verify/snp_policy_from_report.h"
#include "evidence/verify/tdx_policy_from_quote.h"
#include "quote/base/bytes.h"
#include "quote/crypto/digest.h"
#include "quote/snp/report_bits.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

// PCRs 0 to 7 are the firmware's: they say what booted, logged or not.
constexpr uint32_t kFirmwarePcrs = 8;

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

// Whether the boot log's events give `pcr` in `bank`.
bool Explained(const VerifiedLog* boot, HashAlgorithm bank, uint32_t pcr) {
  if (boot == nullptr || !boot->verdict.Matched(pcr)) return false;
  const auto& registers = boot->verdict.registers;
  return std::any_of(registers.begin(), registers.end(),
                     [bank, pcr](const RegisterVerdict& reg) {
                       return reg.reg == pcr && reg.events > 0 &&
                              std::find(reg.compared.begin(),
                                        reg.compared.end(),
                                        bank) != reg.compared.end();
                     });
}

// A register that nobody measured into says nothing of what booted, and would
// be the same in every boot: a rule for it only looks like one.
bool SaysWhatBooted(const VerifiedLog* boot, HashAlgorithm bank, uint32_t pcr,
                    const Bytes& value) {
  if (IsResettablePcr(pcr) || IsStartValue(pcr, value)) return false;
  // Of the others, those that the boot log explains were moved by the boot;
  // the rest moves while the system runs, and a rule would soon reject.
  return pcr < kFirmwarePcrs || Explained(boot, bank, pcr);
}

// In every bank stronger than SHA-1, for which of them the firmware fills is
// not the evidence's to say.
void AddRules(const VerifiedEvidence& evidence, v1::AppraisalPolicy& policy) {
  const VerifiedLog* boot = evidence.FindLog("log.tcg2");
  for (const auto& [bank, registers] : evidence.pcrs()) {
    if (bank == HashAlgorithm::kSha1) continue;
    for (const auto& [pcr, value] : registers) {
      if (!SaysWhatBooted(boot, bank, pcr, value)) continue;
      v1::PcrRule* rule = policy.add_pcrs();
      rule->set_algorithm(static_cast<v1::HashAlgorithm>(bank));
      rule->set_index(pcr);
      rule->add_values(Hex(value));
    }
  }
}

void AddSnp(const VerifiedSnpReport& verified, v1::AppraisalPolicy& policy) {
  *policy.mutable_snp() = SnpPolicyFromReport(verified);
  if (policy.snp().allow_provisional_firmware()) {
    policy.mutable_description()->append(
        "; the host may take back its firmware to an older one, and the policy "
        "accepts it");
  }
  for (const SnpBit& bit : kSnpPolicyBits) {
    if (!HasBit(verified.report().policy, bit)) continue;
    if (bit.name == "debug") {
      policy.mutable_description()->append(
          "; THE HOST MAY DEBUG THIS GUEST, and the policy accepts it");
    } else if (bit.name == "migrate_ma") {
      policy.mutable_description()->append(
          "; a migration agent may move this guest, and the policy accepts it");
    }
  }
}

void AddTdx(const VerifiedEvidence& evidence, v1::AppraisalPolicy& policy) {
  const VerifiedTdx& verified = *evidence.tdx();
  *policy.mutable_tdx() =
      TdxPolicyFromQuote(verified, evidence.FindLog(kCcelLabel));
  policy.mutable_description()->append(TdxPolicyRemarks(verified));
  policy.set_require_secure_boot(evidence.secure_boot().value_or(false));
}

}  // namespace

v1::AppraisalPolicy PolicyFromEvidence(const VerifiedEvidence& evidence) {
  v1::AppraisalPolicy policy;
  policy.set_description(
      "trust on first use: what one machine said once; check each value "
      "before you rely on it");
  policy.add_accept_signers(evidence.binding().manifest().signer());
  policy.set_min_binding(ToProto(evidence.binding().level()));
  if (evidence.snp().has_value()) AddSnp(*evidence.snp(), policy);
  if (evidence.tdx().has_value()) AddTdx(evidence, policy);
  if (!evidence.tpm().has_value()) return policy;
  policy.mutable_ak()->add_spki_sha256(
      Hex(evidence.tpm()->quote.ak().key.spki_sha256()));
  policy.mutable_ak()->set_backing("hypervisor");
  policy.set_require_secure_boot(evidence.secure_boot().value_or(false));
  AddRules(evidence, policy);
  if (policy.pcrs().empty()) {
    policy.mutable_description()->append(
        "; nothing was measured, so no register has a rule");
  }
  return policy;
}

}  // namespace evidenced
