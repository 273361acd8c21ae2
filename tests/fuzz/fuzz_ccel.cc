// A log of a confidential-computing guest is a crypto-agile log whose registers
// are 0 to 4, and no other log is one.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "evidence/log/event_log.h"
#include "tests/fuzz/allocation.h"
#include "tests/fuzz/log_properties.h"
#include "tests/fuzz/properties.h"

namespace {

using evidenced::ByteView;
using evidenced::EventLog;
using evidenced::LogEvent;
using evidenced::LogFormat;
using evidenced::Require;

bool InRange(const LogEvent& event) { return !event.extends || event.reg <= 4; }

// One that was read while it was written, and later the rest.
void CheckGrowing(const EventLog& log, ByteView bytes) {
  const size_t cut = evidenced::ChosenWithin(log.length, bytes);
  const auto head =
      evidenced::ParseGrowingLog(LogFormat::kCcel, bytes.first(cut));
  Require(head.ok() == (cut >= log.events.front().size));
  if (!head.ok()) return;
  Require(head->format == LogFormat::kCcel && head->length <= cut);
  const size_t count = head->events.size();
  evidenced::RequireSameEvents(log.events, 0, head->events);
  const auto tail =
      evidenced::ParseGrowingTail(*head, bytes.subspan(head->length));
  Require(tail.ok() && count + tail->events.size() == log.events.size());
  evidenced::RequireSameEvents(log.events, count, tail->events);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteView bytes(data, size);
  const auto ccel =
      evidenced::Bounded(size, [bytes] { return evidenced::ParseCcel(bytes); });
  const auto tcg = evidenced::ParseTcgLog(bytes);
  Require(ccel.ok() ==
          (tcg.ok() && tcg->format == LogFormat::kTcg2 &&
           std::all_of(tcg->events.begin(), tcg->events.end(), InRange)));
  if (!ccel.ok()) return 0;
  Require(ccel->format == LogFormat::kCcel && ccel->length == tcg->length);
  Require(ccel->events.size() == tcg->events.size());
  evidenced::RequireSameEvents(tcg->events, 0, ccel->events);
  evidenced::RequireTiled(*ccel);
  evidenced::RequireDescribed(*ccel);
  evidenced::RequireReplayed(*ccel, ccel->banks);
  CheckGrowing(*ccel, bytes);
  return 0;
}
