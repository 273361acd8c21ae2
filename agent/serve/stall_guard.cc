#include "agent/serve/stall_guard.h"

#include "absl/time/clock.h"

namespace evidenced {

StallGuard::~StallGuard() {
  const MutexLock lock(state_->mutex);
  state_->context = nullptr;
}

void StallGuard::Arm() {
  alarm_.emplace();
  alarm_->Set(absl::ToChronoTime(absl::Now() + patience_),
              [state = state_](bool expired) {
                const MutexLock lock(state->mutex);
                if (expired && state->context != nullptr) {
                  state->context->TryCancel();
                }
              });
}

}  // namespace evidenced
