#ifndef QUOTE_TPM_PCR_DUMP_H_
#define QUOTE_TPM_PCR_DUMP_H_

#include <vector>

#include "absl/status/statusor.h"

#include "quote/base/bytes.h"
#include "quote/tpm/quote.h"

namespace evidenced {

// PCR values as tpm2-tools write them beside a quote (`tpm2_quote -o FILE`).
struct PcrDump {
  std::vector<PcrBankSelection> selection;  // in the order of the dump
  std::vector<Bytes> values;                // of each selected PCR, in order

  PcrValues Values() const;
};

// The format "serialized", which names its registers: the C structures
// TPML_PCR_SELECTION, a 32-bit number of lists, and that many TPML_DIGEST of
// tpm2-tss 3 and 4 on a little-endian machine, unused room included; lists are
// filled without regard to banks. INVALID_ARGUMENT: not exactly that, a bank
// twice or an unknown one, or other numbers or lengths of digests than
// selected.
absl::StatusOr<PcrDump> ParsePcrDump(ByteView bytes);

// The inverse. INVALID_ARGUMENT: no value, or one of another length, for a
// selected register; a digest is never longer than the room for it.
absl::StatusOr<Bytes> EncodePcrDump(
    const std::vector<PcrBankSelection>& selection, const PcrValues& values);

// The format "values", the digests alone, in the order of `selection`, which
// therefore says what they are of. INVALID_ARGUMENT: another number of bytes.
absl::StatusOr<PcrDump> ParsePcrValueDump(
    ByteView bytes, const std::vector<PcrBankSelection>& selection);

}  // namespace evidenced

#endif  // QUOTE_TPM_PCR_DUMP_H_
