#ifndef AGENT_CLIENT_PCRS_FILE_H_
#define AGENT_CLIENT_PCRS_FILE_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "quote/tpm/quote.h"

namespace evidenced {

// PCR values as JSON: {"sha256": {"0": "hex", ...}, ...}, or a list of the 24
// values of the SHA-256 bank. INVALID_ARGUMENT: another form, an unknown bank,
// no PCR index, another length, a key twice.
absl::StatusOr<PcrValues> ParsePcrsFile(absl::string_view json);

}  // namespace evidenced

#endif  // AGENT_CLIENT_PCRS_FILE_H_
