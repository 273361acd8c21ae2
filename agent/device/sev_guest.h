#ifndef AGENT_DEVICE_SEV_GUEST_H_
#define AGENT_DEVICE_SEV_GUEST_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

#include "agent/device/report_device.h"

namespace evidenced {

// Whether the host is asked for its certificate table with a report.
enum class SnpCertificates : uint8_t {
  kAsk,   // SNP_GET_EXT_REPORT
  kNone,  // SNP_GET_REPORT
};

struct SevGuestOptions {
  std::string path = "/dev/sev-guest";
  uint32_t vmpl = 0;  // to ask for, 0 to 3
  SnpCertificates certificates = SnpCertificates::kAsk;
};

// The SNP firmware through /dev/sev-guest: kernel,
// Documentation/virt/coco/sev-guest.rst. Opened anew for each request.
// FAILED_PRECONDITION: no such device, or no permission to use it.
// UNAVAILABLE: any other error.
absl::StatusOr<std::unique_ptr<ReportDevice>> OpenSevGuest(
    const SevGuestOptions& options);

}  // namespace evidenced

#endif  // AGENT_DEVICE_SEV_GUEST_H_
