#ifndef AGENT_COLLECT_LOG_TAIL_H_
#define AGENT_COLLECT_LOG_TAIL_H_

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

// Compares one log with quoted registers. It remembers the last comparison.
class LogFollower {
 public:
  // `pause` is called before each further reading: whoever extends a register
  // may write the log a moment later.
  explicit LogFollower(LogSource* source, std::function<void()> pause = Pause)
      : source_(source), pause_(std::move(pause)) {}

  // `log` was read before the registers were quoted. If one of them is ahead
  // of it, reads on, at most 5 times, for the tail.
  LogReach Follow(const std::shared_ptr<const CollectedLog>& log,
                  const PcrValues& quoted);

  // The registers were quoted already: reads the log and, if one of them is
  // ahead of it, reads it again, at most 5 times. Null: it is missing, as its
  // source says.
  std::shared_ptr<const CollectedLog> ReadAfter(const PcrValues& quoted,
                                                LogReach& reach);

 private:
  static void Pause();
  LogReach ReadOn(const CollectedLog& log, const PcrValues& quoted);
  void Remember(const std::shared_ptr<const CollectedLog>& log,
                const PcrValues& quoted, const LogReach& reach);

  LogSource* source_;
  std::function<void()> pause_;
  std::shared_ptr<const CollectedLog> last_log_;
  PcrValues last_quoted_;
  LogReach last_reach_;
};

}  // namespace evidenced

#endif  // AGENT_COLLECT_LOG_TAIL_H_
