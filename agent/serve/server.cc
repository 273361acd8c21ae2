#include "agent/serve/server.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"

#include "agent/base/descriptor.h"
#include "agent/serve/log.h"
#include "agent/serve/tls_check.h"
#include "quote/base/bytes.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

// For answers that are on their way when nothing else is open.
constexpr absl::Duration kLastWords = absl::Milliseconds(250);
constexpr size_t kMaxUnixConnections = 256;
constexpr size_t kMaxReason = 512;  // of a line of the log
constexpr OpenRequests::Limits kStreams = {.total = 32, .per_caller = 4};
constexpr OpenRequests::Limits kWatches = {.total = 1024, .per_caller = 64};
constexpr char kServiceName[] = "evidence.v1.EvidenceService";
// Every guest may have one; it counts as failing until it was opened.
constexpr char kTpmSource[] = "source/tpm";

// No caller can fill the queue for the device alone.
OpenRequests::Limits RequestLimits(const v1::ServiceLimits& limits) {
  const size_t queue = limits.queue_length();
  return {.total = 2 * queue, .per_caller = std::max<size_t>(1, queue / 4)};
}

void LogHealth(const SourceHealth& health) {
  if (health.absent) {
    LogInfo(absl::StrCat("source ", health.source, " not in this guest"));
  } else if (health.available) {
    LogInfo(absl::StrCat("source ", health.source, " available"));
  } else if (!health.asked) {
    LogInfo(absl::StrCat("source ", health.source, " found, not asked yet"));
  } else {
    LogWarning(absl::StrCat("source ", health.source, " not available",
                            health.key_lost ? ", key lost: " : ": ",
                            Printable(health.reason, kMaxReason)));
  }
}

}  // namespace

AgentServer::AgentServer(const v1::AgentConfig& config, Collector& collector)
    : collector_(collector),
      requests_(RequestLimits(config.limits())),
      streams_(kStreams),
      watches_(kWatches),
      roles_(config),
      callers_(roles_),
      context_{
          .collector = collector_,
          .health = health_,
          .requests = requests_,
          .streams = streams_,
          .watches = watches_,
          .device_timeout =
              absl::Seconds(config.limits().device_timeout_seconds()),
          .reflection =
              config.listen().reflection() ? Reflection::kOn : Reflection::kOff,
      } {}

AgentServer::~AgentServer() { Stop(absl::ZeroDuration()); }

absl::StatusOr<std::unique_ptr<AgentServer>> AgentServer::Start(
    const v1::AgentConfig& config, std::shared_ptr<const TlsMaterial> material,
    Collector& collector) {
  std::unique_ptr<AgentServer> server(new AgentServer(config, collector));
  RETURN_IF_ERROR(server->Build(std::move(material)));
  RETURN_IF_ERROR(server->Listen(config));
  return server;
}

absl::Status AgentServer::Build(std::shared_ptr<const TlsMaterial> material) {
  if (material != nullptr) {
    ASSIGN_OR_RETURN(
        tls_, Endpoint::OverTls(context_, callers_, std::move(material)));
    RETURN_IF_ERROR(CheckTls());
  }
  LogGrpc();
  health_.Set(kServiceName, true);
  health_.Set(kTpmSource, false);
  collector_.WatchHealth([this](const SourceHealth& health) {
    const std::string service = absl::StrCat("source/", health.source);
    if (health.absent) {
      health_.Forget(service);
    } else {
      health_.Set(service, health.available);
    }
    LogHealth(health);
  });
  return absl::OkStatus();
}

// The setting that forbids older versions is a side door of OpenSSL, so the
// server shows that it works before anybody relies on it.
absl::Status AgentServer::CheckTls() {
  RETURN_IF_ERROR(TryTls(CheckTls13IsServed));
  return TryTls(CheckOldTlsIsRefused);
}

absl::Status AgentServer::TryTls(absl::Status (*check)(int fd)) {
  int pair[2] = {-1, -1};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
    return absl::InternalError("no socket pair for the TLS check");
  }
  const Descriptor client(pair[1]);
  // gRPC's end must not block its threads; the other end may.
  fcntl(pair[0], F_SETFL, O_NONBLOCK);
  tls_->Hand(-1, pair[0]);
  return check(client.get());
}

absl::Status AgentServer::Listen(const v1::AgentConfig& config) {
  // All addresses are had before the first connection is taken.
  std::vector<Listener> tcp;
  for (const std::string& address : config.listen().tcp()) {
    ASSIGN_OR_RETURN(Listener listener, Listener::Tcp(address));
    tcp.push_back(std::move(listener));
  }
  std::vector<Listener> local;
  if (!config.listen().unix().empty()) {
    ASSIGN_OR_RETURN(Listener listener, Listener::Unix(config.listen().unix()));
    local.push_back(std::move(listener));
  }
  ASSIGN_OR_RETURN(
      tcp_acceptor_,
      Acceptor::Start(std::move(tcp), config.limits().max_connections(),
                      [this](const Listener& listener, int fd) {
                        tls_->Hand(listener.fd(), fd);
                      }));
  ASSIGN_OR_RETURN(unix_acceptor_,
                   Acceptor::Start(std::move(local), kMaxUnixConnections,
                                   [this](const Listener& /*one*/, int fd) {
                                     AcceptedUnix(Descriptor(fd));
                                   }));
  return absl::OkStatus();
}

Endpoint* AgentServer::UnixEndpoint(Roles roles) {
  std::unique_ptr<Endpoint>& endpoint = unix_[roles];
  if (endpoint == nullptr) {
    auto made = Endpoint::OverUnix(context_, roles);
    if (made.ok()) {
      endpoint = *std::move(made);
    } else {
      LogError(made.status().message());
    }
  }
  return endpoint.get();
}

void AgentServer::AcceptedUnix(Descriptor connection) {
  ucred peer = {};
  socklen_t size = sizeof(peer);
  const bool known =
      getsockopt(connection.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0;
  const Roles roles = known ? roles_.OfProcess(peer.uid, peer.gid) : 0;
  const std::string process =
      absl::StrFormat("uid=%d gid=%d pid=%d", peer.uid, peer.gid, peer.pid);
  Endpoint* endpoint = roles == 0 ? nullptr : UnixEndpoint(roles);
  if (endpoint == nullptr) {
    LogWarning(absl::StrCat("unix connection refused ", process, " role=none"));
    return;
  }
  LogInfo(
      absl::StrCat("unix connection ", process, " role=", RoleNames(roles)));
  endpoint->Hand(-1, connection.Release());
}

std::string AgentServer::ServingLine() const {
  std::string line = "serving on";
  std::string separator = " ";
  for (const Acceptor* acceptor : {tcp_acceptor_.get(), unix_acceptor_.get()}) {
    for (const Listener& listener : acceptor->listeners()) {
      absl::StrAppend(&line, separator, listener.is_unix() ? "unix " : "tcp ",
                      listener.address());
      separator = " and ";
    }
  }
  return line;
}

void AgentServer::Stop(absl::Duration drain) {
  if (std::exchange(stopped_, true)) return;
  const absl::Time until = absl::Now() + drain;
  tcp_acceptor_.reset();
  unix_acceptor_.reset();
  health_.Shutdown();
  requests_.Close(until);
  streams_.Close(until);
  const absl::Time last_words = absl::Now() + kLastWords;
  if (tls_ != nullptr) tls_->Stop(last_words);
  for (auto& [roles, endpoint] : unix_) {
    if (endpoint != nullptr) endpoint->Stop(last_words);
  }
  // Nobody is told any more; the collector outlives this.
  collector_.WatchHealth([](const SourceHealth&) {});
}

}  // namespace evidenced
