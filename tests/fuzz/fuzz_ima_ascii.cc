// A list whose template data is known is the same list when it is written in
// the binary form.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <utility>

#include "evidence/log/describe.h"
#include "evidence/log/event_log.h"
#include "evidence/log/replay.h"
#include "quote/base/byte_writer.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

// Only this bank's list is never taken for one of another bank.
bool CanBeBinary(const evidenced::LogEvent& event) {
  return event.data_known &&
         event.Find(evidenced::HashAlgorithm::kSha1) != nullptr;
}

evidenced::Bytes ToBinary(const evidenced::EventLog& log) {
  evidenced::ByteWriter out;
  for (const auto& event : log.events) {
    out.Le(event.reg).Put(event.digests.front().value);
    out.Le(static_cast<uint32_t>(event.template_name.size()));
    out.Put(evidenced::AsBytes(event.template_name));
    if (event.template_name != "ima") {
      out.Le(static_cast<uint32_t>(event.data.size()));
    }
    out.Put(event.data);
  }
  return std::move(out).Take();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto log = evidenced::ParseImaAscii({data, size});
  if (!log.ok()) return 0;
  for (const auto& event : log->events) evidenced::DescribeEvent(*log, event);
  if (!std::all_of(log->events.begin(), log->events.end(), CanBeBinary)) {
    return 0;
  }
  const evidenced::Bytes bytes = ToBinary(*log);
  const auto binary = evidenced::ParseImaLog(bytes);
  Require(binary.ok() && binary->events.size() == log->events.size());
  for (size_t i = 0; i < log->events.size(); ++i) {
    const auto& one = log->events[i];
    const auto& other = binary->events[i];
    Require(evidenced::Equal(one.data, other.data));
    Require(one.violation == other.violation);
    Require(evidenced::TemplateDigestMatches(*log, one) ==
            evidenced::TemplateDigestMatches(*binary, other));
  }
  return 0;
}
