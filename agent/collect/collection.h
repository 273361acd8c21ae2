#ifndef AGENT_COLLECT_COLLECTION_H_
#define AGENT_COLLECT_COLLECTION_H_

#include <utility>
#include <vector>

#include "absl/status/statusor.h"

#include "agent/collect/collector.h"
#include "agent/collect/cpu_reports.h"
#include "agent/collect/evidence_message.h"
#include "agent/collect/kernel_logs.h"
#include "agent/collect/tpm_parts.h"
#include "agent/device/log_file.h"
#include "agent/device/tpm_slot.h"

namespace evidenced {

// Makes evidence: docs/wire.md, "The order of a collection". Used by the
// device thread alone.
class Collection {
 public:
  Collection(const HostPaths& paths, AgentIdentity identity)
      : identity_(std::move(identity)), logs_(paths) {}

  // In the first form, unless the guest has no CPU report device, or
  // `challenge` wants none of its reports.
  absl::StatusOr<v1::Evidence> Collect(CpuReports& cpu, TpmSlot& tpm,
                                       const Challenge& challenge);

  static absl::StatusOr<v1::Measurements> Measure(
      TpmSlot& slot, const std::vector<PcrBankSelection>& pcrs);

  KernelLogs& logs() { return logs_; }

 private:
  absl::StatusOr<v1::Evidence> UnderReport(CpuReports& cpu, TpmSlot& slot,
                                           const Challenge& challenge);
  absl::StatusOr<v1::Evidence> SignedByTpm(TpmSlot& slot,
                                           const Challenge& challenge);

  const AgentIdentity identity_;
  KernelLogs logs_;
  TpmQuoter tpm_;
};

}  // namespace evidenced

#endif  // AGENT_COLLECT_COLLECTION_H_
