#ifndef AGENT_DEVICE_VMPCK_H_
#define AGENT_DEVICE_VMPCK_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "agent/device/report_device.h"

namespace evidenced {

// FAILED_PRECONDITION: the driver of SNP has no key to the firmware (VMPCK) any
// more, and says so. The one that IsKeyLost() is true for.
absl::Status KeyLostError(absl::string_view what);
bool IsKeyLost(const absl::Status& status);

// `error` of a request to that driver. It is marked, and says so in words, if
// it is one after which the driver has wiped its key: every error of a message
// that the host already had (Linux, sev-guest: EIO, ETIMEDOUT, EBADMSG), since
// the next message would have to use the same sequence number.
absl::Status WithKeyWiped(const absl::Status& status, int error);

// The request ended because nobody waits for it any more, which says nothing
// of the device.
bool IsUnwanted(const absl::Status& status);

// What is known of a report device by how its requests ended. It is asked
// whatever its state: a driver without a key answers without the firmware, and
// one that was loaded anew may have a key again.
class ReportDeviceHistory {
 public:
  ReportDeviceState state() const { return state_; }
  // It has given a report.
  bool has_answered() const { return has_answered_; }

  void Ended(const absl::Status& status);

 private:
  ReportDeviceState state_ = ReportDeviceState::kWorking;
  bool has_answered_ = false;
  bool keeps_key_ = false;  // it was seen to, after an error
};

}  // namespace evidenced

#endif  // AGENT_DEVICE_VMPCK_H_
