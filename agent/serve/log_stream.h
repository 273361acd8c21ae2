#ifndef AGENT_SERVE_LOG_STREAM_H_
#define AGENT_SERVE_LOG_STREAM_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "grpcpp/support/server_callback.h"

#include "evidence/v1/service.pb.h"

#include "agent/collect/collector.h"
#include "agent/serve/open_requests.h"
#include "agent/serve/request_log.h"
#include "agent/serve/stall_guard.h"

namespace evidenced {

// Bytes of one message.
inline constexpr size_t kMaxChunk = 1U << 20;
// The client takes a chunk in this time, or the stream ends.
inline constexpr absl::Duration kChunkPatience = absl::Seconds(30);

// One StreamEventLog: writes the events that were asked for, one chunk at a
// time, as the client takes them. Deletes itself when the call is done.
class LogStream final
    : public grpc::ServerWriteReactor<::evidence::v1::EventLogChunk> {
 public:
  LogStream(grpc::CallbackServerContext& context,
            const ::evidence::v1::StreamEventLogRequest& request,
            RequestLog log);

  void Hold(OpenRequests::Ticket ticket) { ticket_ = std::move(ticket); }
  // Whether the client has gone. Outlives the stream.
  std::function<bool()> Gone() const {
    return [gone = gone_] { return gone->load(); };
  }

  // Called once, from any thread.
  void Start(absl::StatusOr<std::shared_ptr<const LogSnapshot>> snapshot);

  void OnWriteDone(bool ok) override;
  void OnCancel() override { gone_->store(true); }
  void OnDone() override { delete this; }

 private:
  void WriteNext();
  void End(const absl::Status& status);

  uint64_t start_;
  uint64_t count_;
  RequestLog log_;
  OpenRequests::Ticket ticket_;
  const std::shared_ptr<std::atomic<bool>> gone_ =
      std::make_shared<std::atomic<bool>>(false);
  StallGuard stall_;
  std::shared_ptr<const LogSnapshot> snapshot_;
  size_t event_ = 0;   // the first event that begins at or after offset_
  size_t offset_ = 0;  // the next byte to write
  size_t last_ = 0;    // the first event that is not wanted
  size_t end_ = 0;     // where it begins
  ::evidence::v1::EventLogChunk chunk_;
};

}  // namespace evidenced

#endif  // AGENT_SERVE_LOG_STREAM_H_
