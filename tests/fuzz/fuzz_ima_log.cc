// What parses replays twice to the same values, which match all its events,
// and parses to the same entries as a list that may be cut.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "evidence/log/describe.h"
#include "evidence/log/event_log.h"
#include "evidence/log/replay.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const evidenced::ByteView bytes(data, size);
  const auto growing =
      evidenced::ParseGrowingLog(evidenced::LogFormat::kIma, bytes);
  if (growing.ok() && growing->length > 0) {
    Require(evidenced::ParseImaLog(bytes.first(growing->length)).ok());
  }
  const auto log = evidenced::ParseImaLog(bytes);
  if (!log.ok()) return 0;
  Require(growing.ok() && growing->length == size && log->length == size);
  for (const auto& event : log->events) {
    evidenced::DescribeEvent(*log, event);
    evidenced::TemplateDigestMatches(*log, event);
  }
  const std::vector<evidenced::HashAlgorithm> banks = {
      evidenced::HashAlgorithm::kSha1, evidenced::HashAlgorithm::kSha256};
  const auto values = evidenced::Replay(*log, banks);
  Require(values == evidenced::Replay(*log, banks));
  const auto verdict =
      evidenced::CompareWithRegisters(*log, log->events, values);
  Require(verdict.quoted_events == log->events.size());
  return 0;
}
