#ifndef EVIDENCE_VERIFY_VERIFIED_EVIDENCE_H_
#define EVIDENCE_VERIFY_VERIFIED_EVIDENCE_H_

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

#include "evidence/binding/verify_binding.h"
#include "evidence/verify/cpu_steps.h"
#include "evidence/verify/tpm_steps.h"
#include "evidence/verify/verified_log.h"
#include "quote/crypto/certificate.h"
#include "quote/snp/verify.h"

namespace evidenced {

// Evidence whose signature, registers, binding and parts are verified. Only
// VerifyEvidence() makes one.
class VerifiedEvidence {
 public:
  // The report or quote of the CPU, if it is what signs; else nullopt.
  const std::optional<VerifiedSnpReport>& snp() const { return cpu_.snp; }
  const std::optional<VerifiedTdx>& tdx() const { return cpu_.tdx; }
  bool cpu_signs() const { return cpu_.signs(); }
  // The TPM that signs or that is quoted under the CPU's statement; nullopt:
  // none is. Under one, too, only a policy says whose TPM it is.
  const std::optional<VerifiedTpm>& tpm() const { return tpm_; }
  // The registers that the TPM's quote vouches for; none without a TPM.
  const PcrValues& pcrs() const;
  const VerifiedBinding& binding() const { return binding_; }
  const std::vector<VerifiedLog>& logs() const { return logs_; }
  // nullptr: not among the evidence.
  const VerifiedLog* FindLog(absl::string_view label) const;
  // From the quoted events of the boot log, of log.ccel where a TDX quote
  // signs; nullopt: they do not show it, or PCR 7 of a TPM is not quoted in the
  // SHA-256 bank.
  std::optional<bool> secure_boot() const { return secure_boot_; }
  // What came with the device. Not verified: each stands by its own chain.
  const std::vector<Certificate>& ak_certificates() const { return ak_certs_; }
  const std::vector<Certificate>& ek_certificates() const { return ek_certs_; }

 private:
  friend class EvidenceVerifier;
  VerifiedEvidence(VerifiedCpu cpu, std::optional<VerifiedTpm> tpm,
                   VerifiedBinding binding)
      : cpu_(std::move(cpu)),
        tpm_(std::move(tpm)),
        binding_(std::move(binding)) {}

  VerifiedCpu cpu_;
  std::optional<VerifiedTpm> tpm_;
  PcrValues no_pcrs_;
  VerifiedBinding binding_;
  std::vector<VerifiedLog> logs_;
  std::optional<bool> secure_boot_;
  std::vector<Certificate> ak_certs_;
  std::vector<Certificate> ek_certs_;
};

}  // namespace evidenced

#endif  // EVIDENCE_VERIFY_VERIFIED_EVIDENCE_H_
