// A TCG log, of either form. What parses is written again from its fields as
// the same bytes, replays twice to the same values, and is the same in two
// parts, or as far as it goes when it is cut. Nothing costs more memory than
// there are bytes.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "evidence/log/boot_facts.h"
#include "evidence/log/event_log.h"
#include "tests/fuzz/allocation.h"
#include "tests/fuzz/log_properties.h"
#include "tests/fuzz/properties.h"

namespace {

using evidenced::ByteView;
using evidenced::EventLog;
using evidenced::LogFormat;
using evidenced::Require;

// A digest of an unknown algorithm is not kept.
bool KeepsEveryDigest(const EventLog& log) {
  if (!log.spec_id.has_value()) return true;
  return log.banks.size() == log.spec_id->algorithms.size();
}

void CheckTwoParts(const EventLog& log, ByteView bytes) {
  const size_t split = evidenced::ChosenWithin(log.events.size(), bytes);
  if (split == 0) return;
  const size_t at = log.events[split].offset;
  const auto head = evidenced::ParseTcgLog(bytes.first(at));
  Require(head.ok() && head->events.size() == split && head->length == at);
  const auto tail =
      evidenced::ParseTcgLogTail(*head, bytes.subspan(at, log.length - at));
  Require(tail.ok() && split + tail->events.size() == log.events.size());
  evidenced::RequireSameEvents(log.events, split, tail->events);
}

void CheckCut(const EventLog& log, ByteView bytes) {
  const size_t cut = evidenced::ChosenWithin(log.length, bytes);
  const auto growing =
      evidenced::ParseGrowingLog(LogFormat::kTcg2, bytes.first(cut));
  Require(growing.ok() == (cut >= log.events.front().size));
  if (!growing.ok()) return;
  evidenced::RequireSameEvents(log.events, 0, growing->events);
  const size_t count = growing->events.size();
  Require(count == log.events.size() ||
          log.events[count].offset + log.events[count].size > cut);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteView bytes(data, size);
  const auto growing = evidenced::Bounded(size, [bytes] {
    return evidenced::ParseGrowingLog(LogFormat::kTcg2, bytes);
  });
  if (growing.ok()) {
    evidenced::RequireTiled(*growing);
    const auto whole = evidenced::ParseTcgLog(bytes.first(growing->length));
    Require(whole.ok() && whole->events.size() == growing->events.size());
  }
  const auto log = evidenced::Bounded(
      size, [bytes] { return evidenced::ParseTcgLog(bytes); });
  if (!log.ok()) return 0;
  Require(growing.ok() && growing->length == log->length);
  evidenced::RequireTiled(*log);
  evidenced::RequireDescribed(*log);
  evidenced::RequireReplayed(*log, log->banks);
  evidenced::FindBootFacts(*log);
  if (KeepsEveryDigest(*log)) {
    Require(evidenced::Equal(evidenced::WriteTcgLog(*log),
                             bytes.first(log->length)));
  }
  CheckTwoParts(*log, bytes);
  CheckCut(*log, bytes);
  return 0;
}
