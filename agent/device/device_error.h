#ifndef AGENT_DEVICE_DEVICE_ERROR_H_
#define AGENT_DEVICE_DEVICE_ERROR_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace evidenced {

// An errno of a report device as a status; `what` is what was tried, such as
// "reading outblob". FAILED_PRECONDITION: no device (see IsNoDevice()), no
// permission, or the device refuses the request. INTERNAL: the request was
// malformed. UNAVAILABLE: all else.
absl::Status DeviceError(absl::string_view what, int error);

}  // namespace evidenced

#endif  // AGENT_DEVICE_DEVICE_ERROR_H_
