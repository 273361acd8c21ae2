#ifndef AGENT_SERVE_UNARY_CALL_H_
#define AGENT_SERVE_UNARY_CALL_H_

#include <atomic>
#include <functional>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "grpcpp/support/server_callback.h"

#include "agent/serve/open_requests.h"
#include "agent/serve/request_log.h"

namespace evidenced {

// A call with one answer, which knows whether its client has gone. Deletes
// itself when the call is done.
class UnaryCall final : public grpc::ServerUnaryReactor {
 public:
  explicit UnaryCall(RequestLog log) : log_(std::move(log)) {}

  void Hold(OpenRequests::Ticket ticket) { ticket_ = std::move(ticket); }

  // Outlives the call.
  std::function<bool()> Gone() const {
    return [gone = gone_] { return gone->load(); };
  }

  // Answers, once, with what the response holds, or with an error.
  void End(const absl::Status& status) {
    log_.Write(status);
    // Before the client can know, and ask again.
    ticket_ = nullptr;
    Finish(ToGrpc(status));
  }

  void OnCancel() override { gone_->store(true); }
  void OnDone() override { delete this; }

 private:
  const RequestLog log_;
  OpenRequests::Ticket ticket_;
  const std::shared_ptr<std::atomic<bool>> gone_ =
      std::make_shared<std::atomic<bool>>(false);
};

}  // namespace evidenced

#endif  // AGENT_SERVE_UNARY_CALL_H_
