#ifndef AGENT_CLIENT_GRPC_STATUS_H_
#define AGENT_CLIENT_GRPC_STATUS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "grpcpp/support/status.h"

namespace evidenced {

// What a call's failure means, for a person: "127.0.0.1:7443: GetEvidence:
// permission denied: ...", or "...: no connection: nobody listens there: ...".
// The agent's own words are made printable. Keeps the code.
absl::Status DescribeFailure(const std::string& address, absl::string_view what,
                             const grpc::Status& status);

}  // namespace evidenced

#endif  // AGENT_CLIENT_GRPC_STATUS_H_
