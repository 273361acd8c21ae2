#ifndef EVIDENCE_VERIFY_PCR_CHECKS_H_
#define EVIDENCE_VERIFY_PCR_CHECKS_H_

#include <optional>
#include <vector>

#include "absl/status/statusor.h"

#include "evidence/v1/evidence.pb.h"

#include "evidence/verify/check.h"
#include "quote/crypto/digest.h"
#include "quote/tpm/quote.h"

namespace evidenced {

// nullopt: no value of HashAlgorithm. Enums of proto3 are open, so any number
// can come.
std::optional<HashAlgorithm> BankFromProto(int algorithm);

// The registers that came with the evidence. INVALID_ARGUMENT: an unknown
// bank, a bank or a register twice.
absl::StatusOr<PcrValues> RegistersFromProto(
    const ::evidence::v1::Evidence& evidence);

// Appends "pcr-selection", whether the quote selects all that was asked for
// (see VerifyInput), and "pcr-bank", whether it selects anything in a bank
// stronger than SHA-1, which proves nothing.
void CheckSelection(const std::vector<PcrBankSelection>& requested,
                    const std::vector<PcrBankSelection>& quoted,
                    Checks& checks);

}  // namespace evidenced

#endif  // EVIDENCE_VERIFY_PCR_CHECKS_H_
