#include "agent/serve/service.h"

#include <chrono>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "grpc/grpc_security_constants.h"

#include "agent/serve/log_stream.h"
#include "agent/serve/request_check.h"
#include "agent/serve/request_log.h"

namespace evidenced {
namespace {

constexpr uint32_t kMinNonce = 32;
constexpr uint32_t kMaxNonce = 64;

// Answers with `status` and writes the request's log line.
void Finish(grpc::ServerUnaryReactor* reactor, const RequestLog& log,
            const absl::Status& status) {
  log.Write(status);
  reactor->Finish(ToGrpc(status));
}

template <typename T>
typename Collector::Done<T> Answer(grpc::ServerUnaryReactor* reactor,
                                   T* response, RequestLog log,
                                   OpenRequests::Ticket ticket) {
  return [reactor, response, log = std::move(log),
          ticket = std::move(ticket)](absl::StatusOr<T> result) {
    const absl::Status status = result.status();
    if (status.ok()) *response = *std::move(result);
    Finish(reactor, log, status);
  };
}

template <typename T>
RequestLog LogOf(absl::string_view method, const absl::StatusOr<T>& admitted) {
  if (!admitted.ok()) return {method, "", 0};
  return {method, admitted->caller.name, admitted->caller.roles};
}

}  // namespace

EvidenceService::EvidenceService(Collector& collector, CallerCache& callers,
                                 std::shared_ptr<const TlsMaterial> material,
                                 absl::Duration device_timeout)
    : collector_(collector),
      callers_(callers),
      material_(std::move(material)),
      device_timeout_(device_timeout) {}

grpc::ServerUnaryReactor* EvidenceService::GetPlatform(
    grpc::CallbackServerContext* context,
    const v1::GetPlatformRequest* /*request*/, v1::Platform* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  auto admitted = Admit(*context);
  const RequestLog log = LogOf("GetPlatform", admitted);
  if (admitted.ok()) {
    *response = collector_.GetPlatform();
    v1::Limits& limits = *response->mutable_limits();
    limits.set_max_request_bytes(kMaxRequestBytes);
    limits.set_min_nonce_bytes(kMinNonce);
    limits.set_max_nonce_bytes(kMaxNonce);
  }
  Finish(reactor, log, admitted.status());
  return reactor;
}

grpc::ServerUnaryReactor* EvidenceService::GetEvidence(
    grpc::CallbackServerContext* context, const v1::GetEvidenceRequest* request,
    v1::Evidence* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  auto admitted = Admit(*context);
  RequestLog log = LogOf("GetEvidence", admitted);
  log.SetNonce(request->nonce());
  auto challenge = admitted.ok()
                       ? CheckRequest(*request, admitted->caller,
                                      ServerCertificate(admitted->caller))
                       : absl::StatusOr<Challenge>(admitted.status());
  if (!challenge.ok()) {
    Finish(reactor, log, challenge.status());
    return reactor;
  }
  challenge->deadline = Deadline(*context);
  collector_.GetEvidence(
      *std::move(challenge),
      Answer(reactor, response, std::move(log), std::move(admitted->ticket)));
  return reactor;
}

grpc::ServerUnaryReactor* EvidenceService::GetMeasurements(
    grpc::CallbackServerContext* context,
    const v1::GetMeasurementsRequest* request, v1::Measurements* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  auto admitted = Admit(*context);
  RequestLog log = LogOf("GetMeasurements", admitted);
  auto pcrs = CheckPcrSelection(request->pcrs());
  if (!admitted.ok() || !pcrs.ok()) {
    Finish(reactor, log, admitted.ok() ? pcrs.status() : admitted.status());
    return reactor;
  }
  collector_.GetMeasurements(
      *std::move(pcrs), Deadline(*context),
      Answer(reactor, response, std::move(log), std::move(admitted->ticket)));
  return reactor;
}

grpc::ServerWriteReactor<v1::EventLogChunk>* EvidenceService::StreamEventLog(
    grpc::CallbackServerContext* context,
    const v1::StreamEventLogRequest* request) {
  auto admitted = Admit(*context);
  RequestLog log = LogOf("StreamEventLog", admitted);
  if (!admitted.ok()) {
    auto* refused = new LogStream(*request, std::move(log), nullptr);
    refused->Start(admitted.status());
    return refused;
  }
  auto* stream =
      new LogStream(*request, std::move(log), std::move(admitted->ticket));
  collector_.ReadLog(
      request->label(), Deadline(*context),
      [stream](absl::StatusOr<std::shared_ptr<const LogSnapshot>> snapshot) {
        stream->Start(std::move(snapshot));
      });
  return stream;
}

absl::StatusOr<EvidenceService::Admitted> EvidenceService::Admit(
    const grpc::CallbackServerContext& context) {
  OpenRequests::Ticket ticket = open_.Enter();
  if (ticket == nullptr) {
    return absl::UnavailableError("the agent is stopping");
  }
  const auto properties = context.auth_context()->FindPropertyValues(
      GRPC_X509_PEM_CERT_PROPERTY_NAME);
  if (properties.empty()) {
    return Admitted{
        .caller = {.name = "unix", .roles = 0, .certificate = nullptr},
        .ticket = std::move(ticket)};
  }
  const auto caller = callers_.Find(
      {properties.front().data(), properties.front().size()}, absl::Now());
  if (!caller.ok()) return caller.status();
  return Admitted{.caller = **caller, .ticket = std::move(ticket)};
}

const Certificate* EvidenceService::ServerCertificate(
    const Caller& caller) const {
  return caller.certificate == nullptr ? nullptr : &material_->leaf();
}

absl::Time EvidenceService::Deadline(
    const grpc::CallbackServerContext& context) const {
  const absl::Time own = absl::Now() + device_timeout_;
  const auto theirs = context.deadline();
  if (theirs == std::chrono::system_clock::time_point::max()) return own;
  return std::min(own, absl::FromChrono(theirs));
}

}  // namespace evidenced
