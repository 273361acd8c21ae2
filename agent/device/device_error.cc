#include "agent/device/device_error.h"

#include <cerrno>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"

#include "agent/device/no_device.h"

namespace evidenced {
namespace {

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

}  // namespace evidenced
