#include "agent/serve/open_requests.h"

namespace evidenced {

OpenRequests::Ticket OpenRequests::Enter() {
  {
    const MutexLock lock(state_->mutex);
    if (state_->closed) return nullptr;
    ++state_->open;
  }
  return {state_.get(), [state = state_](const void* /*state*/) {
            const MutexLock lock(state->mutex);
            --state->open;
            state->changed.NotifyAll();
          }};
}

void OpenRequests::Close(absl::Duration patience) {
  const SteadyTime until = SteadyNow() + absl::ToChronoNanoseconds(patience);
  const MutexLock lock(state_->mutex);
  state_->closed = true;
  while (state_->open > 0 && SteadyNow() < until) {
    state_->changed.WaitUntil(state_->mutex, until);
  }
}

}  // namespace evidenced
