#include "agent/device/device_thread.h"

#include <algorithm>
#include <deque>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"

#include "agent/device/mutex.h"
#include "agent/device/tpm_slot.h"

namespace evidenced {
namespace {

using Clock = std::chrono::steady_clock;
using Finish = std::function<void(absl::Status)>;

// A sum that does not overflow.
SteadyTime After(SteadyTime from, absl::Duration wait) {
  if (wait >= absl::Hours(24 * 365)) return SteadyTime::max();
  return from + absl::ToChronoNanoseconds(wait);
}

struct Job {
  SteadyTime deadline;
  JobNeeds needs = JobNeeds::kTpm;
  std::function<absl::Status(TpmDevice*)> work;
  Finish finish;
  bool settled = false;  // guarded by the state's mutex
};

struct Answer {
  Finish finish;
  absl::Status status;
};

void Send(std::vector<Answer> answers) {
  for (Answer& answer : answers) answer.finish(std::move(answer.status));
}

}  // namespace

class DeviceThread::State {
 public:
  State(const Options& options, Opener open, Observer observe)
      : options_(options),
        slot_(std::move(open)),
        observe_(std::move(observe)) {}

  void Enqueue(std::shared_ptr<Job> job);
  void Reject(Answer answer);
  void RunDevice();
  void RunTimer();
  // Whether the device thread ended in time.
  bool Stop(absl::Duration patience);

  absl::Duration max_wait() const { return options_.max_wait; }

 private:
  // What the device thread is to do next. nullptr: open the TPM, or stop.
  std::shared_ptr<Job> Next() ABSL_LOCKS_EXCLUDED(mutex_);
  void Done(const std::shared_ptr<Job>& job, absl::Status status)
      ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status Run(const std::shared_ptr<Job>& job);
  bool IsHung(SteadyTime now) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status HungError(SteadyTime now) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Observe(const absl::Status& status, const TpmInfo* info)
      ABSL_LOCKS_EXCLUDED(mutex_, observe_mutex_);
  void TellIfHung() ABSL_LOCKS_EXCLUDED(mutex_, observe_mutex_);
  // Moves the waiters whose time has come to `out`; gives when to look again.
  SteadyTime TakeExpired(SteadyTime now, std::vector<Answer>& out)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void TakeAll(const absl::Status& status, std::vector<Answer>& out)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Options options_;
  TpmSlot slot_;  // the device thread's alone

  Mutex observe_mutex_;
  const Observer observe_ ABSL_GUARDED_BY(observe_mutex_);

  Mutex mutex_;
  CondVar work_changed_;
  CondVar timer_changed_;
  CondVar ended_;
  std::deque<std::shared_ptr<Job>> queue_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<Job> running_ ABSL_GUARDED_BY(mutex_);
  bool busy_ ABSL_GUARDED_BY(mutex_) = true;  // it begins with opening the TPM
  SteadyTime busy_since_ ABSL_GUARDED_BY(mutex_) = Clock::now();
  SteadyTime next_open_ ABSL_GUARDED_BY(mutex_) = SteadyTime::min();
  bool hung_told_ ABSL_GUARDED_BY(mutex_) = false;
  SteadyTime timer_wake_ ABSL_GUARDED_BY(mutex_) = SteadyTime::max();
  std::vector<Answer> rejected_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool abandoned_ ABSL_GUARDED_BY(mutex_) = false;
  bool device_ended_ ABSL_GUARDED_BY(mutex_) = false;
};

bool DeviceThread::State::IsHung(SteadyTime now) const {
  return busy_ &&
         now - busy_since_ > absl::ToChronoNanoseconds(options_.hung_after);
}

absl::Status DeviceThread::State::HungError(SteadyTime now) const {
  return absl::UnavailableError(absl::StrFormat(
      "the TPM has not answered for %d s",
      std::chrono::duration_cast<std::chrono::seconds>(now - busy_since_)
          .count()));
}

void DeviceThread::State::Enqueue(std::shared_ptr<Job> job) {
  const SteadyTime now = Clock::now();
  const MutexLock lock(mutex_);
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

void DeviceThread::State::Reject(Answer answer) {
  const MutexLock lock(mutex_);
  rejected_.push_back(std::move(answer));
  timer_changed_.NotifyAll();
}

void DeviceThread::State::Observe(const absl::Status& status,
                                  const TpmInfo* info) {
  const MutexLock lock(observe_mutex_);
  observe_(status, info);
}

std::shared_ptr<Job> DeviceThread::State::Next() {
  const MutexLock lock(mutex_);
  while (!stopping_) {
    const SteadyTime now = Clock::now();
    while (!queue_.empty()) {
      std::shared_ptr<Job> job = std::move(queue_.front());
      queue_.pop_front();
      if (job->settled) continue;  // its waiter has gone
      running_ = job;
      busy_ = true;
      busy_since_ = now;
      return job;
    }
    if (next_open_ <= now) {
      busy_ = true;
      busy_since_ = now;
      return nullptr;
    }
    work_changed_.WaitUntil(mutex_, next_open_);
  }
  return nullptr;
}

absl::Status DeviceThread::State::Run(const std::shared_ptr<Job>& job) {
  absl::Status status;
  const bool wants_tpm = job == nullptr || job->needs == JobNeeds::kTpm;
  if (wants_tpm && !slot_.is_open() && slot_.next_open() <= Clock::now()) {
    status = slot_.Open();
    Observe(status, status.ok() ? &slot_.get()->info() : nullptr);
  } else if (wants_tpm && !slot_.is_open()) {
    status = slot_.last_error();
  }
  if (job == nullptr || !status.ok()) return status;
  status = job->work(wants_tpm ? slot_.get() : nullptr);
  if (slot_.CloseIfBroken(status)) Observe(status, nullptr);
  return status;
}

void DeviceThread::State::Done(const std::shared_ptr<Job>& job,
                               absl::Status status) {
  bool answer = false;
  bool was_hung = false;
  {
    const MutexLock lock(mutex_);
    running_ = nullptr;
    busy_ = false;
    was_hung = std::exchange(hung_told_, false);
    if (was_hung) timer_changed_.NotifyAll();
    next_open_ = slot_.is_open() ? SteadyTime::max() : slot_.next_open();
    answer = job != nullptr && !std::exchange(job->settled, true);
  }
  if (was_hung && slot_.is_open()) {
    Observe(absl::OkStatus(), &slot_.get()->info());
  }
  if (answer) job->finish(std::move(status));
}

void DeviceThread::State::RunDevice() {
  while (true) {
    std::shared_ptr<Job> job = Next();
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

void DeviceThread::State::TellIfHung() {
  // The observer's lock is held throughout: that the TPM answered after all is
  // told later, and so stands.
  const MutexLock observe_lock(observe_mutex_);
  absl::Status hung;
  {
    const MutexLock lock(mutex_);
    const SteadyTime now = Clock::now();
    if (!IsHung(now) || std::exchange(hung_told_, true)) return;
    hung = HungError(now);
  }
  observe_(hung, nullptr);
}

SteadyTime DeviceThread::State::TakeExpired(SteadyTime now,
                                            std::vector<Answer>& out) {
  SteadyTime wake = SteadyTime::max();
  const auto look = [&](const std::shared_ptr<Job>& job) {
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
  for (const std::shared_ptr<Job>& job : queue_) look(job);
  // A waiter that has gone leaves its place in the queue to others.
  const auto gone = [](const std::shared_ptr<Job>& job) {
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
                                  std::vector<Answer>& out) {
  if (abandoned_) queue_.push_back(running_);
  for (const std::shared_ptr<Job>& job : queue_) {
    if (job == nullptr || std::exchange(job->settled, true)) continue;
    out.push_back({job->finish, status});
  }
  queue_.clear();
}

void DeviceThread::State::RunTimer() {
  bool ended = false;
  while (!ended) {
    std::vector<Answer> answers;
    TellIfHung();
    {
      const MutexLock lock(mutex_);
      const SteadyTime now = Clock::now();
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

bool DeviceThread::State::Stop(absl::Duration patience) {
  const SteadyTime until = After(Clock::now(), patience);
  const MutexLock lock(mutex_);
  stopping_ = true;
  work_changed_.NotifyAll();
  timer_changed_.NotifyAll();
  while (!device_ended_ && !abandoned_ && Clock::now() < until) {
    ended_.WaitUntil(mutex_, until);
  }
  abandoned_ = !device_ended_;
  timer_changed_.NotifyAll();
  return device_ended_;
}

DeviceThread::DeviceThread(const Options& options, Opener open,
                           Observer observe)
    : state_(std::make_shared<State>(options, std::move(open),
                                     std::move(observe))),
      device_([state = state_] { state->RunDevice(); }),
      timer_([state = state_] { state->RunTimer(); }) {}

DeviceThread::~DeviceThread() { Stop(absl::Seconds(2)); }

void DeviceThread::Enqueue(absl::Time deadline, JobNeeds needs,
                           std::function<absl::Status(TpmDevice*)> work,
                           std::function<void(absl::Status)> finish) {
  const absl::Duration wait =
      std::min(deadline - absl::Now(), state_->max_wait());
  auto job = std::make_shared<Job>();
  job->deadline = After(Clock::now(), wait);
  job->needs = needs;
  job->work = std::move(work);
  job->finish = std::move(finish);
  state_->Enqueue(std::move(job));
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
