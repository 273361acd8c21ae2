#ifndef AGENT_DEVICE_TPM_SLOT_H_
#define AGENT_DEVICE_TPM_SLOT_H_

#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "agent/base/mutex.h"
#include "agent/device/tpm_device.h"

namespace evidenced {

// Holds the TPM while it works, and paces the attempts to open it again: at
// least 100 ms lie between two, after failures twice as long each time, up to
// 2 s. Used by one thread.
class TpmSlot {
 public:
  using Opener = std::function<absl::StatusOr<std::unique_ptr<TpmDevice>>()>;
  // Told: OK with what was opened, or why the TPM cannot be used.
  using Observer = std::function<void(const absl::Status&, const TpmInfo*)>;

  TpmSlot(Opener open, Observer observe)
      : open_(std::move(open)), observe_(std::move(observe)) {}

  // The TPM, opened now if need be; valid until Failed(). An error: it cannot
  // be opened, or could not a moment ago.
  absl::StatusOr<TpmDevice*> Open();
  // Must be told of each error that the TPM gives. Closes it if it is of no use
  // any more.
  void Failed(const absl::Status& status);

  bool is_open() const { return device_ != nullptr; }
  SteadyTime next_open() const { return next_open_; }
  void Close() { device_.reset(); }

 private:
  Opener open_;
  Observer observe_;
  std::unique_ptr<TpmDevice> device_;
  SteadyDuration delay_ = kFirstDelay;
  SteadyTime next_open_ = SteadyTime::min();  // before that, last_error_ stands
  absl::Status last_error_;

  static constexpr std::chrono::milliseconds kFirstDelay{100};
  static constexpr std::chrono::milliseconds kLongestDelay{2000};
};

}  // namespace evidenced

#endif  // AGENT_DEVICE_TPM_SLOT_H_
