#ifndef AGENT_COLLECT_MEASUREMENTS_H_
#define AGENT_COLLECT_MEASUREMENTS_H_

#include <functional>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "evidence/v1/service.pb.h"

#include "agent/base/warn.h"
#include "agent/collect/challenge.h"
#include "agent/device/device_thread.h"
#include "agent/device/td_registers.h"
#include "quote/tpm/quote.h"

namespace evidenced {
namespace v1 = ::evidence::v1;

// Reads a TD's registers again and again. Used by one thread.
class TdRegisterReader {
 public:
  using Source = std::function<absl::StatusOr<TdRegisters>()>;
  // `source` as ReadTdRegisters(). `warn` is told when it fails, if it did not
  // the time before.
  TdRegisterReader(Source source, Warn warn)
      : source_(std::move(source)), warn_(std::move(warn)) {}

  // Errors are those of ReadTdRegisters().
  absl::StatusOr<TdRegisters> Read();

 private:
  const Source source_;
  const Warn warn_;
  bool failed_ = false;  // the last time
};

// For what `waiter` has something without: half of his time, and no more than
// after which a device counts as hung.
JobTerms HalfTermsOf(const Waiter& waiter, absl::Duration hung_after);

// Answers who asks for measurements, when it is known what the TD's registers
// are: `tpm` reads the PCRs beside them, all of every active bank if `pcrs` is
// empty. Who names PCRs gets these or the TPM's error. Others get what there
// is, and what is not there is listed unless this guest has no such device;
// with nothing, the TPM's error or, in a guest without a TPM, that in `td`.
// A TD that hangs is one that fails. CANCELLED, RESOURCE_EXHAUSTED: not both
// were asked.
void Measure(DeviceThread& tpm, std::vector<PcrBankSelection> pcrs,
             const Waiter& waiter, absl::StatusOr<TdRegisters> td,
             std::function<void(absl::StatusOr<v1::Measurements>)> done);

}  // namespace evidenced

#endif  // AGENT_COLLECT_MEASUREMENTS_H_
