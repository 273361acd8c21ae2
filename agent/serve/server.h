#ifndef AGENT_SERVE_SERVER_H_
#define AGENT_SERVE_SERVER_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"

#include "evidence/v1/config.pb.h"

#include "agent/collect/collector.h"
#include "agent/serve/acceptor.h"
#include "agent/serve/authorizer.h"
#include "agent/serve/roles.h"
#include "agent/serve/service.h"
#include "agent/serve/tls_material.h"

namespace evidenced {

// The running agent: listeners, gRPC server and health, over one collector.
class AgentServer {
 public:
  // Listens and serves. `material` is null if the configuration has no TCP.
  // UNAVAILABLE, FAILED_PRECONDITION: an address cannot be had. INTERNAL: TLS
  // older than 1.3 is not refused.
  static absl::StatusOr<std::unique_ptr<AgentServer>> Start(
      const ::evidence::v1::AgentConfig& config,
      std::shared_ptr<const TlsMaterial> material, Collector& collector);

  AgentServer(const AgentServer&) = delete;
  AgentServer& operator=(const AgentServer&) = delete;
  ~AgentServer();

  // "serving on tcp [::]:7443 and unix /run/evidenced/evidenced.sock".
  std::string ServingLine() const;

  // Accepts nothing more, lets open calls end until `drain` has passed, then
  // cancels them. Health says NOT_SERVING meanwhile.
  void Stop(absl::Duration drain);

 private:
  using Connections = grpc::experimental::ExternalConnectionAcceptor;

  AgentServer(const ::evidence::v1::AgentConfig& config,
              std::shared_ptr<const TlsMaterial> material,
              Collector& collector);

  absl::Status Build();
  absl::Status CheckTls();
  // Runs `check` at the client's end of a new connection to this server.
  absl::Status TryTls(absl::Status (*check)(int fd));
  void Accepted(const Listener& listener, int fd);
  void AcceptedUnix(int fd);

  ::evidence::v1::AgentConfig config_;
  std::shared_ptr<const TlsMaterial> material_;
  Collector& collector_;
  RoleTable roles_;
  CallerCache callers_;
  EvidenceService service_;
  std::unique_ptr<Connections> tls_;
  std::map<Roles, std::unique_ptr<Connections>> unix_;  // by their roles
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Acceptor> acceptor_;
};

}  // namespace evidenced

#endif  // AGENT_SERVE_SERVER_H_
