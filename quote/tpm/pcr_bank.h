#ifndef QUOTE_TPM_PCR_BANK_H_
#define QUOTE_TPM_PCR_BANK_H_

#include <cstdint>
#include <span>

#include "absl/status/statusor.h"

#include "quote/base/bytes.h"
#include "quote/tpm/attest.h"

namespace evidenced {

// A TPMS_PCR_SELECTION (TPM 2.0 Part 2, section 10.6.1) of its fields: a
// TPM_ALG_ID and a bitmap, PCR 0 first. `before` are those before it in the
// list. INVALID_ARGUMENT: an unknown algorithm (kUnsupportedAlgorithm), more
// than 24 PCRs, a bank that was there before.
absl::StatusOr<PcrBankSelection> ReadPcrBank(
    uint16_t algorithm, ByteView bitmap,
    std::span<const PcrBankSelection> before);

}  // namespace evidenced

#endif  // QUOTE_TPM_PCR_BANK_H_
