#ifndef AGENT_COLLECT_MEASUREMENTS_H_
#define AGENT_COLLECT_MEASUREMENTS_H_

#include <functional>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

#include "evidence/v1/service.pb.h"

#include "agent/base/warn.h"
#include "agent/collect/challenge.h"
#include "agent/device/device_thread.h"
#include "agent/device/log_file.h"
#include "agent/device/td_registers.h"
#include "quote/tpm/quote.h"

namespace evidenced {
namespace v1 = ::evidence::v1;

// Reads a TD's registers again and again. Used by one thread.
class TdRegisterReader {
 public:
  // `warn` is told when they cannot be read any more.
  TdRegisterReader(HostPaths paths, Warn warn)
      : paths_(std::move(paths)), warn_(std::move(warn)) {}

  // Errors are those of ReadTdRegisters().
  absl::StatusOr<TdRegisters> Read();

 private:
  const HostPaths paths_;
  const Warn warn_;
  bool failed_ = false;  // the last time
};

// Answers who asks for measurements, when it is known what the TD's registers
// are: `tpm` reads the PCRs beside them, all of every active bank if `pcrs` is
// empty. Who names PCRs gets these or the TPM's error. Others get what there
// is, and what is not there is listed unless this guest has no such device;
// with nothing, the TPM's error or, in a guest without a TPM, that in `td`.
// CANCELLED, RESOURCE_EXHAUSTED: not both were asked.
void Measure(DeviceThread& tpm, std::vector<PcrBankSelection> pcrs,
             const Waiter& waiter, absl::StatusOr<TdRegisters> td,
             std::function<void(absl::StatusOr<v1::Measurements>)> done);

}  // namespace evidenced

#endif  // AGENT_COLLECT_MEASUREMENTS_H_
