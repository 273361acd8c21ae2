#ifndef AGENT_DEVICE_DEVICE_THREAD_STATE_H_
#define AGENT_DEVICE_DEVICE_THREAD_STATE_H_

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "agent/base/mutex.h"
#include "agent/device/device_thread.h"
#include "agent/device/tpm_slot.h"

namespace evidenced {

using FinishJob = std::function<void(absl::Status)>;

// A sum that does not overflow.
SteadyTime After(SteadyTime from, absl::Duration wait);

struct DeviceJob {
  SteadyTime deadline;
  std::string caller;
  std::function<bool()> gone;
  std::function<absl::Status(TpmSlot&)> work;
  FinishJob finish;
  bool settled = false;  // guarded by the state's mutex
};

struct DeviceAnswer {
  FinishJob finish;
  absl::Status status;
};

// What the two threads share. Calls by other threads are in
// device_thread_state.cc, the device thread's in device_loop.cc, the timer
// thread's in timer_loop.cc.
class DeviceThread::State {
 public:
  State(Options options, TpmSlot::Opener open, Observers observers)
      : options_(std::move(options)),
        opens_(open != nullptr),
        slot_(std::move(open),
              [this](const absl::Status& status, const TpmInfo* info) {
                Observe(status, info);
              }),
        observers_(std::move(observers)) {}

  void Enqueue(std::shared_ptr<DeviceJob> job);
  void Reject(DeviceAnswer answer);
  void Aside(const std::function<void()>& work) ABSL_LOCKS_EXCLUDED(mutex_);
  void RunDevice();
  void RunTimer();
  // Whether the device thread ended in time.
  bool Stop(absl::Duration patience);

  absl::Duration max_wait() const { return options_.max_wait; }
  absl::Duration hung_after() const { return options_.hung_after; }
  absl::Status CheckAnswers() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // What the device thread is to do next. nullptr: its own work, or stop.
  std::shared_ptr<DeviceJob> Next() ABSL_LOCKS_EXCLUDED(mutex_);
  // Takes the job whose turn it is out of the queue. nullptr: none waits.
  std::shared_ptr<DeviceJob> TakeNext() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Takes the jobs out of the queue that nobody waits for.
  void DropGone() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Done(const std::shared_ptr<DeviceJob>& job, absl::Status status)
      ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status Run(const std::shared_ptr<DeviceJob>& job);
  // Opens the TPM, or what else the options say.
  void RunOwnWork();
  SteadyTime OwnWorkDue() const;
  bool IsHung(SteadyTime now) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status HungError(SteadyTime now) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Observe(const absl::Status& status, const TpmInfo* info)
      ABSL_LOCKS_EXCLUDED(mutex_, observe_mutex_);
  void TellIfHung() ABSL_LOCKS_EXCLUDED(mutex_, observe_mutex_);
  // Moves the waiters whose time has come to `out`; gives when to look again.
  SteadyTime TakeExpired(SteadyTime now, std::vector<DeviceAnswer>& out)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void TakeAll(const absl::Status& status, std::vector<DeviceAnswer>& out)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Options options_;
  const bool opens_;  // whether there is a TPM in the slot
  TpmSlot slot_;      // the device thread's alone

  Mutex observe_mutex_;
  const Observers observers_ ABSL_GUARDED_BY(observe_mutex_);

  Mutex mutex_;
  CondVar work_changed_;
  CondVar timer_changed_;
  CondVar ended_;
  std::deque<std::shared_ptr<DeviceJob>> queue_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<DeviceJob> running_ ABSL_GUARDED_BY(mutex_);
  // When each caller had its last turn. Who is not in it has had none lately.
  std::unordered_map<std::string, uint64_t> turns_ ABSL_GUARDED_BY(mutex_);
  uint64_t turn_ ABSL_GUARDED_BY(mutex_) = 0;
  bool busy_ ABSL_GUARDED_BY(mutex_) = opens_;  // it begins with opening
  SteadyTime busy_since_ ABSL_GUARDED_BY(mutex_) = SteadyNow();
  SteadyTime own_work_due_ ABSL_GUARDED_BY(mutex_) = opens_ ? SteadyTime::min()
                                                            : SteadyTime::max();
  bool hung_told_ ABSL_GUARDED_BY(mutex_) = false;
  SteadyTime timer_wake_ ABSL_GUARDED_BY(mutex_) = SteadyTime::max();
  std::vector<DeviceAnswer> rejected_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool abandoned_ ABSL_GUARDED_BY(mutex_) = false;
  bool device_ended_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace evidenced

#endif  // AGENT_DEVICE_DEVICE_THREAD_STATE_H_
