#ifndef AGENT_CLIENT_PCRS_FILE_H_
#define AGENT_CLIENT_PCRS_FILE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "quote/tpm/quote.h"

namespace evidenced {

struct GivenPcrs {
  PcrValues values;
  // Registers of banks that are not known, such as "sha3_256:7": nothing is
  // compared with them. Printable.
  std::vector<std::string> unknown;
};

// PCR values as JSON: {"sha256": {"0": "hex", ...}, ...}, or a list of the 24
// values of the SHA-256 bank. INVALID_ARGUMENT: another form, no PCR index,
// another length, no digits, a key twice.
absl::StatusOr<GivenPcrs> ParsePcrsFile(absl::string_view json);

// The values alone; `unknown` takes the rest.
absl::StatusOr<PcrValues> ParsePcrsFile(absl::string_view json,
                                        std::vector<std::string>& unknown);

}  // namespace evidenced

#endif  // AGENT_CLIENT_PCRS_FILE_H_
