#ifndef TESTS_AGENT_CLIENT_FAKE_AGENT_H_
#define TESTS_AGENT_CLIENT_FAKE_AGENT_H_

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"

#include "evidence/v1/service.grpc.pb.h"

namespace evidenced {
namespace v1 = ::evidence::v1;

// An agent on a unix socket in a folder of its own, with answers that the test
// chooses.
class FakeAgent final : public v1::EvidenceService::Service {
 public:
  explicit FakeAgent(const std::string& folder)
      : socket_(folder + "/agent.sock") {
    grpc::EnableDefaultHealthCheckService(true);
    grpc::ServerBuilder builder;
    builder.AddListeningPort(address(), grpc::InsecureServerCredentials());
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
  }
  ~FakeAgent() override { server_->Shutdown(); }

  std::string address() const { return "unix:" + socket_; }
  grpc::Server& server() { return *server_; }

  v1::Platform platform;
  v1::Evidence evidence;
  // If set, makes the evidence instead.
  std::function<v1::Evidence(const v1::GetEvidenceRequest&)> answering;
  v1::Measurements measurements;
  v1::RawReport raw_report;
  v1::GetRawReportRequest raw_asked;
  std::map<std::string, std::string> logs;
  size_t chunk_bytes = 100;
  uint64_t offset_fault = 0;  // added to every chunk's offset but the first
  grpc::Status failure;       // of GetEvidence and GetRawReport, unless OK
  v1::GetEvidenceRequest asked;
  int questions = 0;
  absl::Duration delay;  // of GetPlatform

  grpc::Status GetPlatform(grpc::ServerContext*, const v1::GetPlatformRequest*,
                           v1::Platform* answer) override {
    absl::SleepFor(delay);
    *answer = platform;
    return grpc::Status::OK;
  }
  grpc::Status GetEvidence(grpc::ServerContext*,
                           const v1::GetEvidenceRequest* request,
                           v1::Evidence* out) override {
    asked = *request;
    ++questions;
    *out = answering ? answering(*request) : evidence;
    return failure;
  }
  grpc::Status GetMeasurements(grpc::ServerContext*,
                               const v1::GetMeasurementsRequest*,
                               v1::Measurements* answer) override {
    *answer = measurements;
    return grpc::Status::OK;
  }
  grpc::Status GetRawReport(grpc::ServerContext*,
                            const v1::GetRawReportRequest* request,
                            v1::RawReport* answer) override {
    raw_asked = *request;
    *answer = raw_report;
    return failure;
  }
  grpc::Status StreamEventLog(
      grpc::ServerContext*, const v1::StreamEventLogRequest* request,
      grpc::ServerWriter<v1::EventLogChunk>* writer) override {
    const auto log = logs.find(request->label());
    if (log == logs.end()) {
      return {grpc::StatusCode::INVALID_ARGUMENT, "expected a log"};
    }
    for (size_t at = 0; at < log->second.size(); at += chunk_bytes) {
      v1::EventLogChunk chunk;
      chunk.set_offset(at + (at > 0 ? offset_fault : 0));
      chunk.set_data(log->second.substr(at, chunk_bytes));
      if (!writer->Write(chunk)) break;
    }
    return grpc::Status::OK;
  }

 private:
  std::string socket_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace evidenced

#endif  // TESTS_AGENT_CLIENT_FAKE_AGENT_H_
