#ifndef AGENT_COLLECT_PLATFORM_STATE_H_
#define AGENT_COLLECT_PLATFORM_STATE_H_

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"

#include "agent/base/mutex.h"
#include "agent/collect/evidence_message.h"
#include "agent/collect/kernel_logs.h"
#include "agent/device/report_device.h"
#include "agent/device/tpm_device.h"

namespace evidenced {

// What is known of this guest without asking a device. Any thread may use it.
class PlatformState {
 public:
  // `cpu`: whose report device the guest may have, until it is known.
  PlatformState(const AgentIdentity& identity, ReportProvider cpu);

  // OK with what was opened, or why the TPM cannot be used.
  void TpmChanged(const absl::Status& status, const TpmInfo* info);
  // That the device does not answer, or OK: it did after all.
  void TpmHung(const absl::Status& status);
  void CpuHung(const absl::Status& status);

  // The CPU's report device was looked for or asked: there is none, it was
  // found and has given no report yet, it is there and cannot be used, or it
  // gave a report or an error.
  void CpuAbsent();
  // `td_registers`: see DetectedReportDevice.
  void CpuFound(const ReportDeviceInfo& info, const std::string& td_registers);
  void CpuFailed(const absl::Status& status);
  void CpuAnswered(const absl::Status& status, ReportDeviceState state);

  // Why the CPU's device failed when it was last looked for or asked. OK: it
  // did not, as far as known.
  absl::Status CpuFailure() const;

  void LogsRead(const std::vector<LogState>& states);

  v1::Platform Get() const;
  // See Collector::WatchHealth().
  void Watch(std::function<void(const SourceHealth& health)> changed);

 private:
  // As an index into devices_.
  enum Device : size_t { kTpm, kCpu };

  struct DeviceState {
    v1::Source source;
    std::optional<absl::Status> last;  // nullopt: nothing is known
    bool asked = true;                 // false: it was only found
    absl::Status hung;                 // OK: it is not
    std::optional<SourceHealth> told;  // to the watcher
  };

  // Brings `device.source` up to date, and tells the watcher if that is news.
  void Show(DeviceState& device) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Hung(DeviceState& device, const absl::Status& status)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Takes back what was told of `device`.
  void Forget(DeviceState& device) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // Also held while the watcher is called, so that it sees changes in order.
  mutable Mutex mutex_;
  std::function<void(const SourceHealth&)> watcher_ ABSL_GUARDED_BY(mutex_) =
      [](const SourceHealth&) {};
  v1::Platform platform_ ABSL_GUARDED_BY(mutex_);  // without sources
  std::array<DeviceState, 2> devices_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace evidenced

#endif  // AGENT_COLLECT_PLATFORM_STATE_H_
