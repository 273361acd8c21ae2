#ifndef AGENT_COLLECT_LOG_TAIL_H_
#define AGENT_COLLECT_LOG_TAIL_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "agent/collect/log_source.h"
#include "quote/tpm/quote.h"

namespace evidenced {

// How far a log reaches beside registers that are quoted.
struct LogReach {
  // See LogVerdict::quoted_events. nullopt: the log is behind its registers,
  // or none of them is quoted.
  std::optional<uint64_t> quoted_events;
  Bytes tail;  // whole events after the part, up to quoted_events
};

// A log, maybe with a tail, beside registers.
struct LogStanding {
  LogReach reach;
  // Registers that it ought to explain and does not. 0: no reason to read on.
  size_t open = 0;
};

// Says so in `evidence`, of `part`.
void AddReach(const LogReach& reach, v1::Part& part, v1::Evidence& evidence);

// What of the quoted registers a log is expected to explain.
enum class LogDemand : uint8_t {
  kAny,    // those that it can: others have logs of their own
  kEvery,  // all that are not zero: there is no other log
};

// Compares one log with quoted registers. It remembers the last comparison.
class LogFollower {
 public:
  // `pause` is called before each further reading: whoever extends a register
  // may write the log a moment later.
  explicit LogFollower(LogSource* source, std::function<void()> pause = Pause,
                       LogDemand demand = LogDemand::kAny)
      : source_(source), pause_(std::move(pause)), demand_(demand) {}

  // `log` was read before the registers were quoted. If one of them is ahead
  // of it, reads on, at most 5 times, for the tail that explains the most.
  LogReach Follow(const std::shared_ptr<const CollectedLog>& log,
                  const PcrValues& quoted);

  // The registers were quoted already: reads the log and, if one of them is
  // ahead of it, reads it again, at most 5 times. Null: it is missing, as its
  // source says.
  std::shared_ptr<const CollectedLog> ReadAfter(const PcrValues& quoted,
                                                LogReach& reach);

  static void Pause();

 private:
  void Remember(const std::shared_ptr<const CollectedLog>& log,
                const PcrValues& quoted, const LogStanding& standing);

  LogSource* source_;
  std::function<void()> pause_;
  LogDemand demand_;
  // It is no reason to keep a large log.
  std::weak_ptr<const CollectedLog> last_log_;
  PcrValues last_quoted_;
  LogReach last_reach_;
  size_t last_open_ = 0;
};

}  // namespace evidenced

#endif  // AGENT_COLLECT_LOG_TAIL_H_
