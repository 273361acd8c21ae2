#ifndef AGENT_CLIENT_REGISTERS_FILE_H_
#define AGENT_CLIENT_REGISTERS_FILE_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "quote/tpm/quote.h"

namespace evidenced {

// Register values as JSON: bank -> index -> hexadecimal digits, or a list of
// the 24 values of the SHA-256 bank. INVALID_ARGUMENT: another form, a key
// twice, an unknown bank, an index over 23, a value of another length.
absl::StatusOr<PcrValues> ParseRegistersFile(absl::string_view json);

}  // namespace evidenced

#endif  // AGENT_CLIENT_REGISTERS_FILE_H_
