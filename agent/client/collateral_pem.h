#ifndef AGENT_CLIENT_COLLATERAL_PEM_H_
#define AGENT_CLIENT_COLLATERAL_PEM_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace evidenced {

// What is between certificates in PEM is anybody's text, and people look at
// such files. INVALID_ARGUMENT (kMalformed): other than lines of printable
// ASCII.
absl::Status CheckPlainPem(absl::string_view pem);

// The PEM that a header has in the encoding of URLs (RFC 3986, section 2.1), a
// line break at its end. INVALID_ARGUMENT (kMalformed): none, a % without two
// hexadecimal digits, or what CheckPlainPem() refuses.
absl::StatusOr<std::string> PemFromHeader(absl::string_view header);

}  // namespace evidenced

#endif  // AGENT_CLIENT_COLLATERAL_PEM_H_
