#ifndef AGENT_COLLECT_MAKE_COLLECTOR_H_
#define AGENT_COLLECT_MAKE_COLLECTOR_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/time/time.h"

#include "agent/base/warn.h"
#include "agent/collect/collector.h"
#include "agent/collect/cpu_reports.h"
#include "agent/collect/measurements.h"
#include "agent/device/detect_report_device.h"
#include "agent/device/log_file.h"
#include "agent/device/tpm.h"
#include "agent/device/tpm_slot.h"

namespace evidenced {

struct CollectorOptions {
  TpmOptions tpm;
  SnpRequestOptions snp;
  HostPaths paths;
  std::string agent_version;
  size_t queue_length = 256;
  // The longest that a request waits, whatever its own deadline.
  absl::Duration device_timeout = absl::Seconds(45);
  // A device that has not answered for so long gets no more requests. Where
  // the host throttles, the kernel's driver waits for an SNP report for up to
  // 60 s.
  absl::Duration hung_after = absl::Seconds(10);  // the TPM
  absl::Duration cpu_hung_after = absl::Seconds(90);
  // The first pause of those in CpuReports::next_try().
  absl::Duration cpu_first_pause = absl::Seconds(1);
  // Takes what the log is to have.
  Warn warn = WarnNobody;
};

// Where a collector has its devices from.
struct DeviceOpeners {
  TpmSlot::Opener tpm;
  CpuReports::Detector cpu;
  TdRegisterReader::Source td;
};

// The devices that `options` name.
DeviceOpeners OpenersOf(const CollectorOptions& options);

// Collects from a guest's CPU report device, its TPM and its logs. It never
// blocks: devices are opened behind it, and requests wait until they are. The
// TPM is not kept from those who want no report by a CPU that does not answer.
// Its destructor waits at most 2 s for a call that a device has not answered,
// 2 s for each, and then abandons the thread that made it: the process must
// then end by _exit(), not by exit().
std::unique_ptr<Collector> MakeCollector(const CollectorOptions& options);

// As above, over other devices.
std::unique_ptr<Collector> MakeCollector(const CollectorOptions& options,
                                         DeviceOpeners open);

}  // namespace evidenced

#endif  // AGENT_COLLECT_MAKE_COLLECTOR_H_
