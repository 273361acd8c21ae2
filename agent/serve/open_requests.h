#ifndef AGENT_SERVE_OPEN_REQUESTS_H_
#define AGENT_SERVE_OPEN_REQUESTS_H_

#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "agent/base/mutex.h"

namespace evidenced {

// Counts the requests of one kind that are being answered: to limit what all
// callers and what one of them can hold, because gRPC limits neither, and so
// that a server that stops can wait for them.
class OpenRequests {
 public:
  // A request is open as long as its ticket lives.
  using Ticket = std::shared_ptr<const void>;

  struct Limits {
    size_t total;
    size_t per_caller;
  };

  explicit OpenRequests(const Limits& limits)
      : state_(std::make_shared<State>(limits)) {}

  // UNAVAILABLE: Close() was called. RESOURCE_EXHAUSTED: a limit is met.
  absl::StatusOr<Ticket> Enter(const std::string& caller);

  // Lets nobody else in, and waits until all have left, or until `deadline`.
  void Close(absl::Time deadline);

 private:
  struct State {
    explicit State(const Limits& l) : limits(l) {}

    const Limits limits;
    Mutex mutex;
    CondVar changed;
    size_t open ABSL_GUARDED_BY(mutex) = 0;
    std::unordered_map<std::string, size_t> by_caller ABSL_GUARDED_BY(mutex);
    bool closed ABSL_GUARDED_BY(mutex) = false;
  };

  static void Leave(State& state, const std::string& caller);

  // Tickets share it: one that a device keeps may outlive the server.
  std::shared_ptr<State> state_;
};

}  // namespace evidenced

#endif  // AGENT_SERVE_OPEN_REQUESTS_H_
