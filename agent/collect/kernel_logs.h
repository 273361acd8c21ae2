#ifndef AGENT_COLLECT_KERNEL_LOGS_H_
#define AGENT_COLLECT_KERNEL_LOGS_H_

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "agent/collect/collector.h"
#include "agent/collect/log_source.h"
#include "agent/collect/log_tail.h"
#include "agent/device/log_file.h"
#include "evidence/binding/manifest.h"
#include "quote/tpm/quote.h"

namespace evidenced {

// The label of a log, and why it is missing (empty: it is there).
struct LogState {
  std::string label;
  std::string reason;
};

// The kernel's logs in one collection after the other: they are read, listed
// in the manifest and added to the evidence, in this order, as far as the
// challenge wants them. `quoted` are a TPM's. Used by one thread.
class KernelLogs {
 public:
  explicit KernelLogs(const HostPaths& paths);

  // Second form: logs first. Follow() then adds the tails that registers which
  // were quoted later need.
  void Read(const Challenge& challenge, std::vector<ManifestEntry>& entries);
  void Follow(const PcrValues& quoted);

  // First form: `quoted` came first, maybe none.
  void ReadAfter(const Challenge& challenge, const PcrValues& quoted,
                 std::vector<ManifestEntry>& entries);

  // "log.ccel" of the collection under way, whose registers the TPM does not
  // have; null: it is missing, or nobody asked for it.
  std::shared_ptr<const CollectedLog> ccel() const;

  void AddParts(v1::Evidence& evidence);

  // FAILED_PRECONDITION: the log is missing.
  absl::StatusOr<std::shared_ptr<const LogSnapshot>> ReadOne(
      absl::string_view label);

  void ReadAll();
  // As each log was when it was last read.
  std::vector<LogState> States() const;

 private:
  struct Log {
    explicit Log(LogSource log_source)
        : source(std::move(log_source)), follower(&source) {}
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    LogSource source;
    LogFollower follower;
    std::shared_ptr<const CollectedLog> now;  // in the collection under way
    LogReach reach;                           // of `now`
  };

  static void AddEntry(const Challenge& challenge, const Log& log,
                       std::vector<ManifestEntry>& entries);

  // A TPM's registers say nothing of a TD's log.
  const PcrValues& QuotedFor(const Log& log, const PcrValues& pcrs) const;

  const PcrValues none_;
  std::array<Log, 3> logs_;
};

}  // namespace evidenced

#endif  // AGENT_COLLECT_KERNEL_LOGS_H_
