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

  explicit TpmSlot(Opener open) : open_(std::move(open)) {}

  bool is_open() const { return device_ != nullptr; }
  TpmDevice* get() const { return device_.get(); }
  // When it may be opened. Before that `last_error` stands.
  SteadyTime next_open() const { return next_open_; }
  const absl::Status& last_error() const { return last_error_; }

  absl::Status Open();
  // Closes it if it needs that after a job that ended with `status`.
  bool CloseIfBroken(const absl::Status& status);
  void Close() { device_.reset(); }

 private:
  Opener open_;
  std::unique_ptr<TpmDevice> device_;
  SteadyDuration delay_ = kFirstDelay;
  SteadyTime next_open_ = SteadyTime::min();
  absl::Status last_error_;

  static constexpr std::chrono::milliseconds kFirstDelay{100};
  static constexpr std::chrono::milliseconds kLongestDelay{2000};
};

}  // namespace evidenced

#endif  // AGENT_DEVICE_TPM_SLOT_H_
