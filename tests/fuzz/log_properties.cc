#include "tests/fuzz/log_properties.h"

#include <algorithm>
#include <utility>

#include "absl/strings/string_view.h"

#include "evidence/log/describe.h"
#include "evidence/log/replay.h"
#include "quote/base/byte_reader.h"
#include "quote/base/byte_writer.h"
#include "tests/fuzz/properties.h"

namespace evidenced {
namespace {

constexpr absl::string_view kLegacyName = "ima";

bool SameDigests(const LogEvent& a, const LogEvent& b) {
  return std::equal(a.digests.begin(), a.digests.end(), b.digests.begin(),
                    b.digests.end(),
                    [](const EventDigest& one, const EventDigest& other) {
                      return one.algorithm == other.algorithm &&
                             Equal(one.value, other.value);
                    });
}

void PutSized(ByteWriter& out, ByteView bytes) {
  out.Le(static_cast<uint32_t>(bytes.size())).Put(bytes);
}

}  // namespace

void RequireTiled(const EventLog& log, size_t between) {
  size_t offset = 0;
  for (const LogEvent& event : log.events) {
    Require(event.offset == offset);
    offset += event.size + between;
  }
  // The last may lack what is between.
  Require(log.events.empty()
              ? log.length == 0
              : log.length <= offset && offset <= log.length + between);
}

void RequireDescribed(const EventLog& log) {
  for (const LogEvent& event : log.events) {
    const EventDescription words = DescribeEvent(log, event);
    Require(IsPrintable(words.type) && IsPrintable(words.meaning));
    Require(!words.type.empty());
    // Of a covered text, the label may be the host's.
    Require(words.data_covered || words.text_covered ||
            !DataCovered(log, event));
  }
}

void RequireReplayed(const EventLog& log,
                     std::span<const HashAlgorithm> banks) {
  const PcrValues values = Replay(log, banks);
  Require(values == Replay(log, banks));
  const LogVerdict verdict = CompareWithRegisters(log, log.events, values);
  Require(verdict.quoted_events.value_or(0) <= log.events.size());
  SecureBootState(log, log.events, verdict);
}

void RequireSameEvents(std::span<const LogEvent> whole, size_t begin,
                       std::span<const LogEvent> part) {
  Require(begin <= whole.size() && part.size() <= whole.size() - begin);
  for (size_t i = 0; i < part.size(); ++i) {
    const LogEvent& one = whole[begin + i];
    const LogEvent& other = part[i];
    Require(one.offset - whole[begin].offset == other.offset);
    Require(one.size == other.size && one.reg == other.reg);
    Require(one.extends == other.extends && one.type == other.type);
    Require(one.template_name == other.template_name);
    Require(one.violation == other.violation);
    Require(one.data_known == other.data_known);
    Require(Equal(one.data, other.data) && SameDigests(one, other));
  }
}

size_t ChosenWithin(size_t size, ByteView bytes) {
  if (size < 2) return 0;
  const Bytes digest = Sha256(bytes);
  return 1 + ByteReader(digest).Be<uint32_t>() % (size - 1);
}

Bytes WriteTcgLog(const EventLog& log) {
  ByteWriter out;
  for (size_t i = 0; i < log.events.size(); ++i) {
    const LogEvent& event = log.events[i];
    out.Le(event.reg).Le(event.type);
    if (i == 0 || log.format == LogFormat::kTcg1) {
      out.Put(event.digests.front().value);
    } else {
      out.Le(static_cast<uint32_t>(event.digests.size()));
      for (const EventDigest& digest : event.digests) {
        out.Le(static_cast<uint16_t>(digest.algorithm)).Put(digest.value);
      }
    }
    PutSized(out, event.data);
  }
  return std::move(out).Take();
}

Bytes WriteImaList(const EventLog& log) {
  ByteWriter out;
  for (const LogEvent& event : log.events) {
    out.Le(event.reg).Put(event.digests.front().value);
    PutSized(out, AsBytes(event.template_name));
    if (event.template_name == kLegacyName) {
      out.Put(event.data);
    } else {
      PutSized(out, event.data);
    }
  }
  return std::move(out).Take();
}

}  // namespace evidenced
