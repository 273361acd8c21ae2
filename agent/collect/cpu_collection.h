#ifndef AGENT_COLLECT_CPU_COLLECTION_H_
#define AGENT_COLLECT_CPU_COLLECTION_H_

#include <functional>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "agent/base/mutex.h"
#include "agent/base/warn.h"
#include "agent/collect/collection.h"
#include "agent/collect/collector.h"
#include "agent/collect/cpu_reports.h"
#include "agent/collect/measurements.h"
#include "agent/collect/platform_state.h"
#include "agent/collect/rtmr_log.h"
#include "agent/device/detect_report_device.h"
#include "agent/device/device_thread.h"

namespace evidenced {

// What the jobs of a collector use; it lives as long as the last of them.
struct CollectorState {
  CollectorState(const HostPaths& paths, const AgentIdentity& identity,
                 CpuReports::Detector detect, absl::Duration first_pause,
                 TdRegisterReader::Source td, const Warn& warn_log)
      : warn(warn_log),
        platform(identity, LikelyProvider(paths)),
        cpu(std::move(detect), platform, first_pause),
        td_registers(std::move(td), warn_log),
        rtmr_log({.table = paths.ccel_table, .log = paths.ccel_log}),
        collection(paths, identity, warn_log) {}

  const Warn warn;
  PlatformState platform;
  CpuReports cpu;                 // the CPU's thread alone
  TdRegisterReader td_registers;  // its own thread alone
  RtmrLog rtmr_log;               // the CPU's
  Collection collection;          // the TPM's
};

// Who waits, as a device's thread takes it.
JobTerms TermsOf(Waiter waiter);

// Who waits for the CPU.
struct CpuTerms {
  Waiter waiter;
  SteadyTime until;  // nobody waits longer

  // OK, CANCELLED or DEADLINE_EXCEEDED.
  absl::Status IsWanted() const;
};

struct EvidenceRequest {
  Challenge challenge;
  CpuTerms terms;
};

// Evidence that a CPU report signs or, in a guest that has no such device, the
// TPM. Used by the CPU's thread alone, which waits for the TPM's in between: so
// no more than one collection at a time waits for its report.
class CpuCollection {
 public:
  // `aside` is of the CPU's thread.
  CpuCollection(std::shared_ptr<CollectorState> state,
                std::shared_ptr<DeviceThread> tpm, DeviceThread::Aside aside)
      : state_(std::move(state)),
        tpm_(std::move(tpm)),
        aside_(std::move(aside)) {}

  absl::StatusOr<v1::Evidence> Collect(
      const std::shared_ptr<const EvidenceRequest>& request) const;

 private:
  template <typename T>
  using Part = std::function<absl::StatusOr<T>(Collection&, TpmSlot&)>;

  // Has the TPM's thread make `part`.
  template <typename T>
  absl::StatusOr<T> OnTpmThread(
      const std::shared_ptr<const EvidenceRequest>& request,
      Part<T> part) const;

  std::shared_ptr<CollectorState> state_;
  std::shared_ptr<DeviceThread> tpm_;
  DeviceThread::Aside aside_;
};

}  // namespace evidenced

#endif  // AGENT_COLLECT_CPU_COLLECTION_H_
