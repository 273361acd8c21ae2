#ifndef AGENT_SERVE_SERVICE_H_
#define AGENT_SERVE_SERVICE_H_

#include <memory>

#include "absl/time/time.h"

#include "evidence/v1/service.grpc.pb.h"

#include "agent/collect/collector.h"
#include "agent/serve/authorizer.h"
#include "agent/serve/open_requests.h"
#include "agent/serve/tls_material.h"

namespace evidenced {

// The API. Handlers check the request, hand it to the collector and return;
// the answer comes back on the collector's thread. Roles were checked before
// (see credentials.h).
class EvidenceService final
    : public ::evidence::v1::EvidenceService::CallbackService {
 public:
  // All of them must outlive the server. `material` is null without TCP.
  EvidenceService(Collector& collector, CallerCache& callers,
                  std::shared_ptr<const TlsMaterial> material,
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
  grpc::ServerWriteReactor<::evidence::v1::EventLogChunk>* StreamEventLog(
      grpc::CallbackServerContext* context,
      const ::evidence::v1::StreamEventLogRequest* request) override;

  // Takes no more requests, and waits at most `patience` for the open ones.
  void Close(absl::Duration patience) { open_.Close(patience); }

 private:
  // A request that may go on.
  struct Admitted {
    Caller caller;
    OpenRequests::Ticket ticket;
  };
  // UNAVAILABLE: the agent is stopping.
  absl::StatusOr<Admitted> Admit(const grpc::CallbackServerContext& context);
  // nullptr: the call did not come over TLS.
  const Certificate* ServerCertificate(const Caller& caller) const;
  absl::Time Deadline(const grpc::CallbackServerContext& context) const;

  Collector& collector_;
  CallerCache& callers_;
  std::shared_ptr<const TlsMaterial> material_;
  absl::Duration device_timeout_;
  OpenRequests open_;
};

}  // namespace evidenced

#endif  // AGENT_SERVE_SERVICE_H_
