#include "agent/device/device_thread_state.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"

namespace evidenced {

SteadyTime After(SteadyTime from, absl::Duration wait) {
  if (wait >= absl::Hours(24 * 365)) return SteadyTime::max();
  return from + absl::ToChronoNanoseconds(wait);
}

bool DeviceThread::State::IsHung(SteadyTime now) const {
  return busy_ &&
         now - busy_since_ > absl::ToChronoNanoseconds(options_.hung_after);
}

absl::Status DeviceThread::State::HungError(SteadyTime now) const {
  return absl::UnavailableError(absl::StrFormat(
      "the %s has not answered for %d s", options_.name,
      std::chrono::duration_cast<std::chrono::seconds>(now - busy_since_)
          .count()));
}

absl::Status DeviceThread::State::CheckAnswers() {
  const SteadyTime now = SteadyNow();
  const MutexLock lock(mutex_);
  return IsHung(now) ? HungError(now) : absl::OkStatus();
}

void DeviceThread::State::Enqueue(std::shared_ptr<DeviceJob> job) {
  const SteadyTime now = SteadyNow();
  const MutexLock lock(mutex_);
  if (queue_.size() >= options_.queue_length) DropGone();
  absl::Status refusal;
  if (stopping_) {
    refusal = absl::UnavailableError("the agent is stopping");
  } else if (IsHung(now)) {
    refusal = HungError(now);
  } else if (queue_.size() >= options_.queue_length) {
    refusal = absl::ResourceExhaustedError(
        absl::StrFormat("expected fewer than %d requests that wait for the "
                        "device, found %d",
                        options_.queue_length, queue_.size()));
  }
  if (!refusal.ok()) {
    rejected_.push_back({std::move(job->finish), std::move(refusal)});
    timer_changed_.NotifyAll();
    return;
  }
  const SteadyTime look =
      std::min(job->deadline, After(now, options_.hung_after));
  if (look < timer_wake_) timer_changed_.NotifyAll();
  queue_.push_back(std::move(job));
  work_changed_.NotifyAll();
}

void DeviceThread::State::DropGone() {
  // Clang's analysis has to be told in a lambda that the lock is held.
  const auto gone =
      [this](const std::shared_ptr<DeviceJob>& job)
          ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
            if (job->settled) return true;
            if (!job->gone()) return false;
            job->settled = true;
            rejected_.push_back({std::move(job->finish),
                                 absl::CancelledError("the client has gone")});
            return true;
          };
  const size_t before = rejected_.size();
  queue_.erase(std::remove_if(queue_.begin(), queue_.end(), gone),
               queue_.end());
  if (rejected_.size() > before) timer_changed_.NotifyAll();
}

void DeviceThread::State::Reject(DeviceAnswer answer) {
  const MutexLock lock(mutex_);
  rejected_.push_back(std::move(answer));
  timer_changed_.NotifyAll();
}

bool DeviceThread::State::Stop(absl::Duration patience) {
  const SteadyTime until = After(SteadyNow(), patience);
  const MutexLock lock(mutex_);
  stopping_ = true;
  work_changed_.NotifyAll();
  timer_changed_.NotifyAll();
  while (!device_ended_ && !abandoned_ && SteadyNow() < until) {
    ended_.WaitUntil(mutex_, until);
  }
  abandoned_ = !device_ended_;
  timer_changed_.NotifyAll();
  return device_ended_;
}

}  // namespace evidenced
