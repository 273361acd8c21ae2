#ifndef TESTS_AGENT_DEVICE_DEVICE_JOBS_H_
#define TESTS_AGENT_DEVICE_DEVICE_JOBS_H_

#include <functional>
#include <future>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "agent/base/mutex.h"
#include "agent/device/device_thread.h"

namespace evidenced {

// A gate that a fake TPM hangs at.
class Gate {
 public:
  void Open() {
    const MutexLock lock(mutex_);
    open_ = true;
    changed_.NotifyAll();
  }
  void Wait() {
    const MutexLock lock(mutex_);
    while (!open_) changed_.Wait(mutex_);
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  bool open_ ABSL_GUARDED_BY(mutex_) = false;
};

class FakeTpm : public TpmDevice {
 public:
  const TpmInfo& info() const override { return info_; }
  bool NeedsReopen() const override { return broken_; }
  absl::StatusOr<PcrReading> ReadPcrs(
      const std::vector<PcrBankSelection>&) override {
    broken_ = true;
    return absl::UnavailableError("broke");
  }
  absl::StatusOr<Bytes> Quote(ByteView,
                              const std::vector<PcrBankSelection>&) override {
    return Bytes{1};
  }

 private:
  TpmInfo info_;
  bool broken_ = false;
};

inline absl::StatusOr<std::unique_ptr<TpmDevice>> OpenFake() {
  return std::unique_ptr<TpmDevice>(std::make_unique<FakeTpm>());
}

inline DeviceThread::Observers Ignore() {
  return {.tpm = [](const absl::Status&, const TpmInfo*) {},
          .hung = [](const absl::Status&) {}};
}

using Work = std::function<absl::StatusOr<int>(TpmSlot&)>;

inline std::future<absl::StatusOr<int>> Ask(DeviceThread& thread, Work work,
                                            const JobTerms& terms) {
  auto promise = std::make_shared<std::promise<absl::StatusOr<int>>>();
  auto future = promise->get_future();
  thread.Submit<int>(terms, std::move(work),
                     [promise](absl::StatusOr<int> result) {
                       promise->set_value(std::move(result));
                     });
  return future;
}

inline std::future<absl::StatusOr<int>> Ask(
    DeviceThread& thread, Work work,
    absl::Time deadline = absl::InfiniteFuture()) {
  JobTerms terms;
  terms.deadline = deadline;
  return Ask(thread, std::move(work), terms);
}

// With the TPM.
inline absl::StatusOr<int> Seven(TpmSlot& tpm) {
  const auto open = tpm.Open();
  if (!open.ok()) return open.status();
  return 7;
}

inline absl::StatusOr<int> SevenWithoutTpm(TpmSlot&) { return 7; }

}  // namespace evidenced

#endif  // TESTS_AGENT_DEVICE_DEVICE_JOBS_H_
