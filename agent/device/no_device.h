#ifndef AGENT_DEVICE_NO_DEVICE_H_
#define AGENT_DEVICE_NO_DEVICE_H_

#include "absl/status/status.h"

namespace evidenced {

// `status`, an error, with the mark that it means: this machine has no such
// device. Without it the device may be there and fail.
absl::Status NoDevice(absl::Status status);
bool IsNoDevice(const absl::Status& status);

}  // namespace evidenced

#endif  // AGENT_DEVICE_NO_DEVICE_H_
