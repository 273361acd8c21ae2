#ifndef AGENT_DEVICE_DEVICE_THREAD_H_
#define AGENT_DEVICE_DEVICE_THREAD_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "agent/base/mutex.h"
#include "agent/device/tpm_slot.h"

namespace evidenced {

// Who waits for a job, and for how long.
struct JobTerms {
  absl::Time deadline = absl::InfiniteFuture();
  // Callers take turns, however many jobs one of them has.
  std::string caller;
  // Asked from any thread before the work begins; true: nobody wants the
  // answer any more, and the job ends as CANCELLED.
  std::function<bool()> gone = [] { return false; };
};

// The one thread that uses a device of the guest. If that is the TPM, it opens
// it in the background and again after it broke. It runs jobs one at a time, of
// the caller who has waited longest for a turn first. A second thread answers
// waiters when their deadline comes while the first hangs in the device: such a
// call cannot be interrupted.
class DeviceThread {
 public:
  // Called from either thread, one call at a time.
  struct Observers {
    TpmSlot::Observer tpm;
    // That the job under way has not ended for hung_after; OK: it did after
    // all.
    std::function<void(const absl::Status&)> hung;
  };

  // What a device that is not the TPM is used for though nobody asks. Both are
  // called from the device thread.
  struct OwnWork {
    std::function<SteadyTime()> due;  // asked after each job; max(): never
    std::function<void()> run;        // when it is due and no job waits
  };

  struct Options {
    size_t queue_length = 256;
    absl::Duration max_wait = absl::Seconds(30);    // whatever the deadline
    absl::Duration hung_after = absl::Seconds(10);  // then no new jobs
    absl::string_view name = "device";              // in messages; a literal
    std::optional<OwnWork> own_work = std::nullopt;
  };

  // `open`: nullptr for a device that is not the TPM, whose jobs must leave
  // the slot alone.
  DeviceThread(const Options& options, TpmSlot::Opener open,
               Observers observers);
  // As Stop() with 2 s.
  ~DeviceThread();
  DeviceThread(const DeviceThread&) = delete;
  DeviceThread& operator=(const DeviceThread&) = delete;

  // Never blocks. `done` is called exactly once, from one of the two threads:
  // with what `work` gave, or
  // - DEADLINE_EXCEEDED: neither it nor those before it ended in time
  // - CANCELLED: its waiter has gone
  // - RESOURCE_EXHAUSTED: queue_length jobs wait already
  // - UNAVAILABLE: the device has not answered for hung_after, or the thread
  //   is stopping
  // `work` runs on the device thread, unless its waiter has gone. What it
  // captures must live as long as it.
  template <typename T>
  void Submit(const JobTerms& terms,
              std::function<absl::StatusOr<T>(TpmSlot&)> work,
              std::function<void(absl::StatusOr<T>)> done) {
    auto result = std::make_shared<std::optional<T>>();
    Enqueue(
        terms,
        [result, work = std::move(work)](TpmSlot& tpm) {
          absl::StatusOr<T> made = work(tpm);
          if (!made.ok()) return made.status();
          *result = *std::move(made);
          return absl::OkStatus();
        },
        [result, done = std::move(done)](const absl::Status& status) {
          if (status.ok()) {
            done(std::move(**result));
          } else {
            done(status);
          }
        });
  }

  // UNAVAILABLE: it has not answered for hung_after, and takes no jobs.
  absl::Status CheckAnswers() const;
  absl::Duration hung_after() const;

  // For what a job of this thread does without the device, such as waiting for
  // another one: `work` is run at once, and its time does not count towards
  // hung_after. May outlive this object.
  using Aside = std::function<void(const std::function<void()>& work)>;
  Aside aside() const;

  // Calls `finish` with `status` as a job's end would be: from one of the two
  // threads.
  void Reject(absl::Status status, std::function<void(absl::Status)> finish);

  // Ends both threads; jobs that wait get UNAVAILABLE. False: a device has
  // not answered within `patience`; the threads are left behind, and the
  // process must end by _exit(). Idempotent.
  bool Stop(absl::Duration patience);

 private:
  class State;

  void Enqueue(JobTerms terms, std::function<absl::Status(TpmSlot&)> work,
               std::function<void(absl::Status)> finish);

  std::shared_ptr<State> state_;  // shared with the threads
  std::thread device_;
  std::thread timer_;
};

}  // namespace evidenced

#endif  // AGENT_DEVICE_DEVICE_THREAD_H_
