#include "agent/collect/log_tail.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

#include "evidence/log/pcr.h"
#include "evidence/log/replay.h"

namespace evidenced {
namespace {

constexpr int kMaxReadings = 5;

bool IsExplained(uint32_t reg, ByteView value, const LogVerdict& verdict) {
  const auto found = std::find_if(
      verdict.registers.begin(), verdict.registers.end(),
      [reg](const RegisterVerdict& one) { return one.reg == reg; });
  return found == verdict.registers.end()
             ? IsStartValue(reg, value)
             : found->state == RegisterState::kMatched;
}

size_t CountOpen(const LogVerdict& verdict, const PcrValues& quoted,
                 LogDemand demand) {
  if (!verdict.quoted_events && !verdict.registers.empty()) {
    return SIZE_MAX;  // nothing is claimed
  }
  if (demand == LogDemand::kAny) return 0;
  size_t open = 0;
  for (const auto& [bank, values] : quoted) {
    open += static_cast<size_t>(
        std::count_if(values.begin(), values.end(), [&](const auto& one) {
          return !IsExplained(one.first, one.second, verdict);
        }));
  }
  return open;
}

LogStanding Alone(const CollectedLog& log, const PcrValues& quoted,
                  LogDemand demand) {
  const LogVerdict verdict =
      CompareWithRegisters(log.log, log.log.events, quoted);
  LogStanding out;
  out.open = CountOpen(verdict, quoted, demand);
  if (verdict.quoted_events) out.reach.quoted_events = *verdict.quoted_events;
  return out;
}

LogStanding WithTail(const CollectedLog& log, const LogSource::Tail& tail,
                     const PcrValues& quoted, LogDemand demand) {
  std::vector<LogEvent> events = log.log.events;
  events.insert(events.end(), tail.log.events.begin(), tail.log.events.end());
  const LogVerdict verdict = CompareWithRegisters(log.log, events, quoted);
  LogStanding out;
  out.open = CountOpen(verdict, quoted, demand);
  if (!verdict.quoted_events) return out;
  out.reach.quoted_events = *verdict.quoted_events;
  const size_t held = log.log.events.size();
  if (*verdict.quoted_events <= held) return out;
  const size_t further = *verdict.quoted_events - held;
  const size_t end = further < tail.log.events.size()
                         ? tail.log.events[further].offset
                         : tail.log.length;
  out.reach.tail = ToBytes(ByteView(tail.bytes).first(end));
  return out;
}

}  // namespace

void AddReach(const LogReach& reach, v1::Part& part, v1::Evidence& evidence) {
  part.set_tail(reach.tail.data(), reach.tail.size());
  if (!reach.quoted_events) return;
  (*evidence.mutable_hints()->mutable_quoted_events())[part.label()] =
      *reach.quoted_events;
}

void LogFollower::Pause() {
  std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

LogReach LogFollower::Follow(const std::shared_ptr<const CollectedLog>& log,
                             const PcrValues& quoted) {
  const bool known = log == last_log_.lock() && quoted == last_quoted_;
  if (known && last_open_ == 0) return last_reach_;
  LogStanding best = Alone(*log, quoted, demand_);
  // What stayed unexplained will seldom be explained now, but may be.
  const int readings = known ? 1 : kMaxReadings;
  for (int i = 0; best.open > 0 && i < readings; ++i) {
    if (i > 0) pause_();
    const absl::StatusOr<LogSource::Tail> tail = source_->ReadTail(*log);
    if (!tail.ok()) break;
    if (tail->log.events.empty()) continue;
    LogStanding longer = WithTail(*log, *tail, quoted, demand_);
    if (longer.open < best.open) best = std::move(longer);
  }
  Remember(log, quoted, best);
  return best.reach;
}

std::shared_ptr<const CollectedLog> LogFollower::ReadAfter(
    const PcrValues& quoted, LogReach& reach) {
  std::shared_ptr<const CollectedLog> log = source_->Read();
  if (log == nullptr) return nullptr;
  if (log == last_log_.lock() && quoted == last_quoted_ &&
      last_reach_.tail.empty()) {
    reach = last_reach_;
    return log;
  }
  LogStanding standing = Alone(*log, quoted, demand_);
  for (int i = 0; standing.open > 0 && i < kMaxReadings; ++i) {
    pause_();
    std::shared_ptr<const CollectedLog> again = source_->Read();
    if (again == log) continue;
    log = std::move(again);
    if (log == nullptr) return nullptr;
    standing = Alone(*log, quoted, demand_);
  }
  Remember(log, quoted, standing);
  reach = std::move(standing.reach);
  return log;
}

void LogFollower::Remember(const std::shared_ptr<const CollectedLog>& log,
                           const PcrValues& quoted,
                           const LogStanding& standing) {
  last_log_ = log;
  last_quoted_ = quoted;
  last_reach_ = standing.reach;
  last_open_ = standing.open;
}

}  // namespace evidenced
