#ifndef AGENT_SERVE_OPEN_REQUESTS_H_
#define AGENT_SERVE_OPEN_REQUESTS_H_

#include <cstddef>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"

#include "agent/device/mutex.h"

namespace evidenced {

// Counts the requests that wait for an answer, so that a server that stops can
// wait for them alone: gRPC's own shutdown would wait for health watchers too,
// which never end.
class OpenRequests {
 public:
  // A request is open as long as its ticket lives.
  using Ticket = std::shared_ptr<const void>;

  // nullptr: Close() was called.
  Ticket Enter();

  // Lets nobody else in, and waits until all have left, or for `patience`.
  void Close(absl::Duration patience);

 private:
  struct State {
    Mutex mutex;
    CondVar changed;
    size_t open ABSL_GUARDED_BY(mutex) = 0;
    bool closed ABSL_GUARDED_BY(mutex) = false;
  };

  // Tickets share it: one that a device keeps may outlive the server.
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace evidenced

#endif  // AGENT_SERVE_OPEN_REQUESTS_H_
