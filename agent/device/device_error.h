#ifndef AGENT_DEVICE_DEVICE_ERROR_H_
#define AGENT_DEVICE_DEVICE_ERROR_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "agent/device/report_device.h"

namespace evidenced {

// An errno of a report device as a status; `what` is what was tried, such as
// "reading outblob". FAILED_PRECONDITION: no device (see IsNoDevice()), no
// permission, or the device refuses the request. INTERNAL: the request was
// malformed. UNAVAILABLE: all else.
absl::Status DeviceError(absl::string_view what, int error);

// FAILED_PRECONDITION: the driver has no VMPCK any more. The one that
// IsKeyLost() is true for.
absl::Status KeyLostError(absl::string_view what);
bool IsKeyLost(const absl::Status& status);

// The state of a device after a request that ended with `status`.
ReportDeviceState StateAfter(const absl::Status& status);

}  // namespace evidenced

#endif  // AGENT_DEVICE_DEVICE_ERROR_H_
