#ifndef AGENT_DEVICE_LOG_FILE_H_
#define AGENT_DEVICE_LOG_FILE_H_

#include <string>

#include "absl/status/status.h"

#include "quote/base/bytes.h"

namespace evidenced {

// Every path of the host that the agent uses.
struct HostPaths {
  std::string tcg2_log = "/sys/kernel/security/tpm0/binary_bios_measurements";
  std::string ima_log = "/sys/kernel/security/ima/binary_runtime_measurements";
  std::string boot_id = "/proc/sys/kernel/random/boot_id";
  std::string configfs_tsm = "/sys/kernel/config/tsm/report";
  std::string sev_guest = "/dev/sev-guest";
  std::string tdx_guest = "/dev/tdx_guest";
  std::string tdx_measurements =
      "/sys/devices/virtual/misc/tdx_guest/measurements";
  std::string ccel_table = "/sys/firmware/acpi/tables/CCEL";
  std::string ccel_log = "/sys/firmware/acpi/tables/data/CCEL";
};

// Reads `path` to its end: a file of securityfs says that it has 0 bytes.
// `*out` holds the bytes; its memory is used again. May be empty.
// NOT_FOUND: no such file. OUT_OF_RANGE: more than `cap` bytes. UNAVAILABLE:
// any other error.
absl::Status ReadWholeFile(const std::string& path, size_t cap, Bytes* out);

}  // namespace evidenced

#endif  // AGENT_DEVICE_LOG_FILE_H_
