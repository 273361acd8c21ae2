#include "agent/device/device_error.h"

#include <cerrno>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"

#include "agent/device/no_device.h"

namespace evidenced {
namespace {

constexpr char kKeyLost[] = "evidenced/vmpck-lost";

absl::StatusCode Meaning(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
    case ENODEV:
    case ENXIO:
    case ENOTTY:
    case EPERM:
    case EACCES:
    case EINVAL:
      return absl::StatusCode::kFailedPrecondition;
    case EFAULT:
    case EFBIG:
      return absl::StatusCode::kInternal;
    default:
      return absl::StatusCode::kUnavailable;
  }
}

// A node without a driver behind it (ENXIO, ENODEV) is there and broken.
bool MeansNoDevice(int error) { return error == ENOENT || error == ENOTDIR; }

}  // namespace

absl::Status DeviceError(absl::string_view what, int error) {
  const absl::Status status(
      Meaning(error),
      absl::StrFormat("%s: expected success, found %s (errno %d)", what,
                      std::generic_category().message(error), error));
  return MeansNoDevice(error) ? NoDevice(status) : status;
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

ReportDeviceState StateAfter(const absl::Status& status) {
  if (status.ok()) return ReportDeviceState::kWorking;
  return IsKeyLost(status) ? ReportDeviceState::kKeyLost
                           : ReportDeviceState::kFailing;
}

}  // namespace evidenced
