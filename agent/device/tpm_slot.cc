#include "agent/device/tpm_slot.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace evidenced {

absl::StatusOr<TpmDevice*> TpmSlot::Open() {
  if (device_ != nullptr) return device_.get();
  if (next_open_ > SteadyNow()) return last_error_;
  absl::StatusOr<std::unique_ptr<TpmDevice>> device = open_();
  last_error_ = device.status();
  if (device.ok()) delay_ = kFirstDelay;
  next_open_ = SteadyNow() + delay_;
  if (!device.ok()) {
    delay_ = std::min<SteadyDuration>(delay_ * 2, kLongestDelay);
    observe_(last_error_, nullptr);
    return last_error_;
  }
  device_ = *std::move(device);
  observe_(absl::OkStatus(), &device_->info());
  return device_.get();
}

void TpmSlot::Failed(const absl::Status& status) {
  // DATA_LOSS: it answered for something else, perhaps for another key.
  if (device_ == nullptr ||
      !(device_->NeedsReopen() || absl::IsDataLoss(status))) {
    return;
  }
  last_error_ = status;
  device_.reset();
  observe_(status, nullptr);
}

}  // namespace evidenced
