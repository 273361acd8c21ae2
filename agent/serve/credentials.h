#ifndef AGENT_SERVE_CREDENTIALS_H_
#define AGENT_SERVE_CREDENTIALS_H_

#include <memory>

#include "grpcpp/security/server_credentials.h"

#include "agent/serve/authorizer.h"
#include "agent/serve/tls_material.h"

namespace evidenced {

// TLS with client certificates, for one acceptor. Every RPC is checked: the
// certificate's dates, and its role against the method. `material` and
// `callers` must outlive the server.
std::shared_ptr<grpc::ServerCredentials> MakeTlsCredentials(
    std::shared_ptr<const TlsMaterial> material, CallerCache& callers);

// For one acceptor of unix socket connections, all of the same `roles`.
std::shared_ptr<grpc::ServerCredentials> MakeUnixCredentials(Roles roles);

}  // namespace evidenced

#endif  // AGENT_SERVE_CREDENTIALS_H_
