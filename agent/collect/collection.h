#ifndef AGENT_COLLECT_COLLECTION_H_
#define AGENT_COLLECT_COLLECTION_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "agent/collect/collector.h"
#include "agent/collect/log_source.h"
#include "agent/collect/log_tail.h"
#include "agent/collect/register_quote.h"
#include "agent/device/log_file.h"
#include "agent/device/tpm_device.h"

namespace evidenced {

// Bytes of a part that goes within the evidence; a larger one is detached.
inline constexpr uint32_t kMaxInlinePart = 2U << 20;

// What goes into every answer of this agent.
struct AgentIdentity {
  Bytes instance;  // item 10
  std::string boot_id;
  std::string version;
};

// The label of a log, and why it is missing (empty: it is there).
struct LogState {
  std::string label;
  std::string reason;
};

// Makes evidence in the binding's second form (docs/wire.md, "Order of one
// collection"): logs, manifest, quote, then the logs' tails. Used by the
// device thread alone.
class Collection {
 public:
  Collection(const HostPaths& paths, AgentIdentity identity);

  absl::StatusOr<v1::Evidence> Collect(TpmDevice& tpm,
                                       const Challenge& challenge);

  static absl::StatusOr<v1::Measurements> Measure(
      TpmDevice& tpm, const std::vector<PcrBankSelection>& pcrs);

  // FAILED_PRECONDITION: the log is missing.
  absl::StatusOr<std::shared_ptr<const LogSnapshot>> ReadLog(
      absl::string_view label);

  void ReadLogs();
  // As each log was when it was last read.
  std::vector<LogState> LogStates() const;

 private:
  struct Log {
    explicit Log(LogSource log_source)
        : source(std::move(log_source)), follower(&source) {}
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    LogSource source;
    LogFollower follower;
    std::shared_ptr<const CollectedLog> now;  // in the collection under way
  };

  std::vector<ManifestEntry> ReadParts(const Challenge& challenge,
                                       const TpmInfo& info);
  const ManifestEntry& AkEntry(const TpmInfo& info);
  void AddLogs(const Challenge& challenge, const PcrValues& registers,
               v1::Evidence& evidence);

  const AgentIdentity identity_;
  std::array<Log, 2> logs_;
  RegisterQuoter quoter_;
  Bytes ak_public_;  // of ak_entry_
  ManifestEntry ak_entry_;
};

}  // namespace evidenced

#endif  // AGENT_COLLECT_COLLECTION_H_
