// An ASCII IMA list. One whose template data is known is the same list when it
// is written in the binary form. It replays twice to the same values and is the
// same in two parts. Nothing costs more memory than there are bytes.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "evidence/log/event_log.h"
#include "evidence/log/replay.h"
#include "tests/fuzz/allocation.h"
#include "tests/fuzz/log_properties.h"
#include "tests/fuzz/properties.h"

namespace {

using evidenced::Bytes;
using evidenced::ByteView;
using evidenced::EventLog;
using evidenced::HashAlgorithm;
using evidenced::LogEvent;
using evidenced::Require;

// Only this bank's list is never taken for one of another bank.
bool CanBeBinary(const LogEvent& event) {
  return event.data_known && event.Find(HashAlgorithm::kSha1) != nullptr;
}

void CheckAgainstBinary(const EventLog& log) {
  if (!std::all_of(log.events.begin(), log.events.end(), CanBeBinary)) return;
  const Bytes bytes = evidenced::WriteImaList(log);
  const auto binary = evidenced::ParseImaLog(bytes);
  Require(binary.ok() && binary->events.size() == log.events.size());
  for (size_t i = 0; i < log.events.size(); ++i) {
    const LogEvent& one = log.events[i];
    const LogEvent& other = binary->events[i];
    Require(evidenced::Equal(one.data, other.data));
    Require(one.violation == other.violation);
    Require(evidenced::TemplateDigestMatches(log, one) ==
            evidenced::TemplateDigestMatches(*binary, other));
  }
}

void CheckTwoParts(const EventLog& log, ByteView bytes) {
  const size_t split = evidenced::ChosenWithin(log.events.size(), bytes);
  if (split == 0) return;
  const size_t at = log.events[split].offset;
  const auto head = evidenced::ParseImaAscii(bytes.first(at));
  const auto tail = evidenced::ParseImaAscii(bytes.subspan(at));
  Require(head.ok() && tail.ok());
  evidenced::RequireSameEvents(log.events, 0, head->events);
  evidenced::RequireSameEvents(log.events, split, tail->events);
  Require(head->events.size() == split);
  Require(split + tail->events.size() == log.events.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteView bytes(data, size);
  const auto log = evidenced::Bounded(
      size, [bytes] { return evidenced::ParseImaAscii(bytes); });
  if (!log.ok()) return 0;
  evidenced::RequireTiled(*log, 1);  // a newline
  evidenced::RequireDescribed(*log);
  const std::vector<HashAlgorithm> banks = {HashAlgorithm::kSha1,
                                            HashAlgorithm::kSha256};
  evidenced::RequireReplayed(*log, banks);
  CheckAgainstBinary(*log);
  CheckTwoParts(*log, bytes);
  return 0;
}
