#ifndef AGENT_SERVE_TLS_MATERIAL_H_
#define AGENT_SERVE_TLS_MATERIAL_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "evidence/v1/config.pb.h"

#include "quote/crypto/certificate.h"

namespace evidenced {

// What a TLS server needs, checked as a whole: gRPC aborts on an empty file
// and fails every handshake on a key that does not match.
struct TlsMaterial {
  std::string chain_pem;  // leaf first
  std::string key_pem;
  std::string client_ca_pem;
  std::vector<Certificate> chain;       // parsed, leaf first
  std::vector<Certificate> client_cas;  // parsed

  const Certificate& leaf() const { return chain.front(); }
};

// INVALID_ARGUMENT: a file is missing, empty or not what it should be, the key
// is another's, group or others can read it, or the leaf is not valid at
// `now`, not for a server, or its key is not RSA of 2048 bits and more, P-256
// or P-384. The message names the file.
absl::StatusOr<std::shared_ptr<const TlsMaterial>> LoadTlsMaterial(
    const ::evidence::v1::Tls& files, absl::Time now);

}  // namespace evidenced

#endif  // AGENT_SERVE_TLS_MATERIAL_H_
