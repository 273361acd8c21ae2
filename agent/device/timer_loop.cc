#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/status.h"

#include "agent/device/device_thread_state.h"

namespace evidenced {
namespace {

void Send(std::vector<DeviceAnswer> answers) {
  for (DeviceAnswer& answer : answers) answer.finish(std::move(answer.status));
}

}  // namespace

void DeviceThread::State::TellIfHung() {
  // The observers' lock is held throughout: that the device answered after all
  // is told later, and so stands.
  const MutexLock observe_lock(observe_mutex_);
  absl::Status hung;
  {
    const MutexLock lock(mutex_);
    const SteadyTime now = SteadyNow();
    if (!IsHung(now) || std::exchange(hung_told_, true)) return;
    hung = HungError(now);
  }
  observers_.hung(hung);
}

SteadyTime DeviceThread::State::TakeExpired(SteadyTime now,
                                            std::vector<DeviceAnswer>& out) {
  SteadyTime wake = SteadyTime::max();
  const auto look = [&](const std::shared_ptr<DeviceJob>& job) {
    if (job == nullptr || job->settled) return;
    if (job->deadline > now) {
      wake = std::min(wake, job->deadline);
      return;
    }
    job->settled = true;
    out.push_back({job->finish, absl::DeadlineExceededError(
                                    "the device did not answer in time")});
  };
  look(running_);
  for (const std::shared_ptr<DeviceJob>& job : queue_) look(job);
  // A waiter that has gone leaves its place in the queue to others.
  const auto gone = [](const std::shared_ptr<DeviceJob>& job) {
    return job->settled;
  };
  queue_.erase(std::remove_if(queue_.begin(), queue_.end(), gone),
               queue_.end());
  // A call may begin to hang while this sleeps.
  const absl::Duration hung = options_.hung_after + absl::Milliseconds(1);
  if (busy_ && !hung_told_) wake = std::min(wake, After(busy_since_, hung));
  if (!busy_ && !queue_.empty()) wake = std::min(wake, After(now, hung));
  return wake;
}

void DeviceThread::State::TakeAll(const absl::Status& status,
                                  std::vector<DeviceAnswer>& out) {
  if (abandoned_) queue_.push_back(running_);
  for (const std::shared_ptr<DeviceJob>& job : queue_) {
    if (job == nullptr || std::exchange(job->settled, true)) continue;
    out.push_back({job->finish, status});
  }
  queue_.clear();
}

void DeviceThread::State::RunTimer() {
  bool ended = false;
  while (!ended) {
    std::vector<DeviceAnswer> answers;
    TellIfHung();
    {
      const MutexLock lock(mutex_);
      const SteadyTime now = SteadyNow();
      answers.swap(rejected_);
      timer_wake_ = TakeExpired(now, answers);
      if (stopping_) {
        TakeAll(absl::UnavailableError("the agent is stopping"), answers);
      }
      ended = device_ended_ || abandoned_;
      if (answers.empty() && !ended && !(IsHung(now) && !hung_told_)) {
        timer_changed_.WaitUntil(mutex_, timer_wake_);
      }
    }
    Send(std::move(answers));
  }
}

}  // namespace evidenced
