#include "agent/device/tpm_slot.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace evidenced {

absl::Status TpmSlot::Open() {
  absl::StatusOr<std::unique_ptr<TpmDevice>> device = open_();
  last_error_ = device.status();
  if (device.ok()) delay_ = kFirstDelay;
  next_open_ = SteadyNow() + delay_;
  if (device.ok()) {
    device_ = *std::move(device);
  } else {
    delay_ = std::min<SteadyDuration>(delay_ * 2, kLongestDelay);
  }
  return last_error_;
}

bool TpmSlot::CloseIfBroken(const absl::Status& status) {
  // DATA_LOSS: it answered for something else, perhaps for another key.
  const bool broken = device_ != nullptr &&
                      (device_->NeedsReopen() || absl::IsDataLoss(status));
  if (!broken) return false;
  last_error_ = status;
  device_.reset();
  return true;
}

}  // namespace evidenced
