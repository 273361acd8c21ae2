// A binary IMA list. What parses is written again from its fields as the same
// bytes, replays twice to the same values, which match all its entries, and is
// the same in two parts, or as far as it goes when it is cut. Nothing costs
// more memory than there are bytes.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "evidence/log/event_log.h"
#include "evidence/log/ima_facts.h"
#include "evidence/log/replay.h"
#include "tests/fuzz/allocation.h"
#include "tests/fuzz/log_properties.h"
#include "tests/fuzz/properties.h"

namespace {

using evidenced::ByteView;
using evidenced::EventLog;
using evidenced::HashAlgorithm;
using evidenced::LogFormat;
using evidenced::Require;

// Only of SHA-1, which is tried first: in another list's digest there may be
// what looks like a template's name.
void CheckTwoParts(const EventLog& log, ByteView bytes) {
  const size_t split = evidenced::ChosenWithin(log.events.size(), bytes);
  if (split == 0 || log.events.front().Find(HashAlgorithm::kSha1) == nullptr) {
    return;
  }
  const size_t at = log.events[split].offset;
  const auto head = evidenced::ParseImaLog(bytes.first(at));
  Require(head.ok() && head->events.size() == split);
  const auto tail = evidenced::ParseImaLog(bytes.subspan(at));
  Require(tail.ok() && split + tail->events.size() == log.events.size());
  evidenced::RequireSameEvents(log.events, split, tail->events);
}

void CheckReplay(const EventLog& log) {
  const std::vector<HashAlgorithm> banks = {HashAlgorithm::kSha1,
                                            HashAlgorithm::kSha256};
  evidenced::RequireReplayed(log, banks);
  const auto values = evidenced::Replay(log, banks);
  const auto verdict = evidenced::CompareWithRegisters(log, log.events, values);
  Require(verdict.quoted_events == log.events.size());
  const auto facts = evidenced::FindImaFacts(log);
  size_t mismatches = 0;
  for (const auto& event : log.events) {
    if (!evidenced::TemplateDigestMatches(log, event)) ++mismatches;
  }
  Require(facts.mismatches.size() == mismatches);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteView bytes(data, size);
  const auto growing = evidenced::Bounded(size, [bytes] {
    return evidenced::ParseGrowingLog(LogFormat::kIma, bytes);
  });
  if (growing.ok() && growing->length > 0) {
    evidenced::RequireTiled(*growing);
    Require(evidenced::ParseImaLog(bytes.first(growing->length)).ok());
  }
  const auto log = evidenced::Bounded(
      size, [bytes] { return evidenced::ParseImaLog(bytes); });
  if (!log.ok()) return 0;
  Require(growing.ok() && growing->length == size && log->length == size);
  evidenced::RequireTiled(*log);
  evidenced::RequireDescribed(*log);
  Require(evidenced::Equal(evidenced::WriteImaList(*log), bytes));
  CheckReplay(*log);
  CheckTwoParts(*log, bytes);
  return 0;
}
