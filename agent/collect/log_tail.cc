#include "agent/collect/log_tail.h"

#include <chrono>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

#include "evidence/log/replay.h"

namespace evidenced {
namespace {

constexpr int kMaxReadings = 5;

// How far `log` and `tail` together reach.
LogReach ReachWithTail(const CollectedLog& log, const LogSource::Tail& tail,
                       const PcrValues& quoted) {
  std::vector<LogEvent> events = log.log.events;
  events.insert(events.end(), tail.log.events.begin(), tail.log.events.end());
  const LogVerdict verdict = CompareWithRegisters(log.log, events, quoted);
  LogReach reach;
  if (!verdict.quoted_events) return reach;
  reach.quoted_events = *verdict.quoted_events;
  const size_t held = log.log.events.size();
  if (*verdict.quoted_events <= held) return reach;
  const size_t further = *verdict.quoted_events - held;
  const size_t end = further < tail.log.events.size()
                         ? tail.log.events[further].offset
                         : tail.log.length;
  reach.tail = ToBytes(ByteView(tail.bytes).first(end));
  return reach;
}

// Whether a quoted register is ahead of `log`; else how far that reaches.
bool IsBehind(const CollectedLog& log, const PcrValues& quoted,
              LogReach& reach) {
  const LogVerdict verdict =
      CompareWithRegisters(log.log, log.log.events, quoted);
  if (verdict.quoted_events) reach.quoted_events = *verdict.quoted_events;
  return !verdict.quoted_events && !verdict.registers.empty();
}

}  // namespace

void LogFollower::Pause() {
  std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

LogReach LogFollower::ReadOn(const CollectedLog& log, const PcrValues& quoted) {
  for (int i = 0; i < kMaxReadings; ++i) {
    const absl::StatusOr<LogSource::Tail> tail = source_->ReadTail(log);
    if (!tail.ok()) return {};
    if (!tail->log.events.empty()) {
      LogReach reach = ReachWithTail(log, *tail, quoted);
      if (reach.quoted_events) return reach;
    }
    pause_();
  }
  return {};
}

LogReach LogFollower::Follow(const std::shared_ptr<const CollectedLog>& log,
                             const PcrValues& quoted) {
  if (log == last_log_ && quoted == last_quoted_) return last_reach_;
  LogReach reach;
  if (IsBehind(*log, quoted, reach)) reach = ReadOn(*log, quoted);
  Remember(log, quoted, reach);
  return reach;
}

std::shared_ptr<const CollectedLog> LogFollower::ReadAfter(
    const PcrValues& quoted, LogReach& reach) {
  std::shared_ptr<const CollectedLog> log = source_->Read();
  if (log == nullptr) return nullptr;
  if (log == last_log_ && quoted == last_quoted_ && last_reach_.tail.empty()) {
    reach = last_reach_;
    return log;
  }
  bool behind = IsBehind(*log, quoted, reach);
  for (int i = 0; behind && i < kMaxReadings; ++i) {
    pause_();
    std::shared_ptr<const CollectedLog> again = source_->Read();
    if (again == log) continue;
    log = std::move(again);
    if (log == nullptr) return nullptr;
    behind = IsBehind(*log, quoted, reach);
  }
  Remember(log, quoted, reach);
  return log;
}

void LogFollower::Remember(const std::shared_ptr<const CollectedLog>& log,
                           const PcrValues& quoted, const LogReach& reach) {
  // A tail shows that the file has changed: the next reading is another log.
  last_log_ = source_->Keeps(log) ? log : nullptr;
  last_quoted_ = quoted;
  last_reach_ = reach;
}

}  // namespace evidenced
