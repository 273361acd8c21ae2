#include "agent/client/channel.h"

#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/auth_context.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/support/channel_arguments.h"

#include "evidence/v1/service.grpc.pb.h"

#include "agent/client/grpc_status.h"
#include "health/health.grpc.pb.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

// Evidence with two logs inline (Limits.max_inline_part_bytes), their tails,
// and the rest. A message of empty fields takes fifty times its size.
constexpr int kMaxMessageBytes = 8 << 20;
// An agent's own limit is 45 s, and it says more of why there is no answer.
constexpr absl::Duration kDefaultTimeout = absl::Seconds(60);

std::shared_ptr<grpc::ChannelCredentials> MakeCredentials(
    const Identity* identity) {
  if (identity == nullptr) return grpc::InsecureChannelCredentials();
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = identity->ca_pem;
  options.pem_private_key = identity->key_pem;
  options.pem_cert_chain = identity->cert_pem;
  return grpc::SslCredentials(options);
}

std::shared_ptr<grpc::Channel> MakeChannel(const std::string& address,
                                           const std::string& server_name,
                                           const Identity* identity) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMaxMessageBytes);
  // A proxy from the environment must not stand between, and connections must
  // not be shared with an earlier channel.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  if (!server_name.empty()) {
    arguments.SetSslTargetNameOverride(server_name);
  }
  return grpc::CreateCustomChannel(address, MakeCredentials(identity),
                                   arguments);
}

// The certificate of the server at the other end of a finished call.
absl::StatusOr<Certificate> ServerCertificate(
    const grpc::ClientContext& context) {
  const std::shared_ptr<const grpc::AuthContext> auth = context.auth_context();
  std::vector<grpc::string_ref> values;
  if (auth != nullptr) values = auth->FindPropertyValues("x509_pem_cert");
  if (values.size() != 1) {
    return absl::InternalError(absl::StrFormat(
        "expected one server certificate on the connection, found %d",
        values.size()));
  }
  ASSIGN_OR_RETURN(const std::vector<Certificate> certificates,
                   CertificatesFromPem(absl::string_view(
                       values.front().data(), values.front().size())));
  RETURN_IF_ERROR(CheckServerNames(certificates.front()));
  return certificates.front();
}

}  // namespace

struct AgentChannel::Stubs {
  explicit Stubs(const std::shared_ptr<grpc::Channel>& channel)
      : evidence(v1::EvidenceService::NewStub(channel)),
        health(grpc::health::v1::Health::NewStub(channel)) {}

  std::unique_ptr<v1::EvidenceService::Stub> evidence;
  std::unique_ptr<grpc::health::v1::Health::Stub> health;
};

absl::StatusOr<std::unique_ptr<AgentChannel>> AgentChannel::Open(
    const ConnectionOptions& options) {
  std::optional<Identity> identity;
  if (!IsUnixAddress(*options.address)) {
    ASSIGN_OR_RETURN(identity, LoadIdentity(options));
  }
  const absl::Duration timeout = options.timeout_seconds.has_value()
                                     ? absl::Seconds(*options.timeout_seconds)
                                     : kDefaultTimeout;
  return std::unique_ptr<AgentChannel>(
      new AgentChannel(*options.address, options.server_name.value_or(""),
                       absl::Now() + timeout, std::move(identity)));
}

AgentChannel::AgentChannel(std::string address, std::string server_name,
                           absl::Time deadline,
                           std::optional<Identity> identity)
    : address_(std::move(address)),
      server_name_(std::move(server_name)),
      deadline_(deadline),
      identity_(std::move(identity)) {
  Reconnect();
}

AgentChannel::~AgentChannel() = default;

void AgentChannel::Reconnect() {
  stubs_ = std::make_unique<Stubs>(
      MakeChannel(address_, server_name_, this->identity()));
}

template <typename Call>
absl::Status AgentChannel::Unary(absl::string_view what, Call call) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(deadline_));
  const grpc::Status status = call(&context);
  if (!status.ok()) return DescribeFailure(address_, what, status);
  if (identity() != nullptr) {
    ASSIGN_OR_RETURN(server_, ServerCertificate(context));
  }
  return absl::OkStatus();
}

absl::Status AgentChannel::Greet() {
  return AskPlatform("GetPlatform, asked first for the server's certificate")
      .status();
}

absl::StatusOr<v1::Platform> AgentChannel::GetPlatform() {
  return AskPlatform("GetPlatform");
}

absl::StatusOr<v1::Platform> AgentChannel::AskPlatform(absl::string_view what) {
  v1::Platform platform;
  RETURN_IF_ERROR(Unary(what, [&](grpc::ClientContext* context) {
    return stubs_->evidence->GetPlatform(context, v1::GetPlatformRequest(),
                                         &platform);
  }));
  return platform;
}

absl::StatusOr<v1::Evidence> AgentChannel::GetEvidence(
    const v1::GetEvidenceRequest& request) {
  v1::Evidence evidence;
  RETURN_IF_ERROR(Unary("GetEvidence", [&](grpc::ClientContext* context) {
    return stubs_->evidence->GetEvidence(context, request, &evidence);
  }));
  return evidence;
}

absl::StatusOr<v1::Measurements> AgentChannel::GetMeasurements(
    const v1::GetMeasurementsRequest& request) {
  v1::Measurements measurements;
  RETURN_IF_ERROR(Unary("GetMeasurements", [&](grpc::ClientContext* context) {
    return stubs_->evidence->GetMeasurements(context, request, &measurements);
  }));
  return measurements;
}

absl::StatusOr<v1::RawReport> AgentChannel::GetRawReport(
    const v1::GetRawReportRequest& request) {
  v1::RawReport report;
  RETURN_IF_ERROR(Unary("GetRawReport", [&](grpc::ClientContext* context) {
    return stubs_->evidence->GetRawReport(context, request, &report);
  }));
  return report;
}

absl::StatusOr<std::string> AgentChannel::ReadLogPrefix(
    const std::string& label, uint64_t length) {
  if (length > kMaxLogBytes) {
    return absl::ResourceExhaustedError(
        absl::StrFormat("expected at most %d bytes in %s, found %d",
                        kMaxLogBytes, Printable(label), length));
  }
  ASSIGN_OR_RETURN(std::string log, ReadStream(label, length));
  if (log.size() < length) {
    return absl::OutOfRangeError(
        absl::StrFormat("expected %d bytes of %s from the agent, found %d",
                        length, Printable(label), log.size()));
  }
  return log;
}

absl::StatusOr<std::string> AgentChannel::ReadLog(const std::string& label) {
  return ReadStream(label, std::nullopt);
}

absl::StatusOr<std::string> AgentChannel::ReadStream(
    const std::string& label, std::optional<uint64_t> length) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(deadline_));
  v1::StreamEventLogRequest request;
  request.set_label(label);
  const auto stream = stubs_->evidence->StreamEventLog(&context, request);
  std::string log;
  v1::EventLogChunk chunk;
  while ((!length.has_value() || log.size() < *length) &&
         stream->Read(&chunk)) {
    if (chunk.offset() != log.size()) {
      context.TryCancel();
      return absl::DataLossError(absl::StrFormat(
          "%s: expected the next chunk of %s at byte %d, found byte %d",
          address_, Printable(label), log.size(), chunk.offset()));
    }
    log += chunk.data();
    if (log.size() > kMaxLogBytes) {
      context.TryCancel();
      return absl::ResourceExhaustedError(
          absl::StrFormat("%s: expected at most %d bytes in %s, found more",
                          address_, kMaxLogBytes, Printable(label)));
    }
  }
  if (length.has_value() && log.size() >= *length) {
    context.TryCancel();
    stream->Finish();
    log.resize(*length);
    return log;
  }
  const grpc::Status status = stream->Finish();
  if (!status.ok()) return DescribeFailure(address_, "StreamEventLog", status);
  if (identity() != nullptr) {
    ASSIGN_OR_RETURN(server_, ServerCertificate(context));
  }
  return log;
}

absl::StatusOr<AgentChannel::Health> AgentChannel::CheckHealth(
    const std::string& service) {
  grpc::health::v1::HealthCheckRequest request;
  request.set_service(service);
  grpc::health::v1::HealthCheckResponse response;
  RETURN_IF_ERROR(Unary("health check", [&](grpc::ClientContext* context) {
    return stubs_->health->Check(context, request, &response);
  }));
  switch (response.status()) {
    case grpc::health::v1::HealthCheckResponse::SERVING:
      return Health::kServing;
    case grpc::health::v1::HealthCheckResponse::NOT_SERVING:
      return Health::kNotServing;
    default:
      return Health::kUnknown;
  }
}

}  // namespace evidenced
