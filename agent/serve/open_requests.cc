#include "agent/serve/open_requests.h"

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"

namespace evidenced {

absl::StatusOr<OpenRequests::Ticket> OpenRequests::Enter(
    const std::string& caller) {
  {
    const MutexLock lock(state_->mutex);
    if (state_->closed) {
      return absl::UnavailableError("the agent is stopping");
    }
    if (state_->open >= state_->limits.total) {
      return absl::ResourceExhaustedError(absl::StrFormat(
          "expected fewer than %d open requests of this kind, found %d",
          state_->limits.total, state_->open));
    }
    size_t& own = state_->by_caller[caller];
    if (own >= state_->limits.per_caller) {
      return absl::ResourceExhaustedError(absl::StrFormat(
          "expected fewer than %d open requests of this kind from one caller, "
          "found %d",
          state_->limits.per_caller, own));
    }
    ++own;
    ++state_->open;
  }
  return Ticket(state_.get(), [state = state_, caller](const void* /*state*/) {
    Leave(*state, caller);
  });
}

void OpenRequests::Leave(State& state, const std::string& caller) {
  const MutexLock lock(state.mutex);
  --state.open;
  const auto own = state.by_caller.find(caller);
  if (--own->second == 0) state.by_caller.erase(own);
  state.changed.NotifyAll();
}

void OpenRequests::Close(absl::Time deadline) {
  const SteadyTime until =
      SteadyNow() + absl::ToChronoNanoseconds(deadline - absl::Now());
  const MutexLock lock(state_->mutex);
  state_->closed = true;
  while (state_->open > 0 && SteadyNow() < until) {
    state_->changed.WaitUntil(state_->mutex, until);
  }
}

}  // namespace evidenced
