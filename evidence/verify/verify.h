#ifndef EVIDENCE_VERIFY_VERIFY_H_
#define EVIDENCE_VERIFY_VERIFY_H_

#include <memory>
#include <optional>
#include <vector>

#include "evidence/v1/evidence.pb.h"

#include "evidence/binding/verify_binding.h"
#include "evidence/verify/check.h"
#include "evidence/verify/snp_collateral.h"
#include "evidence/verify/tdx_collateral.h"
#include "evidence/verify/verified_evidence.h"
#include "quote/tpm/quote.h"

namespace evidenced {

struct VerifyInput {
  ::evidence::v1::Evidence evidence;
  // With the policy's accept_signers.
  BindingState state;
  BindingLevel min_binding = BindingLevel::kB1;
  // The PCRs that were asked for. Empty: the agent's default selection, PCRs 0
  // to 15 and 17 to 22, demanded in the SHA-256 bank. A TPM without that bank
  // is asked for another one by name.
  std::vector<PcrBankSelection> requested_pcrs;
  // Whether the CPU's report was asked to be left out.
  bool without_cpu_report = false;
  // By what SNP reports and TDX quotes are judged. nullopt: no root is trusted,
  // and none of them verifies.
  std::optional<SnpCollateral> snp;
  std::optional<TdxCollateral> tdx;
};

struct Verification {
  // Every check that could be made, in order.
  Checks checks;
  // nullptr unless none failed.
  std::shared_ptr<const VerifiedEvidence> evidence;
};

// Is it genuine, and an answer to this challenge? Not whether it is
// acceptable: see Appraise(). Genuine if and only if:
// - it is within the verifier's limits: CheckEvidenceLimits()
// - the signer is one that this version verifies ("snp", "tdx", "tpm") and that
//   is accepted
// - "snp": the statement is a report by a key that a trusted root vouches for:
//   EndorseSnpKey(), VerifySnpReport()
// - "tdx": the statement is a quote by a trusted quoting enclave on a platform
//   that a trusted root vouches for: EndorseTdxPck(), VerifyTdxQuote(); and
//   what of TCB info and the QE's identity is given, is good and the
//   platform's: VerifyTcbCollateral(), EvaluateTdxTcb()
// - "tpm", or with a part "tpm": there is a quote signed by the key of part
//   "tpm.ak", which says of itself that it signs only what its TPM made:
//   whether to believe it is the policy's question
// - the registers have the quoted digest, and the quote selects what was asked
// - report and quotes are bound to the challenge, and what signs to every part:
//   VerifyBinding()
// - under "tpm" a CPU's report is listed as not requested only where it was
//   asked to be left out
// - the parts that this version parses have their labels' media types
// - every log parses, and no tail goes beyond the quoted events
Verification VerifyEvidence(const VerifyInput& input);

}  // namespace evidenced

#endif  // EVIDENCE_VERIFY_VERIFY_H_
