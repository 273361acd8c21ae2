#ifndef AGENT_DEVICE_DETECT_REPORT_DEVICE_H_
#define AGENT_DEVICE_DETECT_REPORT_DEVICE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"

#include "agent/base/warn.h"
#include "agent/device/log_file.h"
#include "agent/device/report_device.h"
#include "agent/device/sev_guest.h"

namespace evidenced {

// How SNP reports are asked for.
struct SnpRequestOptions {
  std::optional<uint32_t> vmpl{};  // 0 to 3; not set: the lowest possible
  SnpCertificates certificates = SnpCertificates::kAsk;
};

struct DetectedReportDevice {
  std::unique_ptr<ReportDevice> device;  // nullptr: none
  // What was tried before, and why it is not used.
  struct Attempt {
    std::string interface;
    absl::Status why;
  };
  std::vector<Attempt> tried;
  // A TD: where its registers are read without a quote, see FindTdRegisters().
  std::string td_registers{};
};

// Whose device this guest may have, by what its kernel shows before anything is
// asked.
ReportProvider LikelyProvider(const HostPaths& paths);

// The CPU report device of this guest: configfs-tsm if it works, else
// /dev/sev-guest; a TD has no other than the first. Makes no report. `warn`:
// see ConfigfsTsmOptions.
DetectedReportDevice DetectReportDevice(const HostPaths& paths,
                                        const SnpRequestOptions& snp,
                                        const Warn& warn = WarnNobody);

// Why there is no device though the guest has one, as far as was tried: OK if
// it has none. A guest whose device cannot be used is not one without.
absl::Status WhyUnusable(const DetectedReportDevice& detected);

}  // namespace evidenced

#endif  // AGENT_DEVICE_DETECT_REPORT_DEVICE_H_
