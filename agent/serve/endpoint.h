#ifndef AGENT_SERVE_ENDPOINT_H_
#define AGENT_SERVE_ENDPOINT_H_

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"

#include "agent/collect/collector.h"
#include "agent/serve/admission.h"
#include "agent/serve/health.h"
#include "agent/serve/open_requests.h"
#include "agent/serve/service.h"
#include "agent/serve/tls_material.h"

namespace evidenced {

enum class Reflection : uint8_t { kOff, kOn };

// What the endpoints of an agent share. It must outlive them.
struct EndpointContext {
  Collector& collector;
  HealthState& health;
  OpenRequests& requests;  // for the device
  OpenRequests& streams;
  OpenRequests& watches;
  absl::Duration device_timeout;
  Reflection reflection;
};

// A gRPC server over connections that somebody else accepts, all of one kind:
// over TLS, or of unix socket peers with the same roles. gRPC does not tell a
// handler which acceptor or peer its call came from, so each kind has a server
// of its own.
class Endpoint {
 public:
  // INTERNAL: gRPC does not start.
  static absl::StatusOr<std::unique_ptr<Endpoint>> OverTls(
      const EndpointContext& context, CallerCache& callers,
      std::shared_ptr<const TlsMaterial> material);
  static absl::StatusOr<std::unique_ptr<Endpoint>> OverUnix(
      const EndpointContext& context, Roles roles);

  Endpoint(const Endpoint&) = delete;
  Endpoint& operator=(const Endpoint&) = delete;
  // As Stop() at once.
  ~Endpoint();

  // Takes over a connection. `listener_fd` is -1 if there is none.
  void Hand(int listener_fd, int fd);

  // Cancels the calls that are still open at `deadline`.
  void Stop(absl::Time deadline);

 private:
  using Connections = grpc::experimental::ExternalConnectionAcceptor;

  Endpoint(const EndpointContext& context, Admission admission,
           std::shared_ptr<const TlsMaterial> material);
  absl::Status Start(
      const std::shared_ptr<grpc::ServerCredentials>& credentials,
      Reflection reflection);

  const Admission admission_;
  EvidenceService service_;
  HealthService health_;
  std::unique_ptr<Connections> connections_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace evidenced

#endif  // AGENT_SERVE_ENDPOINT_H_
