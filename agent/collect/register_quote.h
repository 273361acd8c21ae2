#ifndef AGENT_COLLECT_REGISTER_QUOTE_H_
#define AGENT_COLLECT_REGISTER_QUOTE_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"

#include "agent/device/tpm_device.h"
#include "quote/tpm/quote.h"

namespace evidenced {

// A quote and the registers whose digest it holds.
struct RegisterQuote {
  Bytes statement;
  PcrValues registers;
  uint32_t attempts = 0;
};

// Quotes registers and finds their values. It remembers the last values: as
// long as a quote holds their digest they are the registers, and nothing has
// to be read.
class RegisterQuoter {
 public:
  // Quotes until the registers agree with the quote, at most 5 times.
  // UNAVAILABLE: they did not, or the TPM. DATA_LOSS: the TPM answered for
  // other extra data, registers or another key. INVALID_ARGUMENT: a bank that
  // is not active.
  absl::StatusOr<RegisterQuote> Quote(
      TpmDevice& tpm, ByteView extra_data,
      const std::vector<PcrBankSelection>& selection);

 private:
  std::vector<PcrBankSelection> selection_;  // of values_
  PcrValues values_;
};

}  // namespace evidenced

#endif  // AGENT_COLLECT_REGISTER_QUOTE_H_
