#ifndef AGENT_DEVICE_CONFIGFS_TSM_H_
#define AGENT_DEVICE_CONFIGFS_TSM_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"

#include "agent/base/warn.h"
#include "agent/device/report_device.h"

namespace evidenced {

struct ConfigfsTsmOptions {
  std::string root = "/sys/kernel/config/tsm/report";
  // SNP: the VMPL to ask for, 0 to 3. Not set: the lowest that the guest may
  // ask for.
  std::optional<uint32_t> vmpl{};
  // Told of entries that cannot be removed.
  Warn warn = WarnNobody;
};

// The report device behind configfs-tsm (Linux 6.7 and later). An entry is made
// to see that it works, since the folder is there without any provider too, and
// entries that a dead agent left behind are removed.
// FAILED_PRECONDITION: no configfs-tsm, no provider, one that is not known, or
// a VMPL below the guest's. UNAVAILABLE: any other error.
absl::StatusOr<std::unique_ptr<ReportDevice>> OpenConfigfsTsm(
    const ConfigfsTsmOptions& options);

}  // namespace evidenced

#endif  // AGENT_DEVICE_CONFIGFS_TSM_H_
