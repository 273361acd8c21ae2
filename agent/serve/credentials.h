#ifndef AGENT_SERVE_CREDENTIALS_H_
#define AGENT_SERVE_CREDENTIALS_H_

#include <memory>

#include "grpcpp/security/server_credentials.h"

#include "agent/serve/tls_material.h"

namespace evidenced {

// TLS with client certificates that `material`'s CA issued, for one acceptor.
// Who they are and what they may do is decided for each call: see Admission.
std::shared_ptr<grpc::ServerCredentials> MakeTlsCredentials(
    std::shared_ptr<const TlsMaterial> material);

// For one acceptor of unix socket connections.
std::shared_ptr<grpc::ServerCredentials> MakeUnixCredentials();

}  // namespace evidenced

#endif  // AGENT_SERVE_CREDENTIALS_H_
