#ifndef AGENT_SERVE_SERVER_H_
#define AGENT_SERVE_SERVER_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "evidence/v1/config.pb.h"

#include "agent/base/descriptor.h"
#include "agent/collect/collector.h"
#include "agent/serve/acceptor.h"
#include "agent/serve/callers.h"
#include "agent/serve/endpoint.h"
#include "agent/serve/health.h"
#include "agent/serve/open_requests.h"
#include "agent/serve/roles.h"
#include "agent/serve/tls_material.h"

namespace evidenced {

// The running agent: listeners, endpoints and health, over one collector.
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
  AgentServer(const ::evidence::v1::AgentConfig& config, Collector& collector);

  absl::Status Build(std::shared_ptr<const TlsMaterial> material);
  absl::Status CheckTls();
  // Runs `check` at the client's end of a new connection to this server.
  absl::Status TryTls(absl::Status (*check)(int fd));
  absl::Status Listen(const ::evidence::v1::AgentConfig& config);
  // On the acceptor's thread.
  void AcceptedUnix(Descriptor connection);
  // Null: gRPC does not start one.
  Endpoint* UnixEndpoint(Roles roles);

  Collector& collector_;
  HealthState health_;
  OpenRequests requests_;
  OpenRequests streams_;
  OpenRequests watches_;
  RoleTable roles_;
  CallerCache callers_;
  EndpointContext context_;
  std::unique_ptr<Endpoint> tls_;  // null without TCP
  // By their roles, made when a process with them first connects. The unix
  // acceptor's thread owns it while that runs.
  std::map<Roles, std::unique_ptr<Endpoint>> unix_;
  // Apart, so that connections over TCP cannot shut out local ones.
  std::unique_ptr<Acceptor> tcp_acceptor_;
  std::unique_ptr<Acceptor> unix_acceptor_;
  bool stopped_ = false;
};

}  // namespace evidenced

#endif  // AGENT_SERVE_SERVER_H_
