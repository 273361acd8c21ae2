#ifndef AGENT_COLLECT_COLLECTOR_H_
#define AGENT_COLLECT_COLLECTOR_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "evidence/v1/evidence.pb.h"
#include "evidence/v1/service.pb.h"

#include "agent/collect/challenge.h"
#include "agent/device/report_device.h"
#include "quote/base/bytes.h"
#include "quote/tpm/quote.h"

namespace evidenced {
namespace v1 = ::evidence::v1;

// A device as health shows it.
struct SourceHealth {
  std::string source;  // as v1::Source has it: "snp", "tpm"
  bool available = false;
  std::string reason{};  // if not: why, for a person
  bool key_lost = false;
  bool asked = true;    // false: it was found and not asked for anything yet
  bool absent = false;  // this guest has no such device, other than told before
};

// A whole log as it was read, and where its events are.
struct LogSnapshot {
  Bytes bytes;                  // whole events only
  std::vector<size_t> offsets;  // of each event's first byte
};

// Makes one consistent collection for each challenge. All work on devices and
// log files happens on threads of its own; a caller never blocks, and
// `done` is called exactly once, from another thread: at the latest at the
// deadline, with DEADLINE_EXCEEDED if the device has not answered.
// UNAVAILABLE: device busy or gone, or `deadline` is the agent's limit and the
// CPU's device failed before. RESOURCE_EXHAUSTED: too many wait.
// CANCELLED: the waiter has gone. INVALID_ARGUMENT: a PCR or label that the
// agent does not serve. FAILED_PRECONDITION, DATA_LOSS: as the device's.
class Collector {
 public:
  template <typename T>
  using Done = std::function<void(absl::StatusOr<T>)>;

  virtual ~Collector() = default;

  virtual void GetEvidence(Challenge challenge, Waiter waiter,
                           Done<v1::Evidence> done) = 0;
  // The CPU's report over the caller's own bytes, bound to nothing.
  virtual void GetRawReport(ReportData data, Waiter waiter,
                            Done<v1::RawReport> done) = 0;
  // What can be read of the TPM's registers and a TD's: with neither, the
  // TPM's error; with PCRs that were asked for, these or an error.
  virtual void GetMeasurements(std::vector<PcrBankSelection> pcrs,
                               Waiter waiter, Done<v1::Measurements> done) = 0;
  virtual void ReadLog(std::string label, Waiter waiter,
                       Done<std::shared_ptr<const LogSnapshot>> done) = 0;

  // What is known without touching a device.
  virtual v1::Platform GetPlatform() const = 0;

  // Whether each device answered when it was last used, for `source/tpm` and
  // its like. Called back, from another thread, at each change, and with what
  // is known so far before WatchHealth() returns. Takes the place of the
  // watcher before it, which is not called again once this has returned; it
  // must not call back.
  virtual void WatchHealth(
      std::function<void(const SourceHealth& health)> changed) = 0;
};

}  // namespace evidenced

#endif  // AGENT_COLLECT_COLLECTOR_H_
