#ifndef AGENT_SERVE_LOG_STREAM_H_
#define AGENT_SERVE_LOG_STREAM_H_

#include <memory>

#include "absl/status/statusor.h"
#include "grpcpp/support/server_callback.h"

#include "evidence/v1/service.pb.h"

#include "agent/collect/collector.h"
#include "agent/serve/open_requests.h"
#include "agent/serve/request_log.h"

namespace evidenced {

inline constexpr size_t kMaxChunk = 1U << 20;
inline constexpr size_t kMaxRequestBytes = 128U << 10;

// One StreamEventLog: writes the events that were asked for, one chunk at a
// time, as the client takes them. Deletes itself when the call is done.
class LogStream final
    : public grpc::ServerWriteReactor<::evidence::v1::EventLogChunk> {
 public:
  LogStream(const ::evidence::v1::StreamEventLogRequest& request,
            RequestLog log, OpenRequests::Ticket ticket);

  // Called once, from any thread.
  void Start(absl::StatusOr<std::shared_ptr<const LogSnapshot>> snapshot);

  void OnWriteDone(bool ok) override;
  void OnDone() override { delete this; }

 private:
  void WriteNext();
  void End(const absl::Status& status);

  uint64_t start_;
  uint64_t count_;
  RequestLog log_;
  OpenRequests::Ticket ticket_;
  std::shared_ptr<const LogSnapshot> snapshot_;
  size_t event_ = 0;   // the first event that begins at or after offset_
  size_t offset_ = 0;  // the next byte to write
  size_t last_ = 0;    // the first event that is not wanted
  size_t end_ = 0;     // where it begins
  ::evidence::v1::EventLogChunk chunk_;
};

}  // namespace evidenced

#endif  // AGENT_SERVE_LOG_STREAM_H_
