#include <algorithm>
#include <memory>
#include <utility>

#include "absl/status/status.h"

#include "agent/device/device_thread_state.h"

namespace evidenced {
namespace {

// More callers than this at once are served in an arbitrary order.
constexpr size_t kMaxTurns = 4096;

}  // namespace

void DeviceThread::State::Observe(const absl::Status& status,
                                  const TpmInfo* info) {
  const MutexLock lock(observe_mutex_);
  observers_.tpm(status, info);
}

std::shared_ptr<DeviceJob> DeviceThread::State::TakeNext() {
  DropGone();
  // Clang's analysis has to be told in every lambda that the lock is held.
  const auto last_turn = [this](const std::shared_ptr<DeviceJob>& job)
                             ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
                               const auto found = turns_.find(job->caller);
                               return found == turns_.end() ? 0 : found->second;
                             };
  const auto next = std::min_element(queue_.begin(), queue_.end(),
                                     [&](const auto& a, const auto& b)
                                         ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
                                           return last_turn(a) < last_turn(b);
                                         });
  if (next == queue_.end()) return nullptr;
  std::shared_ptr<DeviceJob> job = std::move(*next);
  queue_.erase(next);
  if (turns_.size() >= kMaxTurns) turns_.clear();
  turns_[job->caller] = ++turn_;
  return job;
}

std::shared_ptr<DeviceJob> DeviceThread::State::Next() {
  const MutexLock lock(mutex_);
  while (!stopping_) {
    const SteadyTime now = SteadyNow();
    if (std::shared_ptr<DeviceJob> job = TakeNext(); job != nullptr) {
      running_ = job;
      busy_ = true;
      busy_since_ = now;
      return job;
    }
    if (own_work_due_ <= now) {
      busy_ = true;
      busy_since_ = now;
      // No job's coming has set the timer's alarm.
      timer_changed_.NotifyAll();
      return nullptr;
    }
    work_changed_.WaitUntil(mutex_, own_work_due_);
  }
  return nullptr;
}

absl::Status DeviceThread::State::Run(const std::shared_ptr<DeviceJob>& job) {
  if (job != nullptr) return job->work(slot_);
  RunOwnWork();
  return absl::OkStatus();
}

void DeviceThread::State::RunOwnWork() {
  if (opens_) {
    static_cast<void>(slot_.Open());  // who observes it is told
  } else {
    options_.own_work->run();
  }
}

SteadyTime DeviceThread::State::OwnWorkDue() const {
  if (opens_) {
    return slot_.is_open() ? SteadyTime::max() : slot_.next_open();
  }
  return options_.own_work.has_value() ? options_.own_work->due()
                                       : SteadyTime::max();
}

void DeviceThread::State::Done(const std::shared_ptr<DeviceJob>& job,
                               absl::Status status) {
  bool answer = false;
  bool was_hung = false;
  {
    const MutexLock lock(mutex_);
    running_ = nullptr;
    busy_ = false;
    was_hung = std::exchange(hung_told_, false);
    if (was_hung) timer_changed_.NotifyAll();
    own_work_due_ = OwnWorkDue();
    answer = job != nullptr && !std::exchange(job->settled, true);
  }
  if (was_hung) {
    const MutexLock lock(observe_mutex_);
    observers_.hung(absl::OkStatus());
  }
  if (answer) job->finish(std::move(status));
}

void DeviceThread::State::Aside(const std::function<void()>& work) {
  {
    const MutexLock lock(mutex_);
    busy_ = false;
  }
  work();
  const MutexLock lock(mutex_);
  busy_ = true;
  busy_since_ = SteadyNow();
  // It has been sleeping as if nothing could hang.
  timer_changed_.NotifyAll();
}

void DeviceThread::State::RunDevice() {
  while (true) {
    std::shared_ptr<DeviceJob> job = Next();
    {
      const MutexLock lock(mutex_);
      if (stopping_ && job == nullptr) break;
    }
    absl::Status status = Run(job);
    Done(job, std::move(status));
  }
  slot_.Close();
  const MutexLock lock(mutex_);
  device_ended_ = true;
  timer_changed_.NotifyAll();
  ended_.NotifyAll();
}

}  // namespace evidenced
