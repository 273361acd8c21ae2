#include "agent/device/vmpck.h"

#include <cerrno>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"

namespace evidenced {
namespace {

constexpr char kKeyLost[] = "evidenced/vmpck-lost";
constexpr char kKeyWiped[] = "evidenced/vmpck-wiped";

bool IsKeyWiped(const absl::Status& status) {
  return status.GetPayload(kKeyWiped).has_value();
}

}  // namespace

bool IsUnwanted(const absl::Status& status) {
  return absl::IsCancelled(status) || absl::IsDeadlineExceeded(status);
}

absl::Status KeyLostError(absl::string_view what) {
  absl::Status status = absl::FailedPreconditionError(
      absl::StrFormat("%s: expected a driver with a VMPCK, found that it has "
                      "given its key up until the next boot",
                      what));
  status.SetPayload(kKeyLost, absl::Cord());
  return status;
}

bool IsKeyLost(const absl::Status& status) {
  return status.GetPayload(kKeyLost).has_value();
}

absl::Status WithKeyWiped(const absl::Status& status, int error) {
  if (error != EIO && error != ETIMEDOUT && error != EBADMSG) return status;
  absl::Status wiped(status.code(),
                     absl::StrCat(status.message(),
                                  ", after which the driver may have given "
                                  "its VMPCK up until the next boot"));
  wiped.SetPayload(kKeyWiped, absl::Cord());
  return wiped;
}

void ReportDeviceHistory::Ended(const absl::Status& status) {
  if (IsUnwanted(status)) return;
  if (status.ok()) has_answered_ = true;
  if (IsKeyLost(status)) {
    state_ = ReportDeviceState::kKeyLost;
    return;
  }
  if (state_ == ReportDeviceState::kKeyLost) {
    // A driver without its key says so. Whoever was not asked tells nothing.
    if (!status.ok() && !IsKeyWiped(status)) return;
    keeps_key_ = true;
  }
  if (status.ok()) {
    state_ = ReportDeviceState::kWorking;
    keeps_key_ = false;  // what the next error means is open again
  } else {
    state_ = IsKeyWiped(status) && !keeps_key_ ? ReportDeviceState::kKeyLost
                                               : ReportDeviceState::kFailing;
  }
}

}  // namespace evidenced
