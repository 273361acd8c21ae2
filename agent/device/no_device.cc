#include "agent/device/no_device.h"

#include "absl/status/status.h"
#include "absl/strings/cord.h"

namespace evidenced {
namespace {

constexpr char kNoDevice[] = "evidenced/no-device";

}  // namespace

absl::Status NoDevice(absl::Status status) {
  status.SetPayload(kNoDevice, absl::Cord());
  return status;
}

bool IsNoDevice(const absl::Status& status) {
  return status.GetPayload(kNoDevice).has_value();
}

}  // namespace evidenced
