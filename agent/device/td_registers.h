#ifndef AGENT_DEVICE_TD_REGISTERS_H_
#define AGENT_DEVICE_TD_REGISTERS_H_

#include <array>
#include <string>

#include "absl/status/statusor.h"

#include "agent/device/log_file.h"
#include "quote/base/bytes.h"

namespace evidenced {

// A TD's registers as its kernel tells them, signed by nobody: 48 bytes each.
struct TdRegisters {
  Bytes mr_td;
  std::array<Bytes, 4> rtmrs;
  Bytes mr_config_id;
  Bytes mr_owner;
  Bytes mr_owner_config;
  std::string path;  // the folder or device that they were read from
};

// All of them, or an error: from the folder in which newer kernels show them
// (Linux 6.16, Documentation/ABI/testing/sysfs-devices-virtual-misc-tdx_guest)
// or, where that is not, out of a TDREPORT by TDX_CMD_GET_REPORT0 (Linux,
// Documentation/virt/coco/tdx-guest.rst).
// FAILED_PRECONDITION: no such device (see IsNoDevice()), or no permission to
// use it. DATA_LOSS: what was read are no registers. UNAVAILABLE: any other
// error.
absl::StatusOr<TdRegisters> ReadTdRegisters(const HostPaths& paths);

// The folder or device that ReadTdRegisters() reads. "": there is none.
std::string FindTdRegisters(const HostPaths& paths);

}  // namespace evidenced

#endif  // AGENT_DEVICE_TD_REGISTERS_H_
