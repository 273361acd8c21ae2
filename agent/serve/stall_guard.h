#ifndef AGENT_SERVE_STALL_GUARD_H_
#define AGENT_SERVE_STALL_GUARD_H_

#include <memory>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "grpcpp/alarm.h"
#include "grpcpp/server_context.h"

#include "agent/base/mutex.h"

namespace evidenced {

// Cancels a call whose client does not take what is written to it, and would
// keep it in memory for ever.
class StallGuard {
 public:
  StallGuard(grpc::CallbackServerContext& context, absl::Duration patience)
      : patience_(patience), state_(std::make_shared<State>(&context)) {}
  StallGuard(const StallGuard&) = delete;
  StallGuard& operator=(const StallGuard&) = delete;
  // Must run before the call's context goes.
  ~StallGuard();

  // The call is cancelled unless Disarm() follows in time.
  void Arm();
  void Disarm() { alarm_.reset(); }

 private:
  struct State {
    explicit State(grpc::CallbackServerContext* c) : context(c) {}
    Mutex mutex;
    grpc::CallbackServerContext* context ABSL_GUARDED_BY(mutex);
  };

  const absl::Duration patience_;
  // An alarm that was cancelled may still be called once more.
  std::shared_ptr<State> state_;
  std::optional<grpc::Alarm> alarm_;
};

}  // namespace evidenced

#endif  // AGENT_SERVE_STALL_GUARD_H_
