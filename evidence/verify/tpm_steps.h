#ifndef EVIDENCE_VERIFY_TPM_STEPS_H_
#define EVIDENCE_VERIFY_TPM_STEPS_H_

#include "absl/status/statusor.h"

#include "evidence/v1/evidence.pb.h"

#include "evidence/verify/check.h"
#include "quote/tpm/quote.h"

namespace evidenced {

// A TPM's quote by the key of part "tpm.ak", and the registers that have its
// digest. Each is a type that only its own verification makes; whose TPM it
// is, only a policy can say.
struct VerifiedTpm {
  VerifiedTpmQuote quote;
  VerifiedPcrs pcrs;
};

// The bytes of the TPM's quote: the statement where the TPM signs, else the
// part "tpm". nullptr: there is none.
const std::string* FindTpmStatement(const ::evidence::v1::Evidence& evidence);

// Appends "statement", "attestation-key" and "quote-signature"; where another
// statement signs, "tpm-statement" and "tpm-quote-signature".
absl::StatusOr<VerifiedTpmQuote> CheckTpmQuote(
    const ::evidence::v1::Evidence& evidence, const std::string& statement,
    Checks& checks);

// Appends "pcr-digest".
absl::StatusOr<VerifiedPcrs> CheckTpmPcrs(
    const ::evidence::v1::Evidence& evidence, const VerifiedTpmQuote& quote,
    Checks& checks);

}  // namespace evidenced

#endif  // EVIDENCE_VERIFY_TPM_STEPS_H_
