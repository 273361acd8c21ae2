#ifndef AGENT_SERVE_ADMISSION_H_
#define AGENT_SERVE_ADMISSION_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "grpcpp/server_context.h"

#include "agent/serve/callers.h"
#include "agent/serve/roles.h"

namespace evidenced {

// Decides about each call of one gRPC server, in its handler: an auth metadata
// processor, gRPC's own place for it, aborts the process when a client sends
// the header grpclb_client_stats (CVE-2023-1428, gRPC before 1.53).
class Admission {
 public:
  // Over TLS: by the client's certificate. `callers` must outlive this.
  explicit Admission(CallerCache& callers) : callers_(&callers) {}
  // On the unix socket, whose connections were told apart before: by what a
  // process with these roles may do.
  explicit Admission(Roles roles);

  // The caller, if it may call `method` ("/package.Service/Method").
  // UNAUTHENTICATED: its certificate is not valid now. PERMISSION_DENIED: it
  // has no role for this; `*caller` is set all the same.
  absl::Status Admit(const grpc::CallbackServerContext& context,
                     absl::string_view method,
                     std::shared_ptr<const Caller>* caller) const;

 private:
  absl::StatusOr<std::shared_ptr<const Caller>> CallerOf(
      const grpc::CallbackServerContext& context) const;

  CallerCache* callers_ = nullptr;       // null: the unix socket
  std::shared_ptr<const Caller> local_;  // there
};

}  // namespace evidenced

#endif  // AGENT_SERVE_ADMISSION_H_
