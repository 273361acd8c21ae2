// What parses replays twice to the same values, and parses to the same events
// as a log that may be cut; its events lie one after the other.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "evidence/log/describe.h"
#include "evidence/log/event_log.h"
#include "evidence/log/replay.h"

namespace {

using evidenced::EventLog;

void Require(bool holds) {
  if (!holds) std::abort();
}

void CheckEvents(const EventLog& log) {
  size_t offset = 0;
  for (const auto& event : log.events) {
    Require(event.offset == offset);
    offset += event.size;
    evidenced::DescribeEvent(log, event);
  }
  Require(offset == log.length);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const evidenced::ByteView bytes(data, size);
  const auto growing =
      evidenced::ParseGrowingLog(evidenced::LogFormat::kTcg2, bytes);
  if (growing.ok()) {
    CheckEvents(*growing);
    const auto whole = evidenced::ParseTcgLog(bytes.first(growing->length));
    Require(whole.ok() && whole->events.size() == growing->events.size());
  }
  const auto log = evidenced::ParseTcgLog(bytes);
  if (!log.ok()) return 0;
  Require(growing.ok() && growing->length == log->length);
  const auto values = evidenced::Replay(*log, log->banks);
  Require(values == evidenced::Replay(*log, log->banks));
  const auto verdict =
      evidenced::CompareWithRegisters(*log, log->events, values);
  Require(!verdict.quoted_events.has_value() ||
          *verdict.quoted_events <= log->events.size());
  evidenced::SecureBootState(*log, log->events, verdict);
  return 0;
}
