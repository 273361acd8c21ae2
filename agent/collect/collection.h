#ifndef AGENT_COLLECT_COLLECTION_H_
#define AGENT_COLLECT_COLLECTION_H_

#include <memory>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "agent/base/warn.h"
#include "agent/collect/collector.h"
#include "agent/collect/cpu_reports.h"
#include "agent/collect/evidence_message.h"
#include "agent/collect/kernel_logs.h"
#include "agent/collect/log_source.h"
#include "agent/collect/rtmr_log.h"
#include "agent/collect/tpm_parts.h"
#include "agent/device/log_file.h"
#include "agent/device/report_device.h"
#include "agent/device/tpm_slot.h"

namespace evidenced {

// Evidence that lacks but the report that is to sign it.
struct UnderReport {
  v1::Evidence evidence;
  ReportData report_data = {};  // what the report must be over
  // Its part "log.ccel"; null: there is none.
  std::shared_ptr<const CollectedLog> ccel;
};

// The evidence with it. `rtmr_log` follows the registers in a TDX quote. `warn`
// is told of a certificate table that cannot be sent.
// DATA_LOSS: `report` is no report.
absl::StatusOr<v1::Evidence> Complete(UnderReport made,
                                      const DeviceReport& report,
                                      RtmrLog& rtmr_log, const Warn& warn);

// Makes evidence: docs/wire.md, "The order of a collection". Used by the TPM's
// thread alone.
class Collection {
 public:
  // `warn` is told of a TPM that fails beside a report.
  Collection(const HostPaths& paths, AgentIdentity identity, const Warn& warn)
      : identity_(std::move(identity)), logs_(paths), tpm_(warn) {}

  // First form, signed by `signer`, "snp" or "tdx": all that comes before the
  // report.
  absl::StatusOr<UnderReport> BeforeReport(TpmSlot& slot,
                                           const Challenge& challenge,
                                           absl::string_view signer);

  // Second form: for guests without a CPU report device, and for who wants no
  // report.
  absl::StatusOr<v1::Evidence> SignedByTpm(TpmSlot& slot,
                                           const Challenge& challenge);

  KernelLogs& logs() { return logs_; }

 private:
  const AgentIdentity identity_;
  KernelLogs logs_;
  TpmQuoter tpm_;
};

}  // namespace evidenced

#endif  // AGENT_COLLECT_COLLECTION_H_
