#include "agent/serve/service.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/time/clock.h"

#include "agent/serve/log_stream.h"
#include "agent/serve/request_check.h"
#include "agent/serve/unary_call.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

constexpr char kGetPlatform[] = "/evidence.v1.EvidenceService/GetPlatform";
constexpr char kGetEvidence[] = "/evidence.v1.EvidenceService/GetEvidence";
constexpr char kGetMeasurements[] =
    "/evidence.v1.EvidenceService/GetMeasurements";
constexpr char kGetRawReport[] = "/evidence.v1.EvidenceService/GetRawReport";
constexpr char kStreamEventLog[] =
    "/evidence.v1.EvidenceService/StreamEventLog";

// Ends `call` with what the collector gives.
template <typename T>
Collector::Done<T> Answer(UnaryCall* call, T* response) {
  return [call, response](absl::StatusOr<T> result) {
    const absl::Status status = result.status();
    if (status.ok()) *response = *std::move(result);
    call->End(status);
  };
}

}  // namespace

EvidenceService::EvidenceService(Collector& collector,
                                 const Admission& admission,
                                 std::shared_ptr<const TlsMaterial> material,
                                 OpenRequests& requests, OpenRequests& streams,
                                 absl::Duration device_timeout)
    : collector_(collector),
      admission_(admission),
      material_(std::move(material)),
      requests_(requests),
      streams_(streams),
      device_timeout_(device_timeout) {}

grpc::ServerUnaryReactor* EvidenceService::GetPlatform(
    grpc::CallbackServerContext* context,
    const v1::GetPlatformRequest* /*request*/, v1::Platform* response) {
  std::shared_ptr<const Caller> caller;
  const absl::Status status = admission_.Admit(*context, kGetPlatform, &caller);
  auto* call = new UnaryCall(RequestLog(kGetPlatform, caller.get()));
  if (status.ok()) {
    *response = collector_.GetPlatform();
    v1::Limits& limits = *response->mutable_limits();
    limits.set_max_request_bytes(kMaxRequestBytes);
    limits.set_min_nonce_bytes(kMinNonce);
    limits.set_max_nonce_bytes(kMaxNonce);
  }
  call->End(status);
  return call;
}

grpc::ServerUnaryReactor* EvidenceService::GetEvidence(
    grpc::CallbackServerContext* context, const v1::GetEvidenceRequest* request,
    v1::Evidence* response) {
  std::shared_ptr<const Caller> caller;
  const absl::Status admitted =
      admission_.Admit(*context, kGetEvidence, &caller);
  RequestLog log(kGetEvidence, caller.get());
  log.SetNonce(request->nonce());
  auto* call = new UnaryCall(std::move(log));
  const auto begin = [&]() -> absl::Status {
    RETURN_IF_ERROR(admitted);
    const bool tls = caller->certificate != nullptr;
    ASSIGN_OR_RETURN(
        Challenge challenge,
        CheckRequest(*request, *caller, tls ? &material_->leaf() : nullptr));
    ASSIGN_OR_RETURN(OpenRequests::Ticket ticket,
                     requests_.Enter(caller->name));
    call->Hold(std::move(ticket));
    collector_.GetEvidence(std::move(challenge),
                           WaiterOf(*context, *caller, call->Gone()),
                           Answer(call, response));
    return absl::OkStatus();
  };
  if (const absl::Status begun = begin(); !begun.ok()) call->End(begun);
  return call;
}

grpc::ServerUnaryReactor* EvidenceService::GetMeasurements(
    grpc::CallbackServerContext* context,
    const v1::GetMeasurementsRequest* request, v1::Measurements* response) {
  std::shared_ptr<const Caller> caller;
  const absl::Status admitted =
      admission_.Admit(*context, kGetMeasurements, &caller);
  auto* call = new UnaryCall(RequestLog(kGetMeasurements, caller.get()));
  const auto begin = [&]() -> absl::Status {
    RETURN_IF_ERROR(admitted);
    ASSIGN_OR_RETURN(auto pcrs, CheckPcrSelection(request->pcrs()));
    ASSIGN_OR_RETURN(OpenRequests::Ticket ticket,
                     requests_.Enter(caller->name));
    call->Hold(std::move(ticket));
    collector_.GetMeasurements(std::move(pcrs),
                               WaiterOf(*context, *caller, call->Gone()),
                               Answer(call, response));
    return absl::OkStatus();
  };
  if (const absl::Status begun = begin(); !begun.ok()) call->End(begun);
  return call;
}

grpc::ServerUnaryReactor* EvidenceService::GetRawReport(
    grpc::CallbackServerContext* context,
    const v1::GetRawReportRequest* request, v1::RawReport* response) {
  std::shared_ptr<const Caller> caller;
  const absl::Status admitted =
      admission_.Admit(*context, kGetRawReport, &caller);
  RequestLog log(kGetRawReport, caller.get());
  log.SetReportData(request->report_data());
  auto* call = new UnaryCall(std::move(log));
  const auto begin = [&]() -> absl::Status {
    RETURN_IF_ERROR(admitted);
    // No role of a certificate lets it come so far.
    if (caller->certificate != nullptr) {
      return absl::PermissionDeniedError(
          "expected a process on the unix socket, found a client over TLS");
    }
    ASSIGN_OR_RETURN(const ReportData data, CheckRawRequest(*request));
    ASSIGN_OR_RETURN(OpenRequests::Ticket ticket,
                     requests_.Enter(caller->name));
    call->Hold(std::move(ticket));
    collector_.GetRawReport(data, WaiterOf(*context, *caller, call->Gone()),
                            Answer(call, response));
    return absl::OkStatus();
  };
  if (const absl::Status begun = begin(); !begun.ok()) call->End(begun);
  return call;
}

grpc::ServerWriteReactor<v1::EventLogChunk>* EvidenceService::StreamEventLog(
    grpc::CallbackServerContext* context,
    const v1::StreamEventLogRequest* request) {
  std::shared_ptr<const Caller> caller;
  const absl::Status admitted =
      admission_.Admit(*context, kStreamEventLog, &caller);
  auto* stream = new LogStream(*context, *request,
                               RequestLog(kStreamEventLog, caller.get()));
  const auto begin = [&]() -> absl::Status {
    RETURN_IF_ERROR(admitted);
    ASSIGN_OR_RETURN(OpenRequests::Ticket ticket, streams_.Enter(caller->name));
    stream->Hold(std::move(ticket));
    collector_.ReadLog(
        request->label(), WaiterOf(*context, *caller, stream->Gone()),
        [stream](absl::StatusOr<std::shared_ptr<const LogSnapshot>> snapshot) {
          stream->Start(std::move(snapshot));
        });
    return absl::OkStatus();
  };
  if (const absl::Status begun = begin(); !begun.ok()) stream->Start(begun);
  return stream;
}

Waiter EvidenceService::WaiterOf(const grpc::CallbackServerContext& context,
                                 const Caller& caller,
                                 std::function<bool()> gone) const {
  Waiter waiter;
  const absl::Time limit = absl::Now() + device_timeout_;
  const auto theirs = context.deadline();
  waiter.deadline = theirs == std::chrono::system_clock::time_point::max()
                        ? absl::InfiniteFuture()
                        : absl::FromChrono(theirs);
  waiter.limited = waiter.deadline > limit;
  waiter.deadline = std::min(waiter.deadline, limit);
  waiter.caller = caller.name;
  waiter.gone = std::move(gone);
  return waiter;
}

}  // namespace evidenced
