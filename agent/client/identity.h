#ifndef AGENT_CLIENT_IDENTITY_H_
#define AGENT_CLIENT_IDENTITY_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "agent/client/config.h"
#include "quote/crypto/certificate.h"

namespace evidenced {

// The verifier's own TLS material, read and checked.
struct Identity {
  std::string ca_pem;
  std::string cert_pem;
  std::string key_pem;
  Certificate leaf;
};

// From the files in `options`, which CheckConnection() has taken, for an
// address that is not a unix socket. INVALID_ARGUMENT: a file that holds
// something else, or a key that is not the certificate's; else as ReadFile().
absl::StatusOr<Identity> LoadIdentity(const ConnectionOptions& options);

// Whether the server's certificate has a subject alternative name. gRPC takes
// one without by its common name, which RFC 9525, section 2, rules out.
// UNAUTHENTICATED: it has none.
absl::Status CheckServerNames(const Certificate& certificate);

// Whom the evidence will be for (item 2 of the transcript).
struct Audience {
  std::string value;
  std::string source;  // where it comes from, in words
};

// `given` if set; else the certificate's only URI SAN or, if it has none,
// "dns:" and its only DNS SAN. INVALID_ARGUMENT: neither, or not 1 to 2048
// characters of 0x21 to 0x7E.
absl::StatusOr<Audience> ChooseAudience(const std::optional<std::string>& given,
                                        const Certificate* leaf);

}  // namespace evidenced

#endif  // AGENT_CLIENT_IDENTITY_H_
