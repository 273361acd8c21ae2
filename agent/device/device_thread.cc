#include "agent/device/device_thread.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/clock.h"

#include "agent/device/device_thread_state.h"

namespace evidenced {

DeviceThread::DeviceThread(const Options& options, TpmSlot::Opener open,
                           Observers observers)
    : state_(std::make_shared<State>(options, std::move(open),
                                     std::move(observers))),
      device_([state = state_] { state->RunDevice(); }),
      timer_([state = state_] { state->RunTimer(); }) {}

DeviceThread::~DeviceThread() { Stop(absl::Seconds(2)); }

void DeviceThread::Enqueue(JobTerms terms,
                           std::function<absl::Status(TpmSlot&)> work,
                           std::function<void(absl::Status)> finish) {
  const absl::Duration wait =
      std::min(terms.deadline - absl::Now(), state_->max_wait());
  auto job = std::make_shared<DeviceJob>();
  job->deadline = After(SteadyNow(), wait);
  job->caller = std::move(terms.caller);
  job->gone = std::move(terms.gone);
  job->work = std::move(work);
  job->finish = std::move(finish);
  state_->Enqueue(std::move(job));
}

absl::Status DeviceThread::CheckAnswers() const {
  return state_->CheckAnswers();
}

absl::Duration DeviceThread::hung_after() const { return state_->hung_after(); }

DeviceThread::Aside DeviceThread::aside() const {
  return [state = state_](const std::function<void()>& work) {
    state->Aside(work);
  };
}

void DeviceThread::Reject(absl::Status status,
                          std::function<void(absl::Status)> finish) {
  state_->Reject({std::move(finish), std::move(status)});
}

bool DeviceThread::Stop(absl::Duration patience) {
  const bool ended = state_->Stop(patience);
  if (timer_.joinable()) timer_.join();
  if (device_.joinable()) {
    if (ended) {
      device_.join();
    } else {
      device_.detach();
    }
  }
  return ended;
}

}  // namespace evidenced
