#ifndef AGENT_COLLECT_LOG_TAIL_H_
#define AGENT_COLLECT_LOG_TAIL_H_

#include <cstdint>
#include <memory>
#include <optional>

#include "agent/collect/log_source.h"
#include "quote/tpm/quote.h"

namespace evidenced {

// How far a log reaches that was read before its registers were quoted.
struct LogReach {
  // See LogVerdict::quoted_events. nullopt: the log is behind its registers,
  // or none of them is quoted.
  std::optional<uint64_t> quoted_events;
  Bytes tail;  // whole events after the part, up to quoted_events
};

// Compares one log with quoted registers. It remembers the last comparison.
class LogFollower {
 public:
  explicit LogFollower(LogSource* source) : source_(source) {}

  // If a register is ahead of `log`, reads the log again, at most 5 times.
  LogReach Follow(const std::shared_ptr<const CollectedLog>& log,
                  const PcrValues& quoted);

 private:
  LogReach ReadOn(const CollectedLog& log, const PcrValues& quoted);

  LogSource* source_;
  std::shared_ptr<const CollectedLog> last_log_;
  PcrValues last_quoted_;
  LogReach last_reach_;
};

}  // namespace evidenced

#endif  // AGENT_COLLECT_LOG_TAIL_H_
