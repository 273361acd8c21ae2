#include "agent/serve/endpoint.h"

#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/impl/server_builder_option.h"
#include "grpcpp/impl/server_builder_plugin.h"

#include "agent/serve/credentials.h"
#include "agent/serve/request_check.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

constexpr int kHandshakeMs = 5000;
constexpr int kKeepaliveMs = 30000;
constexpr int kKeepaliveTimeoutMs = 10000;
constexpr int kConnectionIdleMs = 60 * 1000;
constexpr int kConnectionAgeMs = 3600 * 1000;
constexpr int kConnectionGraceMs = 60000;

// Linking gRPC's reflection is enough to switch it on in every server.
class WithoutReflection final : public grpc::ServerBuilderOption {
 public:
  void UpdateArguments(grpc::ChannelArguments* /*arguments*/) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>*
                         plugins) override {
    plugins->clear();
  }
};

void SetArguments(grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(kMaxRequestBytes);
  builder.SetMaxSendMessageSize(-1);
  // gRPC inflates a message whole before it looks at the limit.
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_GZIP, false);
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS,
                             kHandshakeMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS,
                             kKeepaliveTimeoutMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS,
                             kConnectionIdleMs);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, kConnectionAgeMs);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS,
                             kConnectionGraceMs);
}

}  // namespace

Endpoint::Endpoint(const EndpointContext& context, Admission admission,
                   std::shared_ptr<const TlsMaterial> material)
    : admission_(std::move(admission)),
      service_(context.collector, admission_, std::move(material),
               context.requests, context.streams, context.device_timeout),
      health_(context.health, admission_, context.watches) {}

Endpoint::~Endpoint() { Stop(absl::Now()); }

absl::StatusOr<std::unique_ptr<Endpoint>> Endpoint::OverTls(
    const EndpointContext& context, CallerCache& callers,
    std::shared_ptr<const TlsMaterial> material) {
  std::unique_ptr<Endpoint> endpoint(
      new Endpoint(context, Admission(callers), material));
  RETURN_IF_ERROR(endpoint->Start(MakeTlsCredentials(std::move(material)),
                                  context.reflection));
  return endpoint;
}

absl::StatusOr<std::unique_ptr<Endpoint>> Endpoint::OverUnix(
    const EndpointContext& context, Roles roles) {
  std::unique_ptr<Endpoint> endpoint(
      new Endpoint(context, Admission(roles), nullptr));
  RETURN_IF_ERROR(endpoint->Start(MakeUnixCredentials(), context.reflection));
  return endpoint;
}

absl::Status Endpoint::Start(
    const std::shared_ptr<grpc::ServerCredentials>& credentials,
    Reflection reflection) {
  grpc::ServerBuilder builder;
  if (reflection == Reflection::kOn) {
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  } else {
    builder.SetOption(std::make_unique<WithoutReflection>());
  }
  SetArguments(builder);
  builder.RegisterService(&service_);
  builder.RegisterService(&health_);
  using Type = grpc::ServerBuilder::experimental_type::ExternalConnectionType;
  connections_ = builder.experimental().AddExternalConnectionAcceptor(
      Type::FROM_FD, credentials);
  server_ = builder.BuildAndStart();
  if (server_ != nullptr) return absl::OkStatus();
  return absl::InternalError("gRPC did not start the server");
}

void Endpoint::Hand(int listener_fd, int fd) {
  Connections::NewConnectionParameters connection;
  connection.listener_fd = listener_fd;
  connection.fd = fd;
  connections_->HandleNewConnection(&connection);
}

void Endpoint::Stop(absl::Time deadline) {
  if (server_ == nullptr) return;
  server_->Shutdown(absl::ToChronoTime(deadline));
  server_->Wait();
  server_.reset();
}

}  // namespace evidenced
