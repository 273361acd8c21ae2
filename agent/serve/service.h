#ifndef AGENT_SERVE_SERVICE_H_
#define AGENT_SERVE_SERVICE_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "evidence/v1/service.grpc.pb.h"

#include "agent/collect/collector.h"
#include "agent/serve/admission.h"
#include "agent/serve/open_requests.h"
#include "agent/serve/tls_material.h"

namespace evidenced {

// The API. Handlers check caller and request, hand it to the collector and
// return; the answer comes back on the collector's thread.
class EvidenceService final
    : public ::evidence::v1::EvidenceService::CallbackService {
 public:
  // `material` is null on the unix socket. All others must outlive the server.
  EvidenceService(Collector& collector, const Admission& admission,
                  std::shared_ptr<const TlsMaterial> material,
                  OpenRequests& requests, OpenRequests& streams,
                  absl::Duration device_timeout);

  grpc::ServerUnaryReactor* GetPlatform(
      grpc::CallbackServerContext* context,
      const ::evidence::v1::GetPlatformRequest* request,
      ::evidence::v1::Platform* response) override;
  grpc::ServerUnaryReactor* GetEvidence(
      grpc::CallbackServerContext* context,
      const ::evidence::v1::GetEvidenceRequest* request,
      ::evidence::v1::Evidence* response) override;
  grpc::ServerUnaryReactor* GetMeasurements(
      grpc::CallbackServerContext* context,
      const ::evidence::v1::GetMeasurementsRequest* request,
      ::evidence::v1::Measurements* response) override;
  grpc::ServerUnaryReactor* GetRawReport(
      grpc::CallbackServerContext* context,
      const ::evidence::v1::GetRawReportRequest* request,
      ::evidence::v1::RawReport* response) override;
  grpc::ServerWriteReactor<::evidence::v1::EventLogChunk>* StreamEventLog(
      grpc::CallbackServerContext* context,
      const ::evidence::v1::StreamEventLogRequest* request) override;

 private:
  Waiter WaiterOf(const grpc::CallbackServerContext& context,
                  const Caller& caller, std::function<bool()> gone) const;

  Collector& collector_;
  const Admission& admission_;
  std::shared_ptr<const TlsMaterial> material_;
  OpenRequests& requests_;
  OpenRequests& streams_;
  absl::Duration device_timeout_;
};

}  // namespace evidenced

#endif  // AGENT_SERVE_SERVICE_H_
