#include "agent/serve/server.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/impl/server_builder_option.h"
#include "grpcpp/impl/server_builder_plugin.h"

#include "agent/serve/credentials.h"
#include "agent/serve/log.h"
#include "agent/serve/log_stream.h"
#include "agent/serve/tls_check.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

// For answers that are on their way when nothing else is open.
constexpr absl::Duration kLastWords = absl::Milliseconds(250);
constexpr int kHandshakeMs = 5000;
constexpr int kKeepaliveMs = 30000;
constexpr int kKeepaliveTimeoutMs = 10000;
constexpr int kConnectionAgeMs = 3600 * 1000;
constexpr int kConnectionGraceMs = 60000;
constexpr char kServiceName[] = "evidence.v1.EvidenceService";
constexpr char kTpmSource[] = "source/tpm";

void SetArguments(grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(kMaxRequestBytes);
  builder.SetMaxSendMessageSize(-1);
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS,
                             kHandshakeMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS,
                             kKeepaliveTimeoutMs);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, kConnectionAgeMs);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS,
                             kConnectionGraceMs);
}

// Linking gRPC's reflection is enough to switch it on in every server.
class WithoutReflection final : public grpc::ServerBuilderOption {
 public:
  void UpdateArguments(grpc::ChannelArguments* /*arguments*/) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>*
                         plugins) override {
    plugins->clear();
  }
};

void Hand(grpc::experimental::ExternalConnectionAcceptor& acceptor,
          int listener_fd, int fd) {
  grpc::experimental::ExternalConnectionAcceptor::NewConnectionParameters
      connection;
  connection.listener_fd = listener_fd;
  connection.fd = fd;
  acceptor.HandleNewConnection(&connection);
}

absl::StatusOr<std::vector<Listener>> Listen(const v1::Listen& listen) {
  std::vector<Listener> listeners;
  for (const std::string& address : listen.tcp()) {
    ASSIGN_OR_RETURN(Listener listener, Listener::Tcp(address));
    listeners.push_back(std::move(listener));
  }
  if (!listen.unix().empty()) {
    ASSIGN_OR_RETURN(Listener listener, Listener::Unix(listen.unix()));
    listeners.push_back(std::move(listener));
  }
  return listeners;
}

}  // namespace

AgentServer::AgentServer(const v1::AgentConfig& config,
                         std::shared_ptr<const TlsMaterial> material,
                         Collector& collector)
    : config_(config),
      material_(std::move(material)),
      collector_(collector),
      roles_(config),
      callers_(roles_),
      service_(collector, callers_, material_,
               absl::Seconds(config.limits().device_timeout_seconds())) {}

AgentServer::~AgentServer() { Stop(absl::ZeroDuration()); }

absl::StatusOr<std::unique_ptr<AgentServer>> AgentServer::Start(
    const v1::AgentConfig& config, std::shared_ptr<const TlsMaterial> material,
    Collector& collector) {
  ASSIGN_OR_RETURN(std::vector<Listener> listeners, Listen(config.listen()));
  std::unique_ptr<AgentServer> server(
      new AgentServer(config, std::move(material), collector));
  RETURN_IF_ERROR(server->Build());
  RETURN_IF_ERROR(server->CheckTls());
  LogGrpc();
  AgentServer* self = server.get();
  server->acceptor_ = std::make_unique<Acceptor>(
      std::move(listeners), config.limits().max_connections(),
      [self](const Listener& listener, int fd) {
        self->Accepted(listener, fd);
      });
  return server;
}

absl::Status AgentServer::Build() {
  grpc::EnableDefaultHealthCheckService(true);
  grpc::ServerBuilder builder;
  if (config_.listen().reflection()) {
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  } else {
    builder.SetOption(std::make_unique<WithoutReflection>());
  }
  SetArguments(builder);
  builder.RegisterService(&service_);
  using Type = grpc::ServerBuilder::experimental_type::ExternalConnectionType;
  if (material_ != nullptr) {
    tls_ = builder.experimental().AddExternalConnectionAcceptor(
        Type::FROM_FD, MakeTlsCredentials(material_, callers_));
  }
  // One acceptor for each set of roles that a process can have, because gRPC
  // ties credentials, not peers, to calls.
  if (!config_.listen().unix().empty()) {
    for (Roles roles = 1; roles <= kAnyRole; ++roles) {
      unix_[roles] = builder.experimental().AddExternalConnectionAcceptor(
          Type::FROM_FD, MakeUnixCredentials(roles));
    }
  }
  server_ = builder.BuildAndStart();
  if (server_ == nullptr) {
    return absl::InternalError("gRPC did not start the server");
  }
  grpc::HealthCheckServiceInterface* health = server_->GetHealthCheckService();
  health->SetServingStatus(kServiceName, true);
  collector_.WatchHealth([health](bool available) {
    health->SetServingStatus(kTpmSource, available);
  });
  return absl::OkStatus();
}

// The setting that forbids older versions is a side door of OpenSSL, so the
// server shows that it works before anybody relies on it.
absl::Status AgentServer::CheckTls() {
  if (tls_ == nullptr) return absl::OkStatus();
  RETURN_IF_ERROR(TryTls(CheckTls13IsServed));
  return TryTls(CheckOldTlsIsRefused);
}

absl::Status AgentServer::TryTls(absl::Status (*check)(int fd)) {
  int pair[2] = {-1, -1};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
    return absl::InternalError("no socket pair for the TLS check");
  }
  // gRPC's end must not block its threads; the other end may.
  fcntl(pair[0], F_SETFL, O_NONBLOCK);
  Hand(*tls_, -1, pair[0]);
  absl::Status status = check(pair[1]);
  close(pair[1]);
  return status;
}

void AgentServer::Accepted(const Listener& listener, int fd) {
  if (listener.is_unix()) return AcceptedUnix(fd);
  Hand(*tls_, listener.fd(), fd);
}

void AgentServer::AcceptedUnix(int fd) {
  ucred peer = {};
  socklen_t size = sizeof(peer);
  const bool known = getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0;
  const Roles roles = known ? roles_.OfProcess(peer.uid, peer.gid) : 0;
  if (roles == 0) {
    LogWarning(absl::StrFormat(
        "refused a process at the unix socket: no role for uid %d, gid %d, "
        "pid %d",
        peer.uid, peer.gid, peer.pid));
    close(fd);
    return;
  }
  Hand(*unix_.at(roles), -1, fd);
}

std::string AgentServer::ServingLine() const {
  std::string line = "serving on";
  std::string separator = " ";
  for (const Listener& listener : acceptor_->listeners()) {
    absl::StrAppend(&line, separator, listener.is_unix() ? "unix " : "tcp ",
                    listener.address());
    separator = " and ";
  }
  return line;
}

void AgentServer::Stop(absl::Duration drain) {
  if (server_ == nullptr) return;
  acceptor_.reset();
  server_->GetHealthCheckService()->SetServingStatus(false);
  service_.Close(drain);
  server_->Shutdown(absl::ToChronoTime(absl::Now() + kLastWords));
  server_->Wait();
  // The collector may report once more; nobody listens.
  collector_.WatchHealth([](bool) {});
  server_.reset();
}

}  // namespace evidenced
