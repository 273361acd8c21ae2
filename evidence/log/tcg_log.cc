#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"

#include "evidence/log/event_log.h"
#include "evidence/log/event_types.h"
#include "evidence/log/parse_events.h"
#include "evidence/log/pcr.h"
#include "evidence/log/spec_id.h"
#include "quote/base/byte_reader.h"
#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

constexpr size_t kSha1Size = 20;
constexpr absl::string_view kStartupLocality("StartupLocality\0", 16);
constexpr uint32_t kNoPcr = 0xffffffff;
constexpr ptrdiff_t kHeadSize = 8;  // of an event: register and type
// Room for the events at once: an event of one bank has hardly less.
constexpr size_t kSmallEventSize = 64;

absl::Status ReadHead(ByteReader& in, LogEvent& event) {
  event.offset = in.position();
  event.reg = in.Le<uint32_t>();
  event.type = in.Le<uint32_t>();
  event.extends = event.type != kEvNoAction;
  const bool any_pcr = !event.extends && event.reg == kNoPcr;
  if (in.ok() && event.reg > kMaxPcr && !any_pcr) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected a PCR of 0 to %d in the event at offset %d, "
                        "found %d",
                        kMaxPcr, event.offset, event.reg));
  }
  return absl::OkStatus();
}

absl::Status ReadData(ByteReader& in, LogEvent& event) {
  RETURN_IF_ERROR(ReadSizedData(in, "event data", event));
  event.size = in.position() - event.offset;
  return absl::OkStatus();
}

// TCG_PCClientPCREvent: PFP, section 10.2.1.
absl::Status ReadTcg1Event(ByteReader& in, LogEvent& event) {
  RETURN_IF_ERROR(ReadHead(in, event));
  const ByteView digest = in.Take(kSha1Size);
  event.digests.push_back({HashAlgorithm::kSha1, digest});
  RETURN_IF_ERROR(ReadData(in, event));
  // Else a log up to such an event would lose it as padding.
  if (in.ok() && event.reg == 0 && event.type == 0 && event.data.empty() &&
      std::all_of(digest.begin(), digest.end(),
                  [](uint8_t byte) { return byte == 0; })) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected an event at offset %d, found zeros", event.offset));
  }
  return absl::OkStatus();
}

absl::Status ReadDigest(ByteReader& in, const SpecIdEvent& spec_id,
                        uint32_t& seen, LogEvent& event) {
  const auto id = in.Le<uint16_t>();
  if (!in.ok()) return absl::OkStatus();
  const auto hash = HashAlgorithmFromId(id);
  const auto& announced = spec_id.algorithms;
  size_t index = 0;
  while (index < announced.size() && announced[index].id != id) ++index;
  if (index == announced.size()) {
    return Classified(
        hash.has_value() ? ErrorClass::kMalformed
                         : ErrorClass::kUnsupportedAlgorithm,
        absl::InvalidArgumentError(absl::StrFormat(
            "expected an algorithm of the SpecID event in the event at offset "
            "%d, found 0x%04x",
            event.offset, id)));
  }
  if ((seen >> index & 1U) != 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected each algorithm once in the event at offset %d, found 0x%04x "
        "twice",
        event.offset, id));
  }
  seen |= 1U << index;
  const ByteView value = in.Take(announced[index].digest_size);
  if (hash.has_value()) event.digests.push_back({*hash, value});
  return absl::OkStatus();
}

// TCG_PCR_EVENT2: PFP, section 10.2.2.
absl::Status ReadTcg2Event(ByteReader& in, const SpecIdEvent& spec_id,
                           LogEvent& event) {
  RETURN_IF_ERROR(ReadHead(in, event));
  const auto count = in.Le<uint32_t>();
  const uint32_t least = event.extends ? 1 : 0;
  if (in.ok() && (count < least || count > spec_id.algorithms.size())) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected %d to %d digests in the event at offset %d, found %d", least,
        spec_id.algorithms.size(), event.offset, count));
  }
  uint32_t seen = 0;
  for (uint32_t i = 0; in.ok() && i < count; ++i) {
    RETURN_IF_ERROR(ReadDigest(in, spec_id, seen, event));
  }
  return ReadData(in, event);
}

void NoteStartupLocality(const LogEvent& event, EventLog& log) {
  if (event.type == kEvNoAction && event.reg == 0 &&
      event.data.size() == kStartupLocality.size() + 1 &&
      Equal(event.data.first(kStartupLocality.size()),
            AsBytes(kStartupLocality))) {
    log.startup_locality = event.data.back();
  }
}

// Where the zeros or 0xFF begin that `bytes` ends with. Found once for a log,
// so that a log of many zeros and a last other byte costs no more.
size_t PaddingStart(ByteView bytes) {
  if (bytes.empty() || (bytes.back() != 0x00 && bytes.back() != 0xff)) {
    return bytes.size();
  }
  size_t start = bytes.size();
  while (start > 0 && bytes[start - 1] == bytes.back()) --start;
  return start;
}

// The first event must fit, whatever it says: what is cut or no log at all
// fails here more often than by a value.
absl::Status CheckFirstFits(ByteView bytes) {
  ByteReader in(bytes);
  in.Take(sizeof(uint32_t) * 2 + kSha1Size);
  in.Take(in.Le<uint32_t>());
  return in.Check("first event");
}

// The first event decides the form; it is in the SHA-1 form in both.
absl::Status ReadFirst(ByteReader& in, EventLog& log) {
  LogEvent first;
  RETURN_IF_ERROR(ReadTcg1Event(in, first));
  log.format = LogFormat::kTcg1;
  log.banks = {HashAlgorithm::kSha1};
  if (first.type == kEvNoAction && IsSpecId(first.data)) {
    log.format = LogFormat::kTcg2;
    ASSIGN_OR_RETURN(log.spec_id, ParseSpecId(first.data));
    log.banks.clear();
    for (const auto& [id, size] : log.spec_id->algorithms) {
      const auto hash = HashAlgorithmFromId(id);
      if (hash.has_value()) log.banks.push_back(*hash);
    }
  }
  NoteStartupLocality(first, log);
  log.events.push_back(std::move(first));
  log.length = in.position();
  return absl::OkStatus();
}

// Whether an area that is filled up with 0xFF has no event there, although
// there are some behind: it grew while it was read, a piece after the other.
bool IsFill(ByteView bytes, size_t at) {
  const ByteView head = bytes.subspan(at);
  return head.size() >= kHeadSize &&
         std::all_of(head.begin(), head.begin() + kHeadSize,
                     [](uint8_t byte) { return byte == 0xff; });
}

absl::Status ReadTcgEvents(ByteView bytes, size_t start, Ending ending,
                           EventLog& log) {
  const size_t end =
      ending == Ending::kExact ? bytes.size() : PaddingStart(bytes);
  ByteReader in(bytes);
  in.Take(start);
  while (in.position() < end) {
    if (ending == Ending::kMayBeCut && IsFill(bytes, in.position())) break;
    LogEvent event;
    RETURN_IF_ERROR(log.format == LogFormat::kTcg1
                        ? ReadTcg1Event(in, event)
                        : ReadTcg2Event(in, *log.spec_id, event));
    if (!in.ok() && ending == Ending::kMayBeCut) break;
    if (!in.ok()) {
      return in.Check(absl::StrFormat("event %d", log.events.size()));
    }
    if (log.events.size() == kMaxBootEvents) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "expected at most %d events, found more", kMaxBootEvents));
    }
    NoteStartupLocality(event, log);
    log.length = in.position();
    log.events.push_back(std::move(event));
  }
  return absl::OkStatus();
}

absl::Status CheckSize(ByteView bytes) {
  if (bytes.size() <= kMaxBootLogSize) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrFormat("expected a log of at most %d bytes, found %d",
                      kMaxBootLogSize, bytes.size()));
}

}  // namespace

absl::StatusOr<EventLog> ReadTcgLog(ByteView bytes, Ending ending) {
  if (bytes.empty()) {
    return Classified(
        ErrorClass::kEmpty,
        absl::InvalidArgumentError("expected a TCG log, found it empty"));
  }
  RETURN_IF_ERROR(CheckSize(bytes));
  if (PaddingStart(bytes) == 0) {
    return absl::InvalidArgumentError(
        "expected a TCG log, found nothing but padding");
  }
  RETURN_IF_ERROR(CheckFirstFits(bytes));
  EventLog log;
  log.events.reserve(
      std::min(kMaxBootEvents, bytes.size() / kSmallEventSize + 1));
  ByteReader in(bytes);
  RETURN_IF_ERROR(ReadFirst(in, log));
  RETURN_IF_ERROR(ReadTcgEvents(bytes, in.position(), ending, log));
  return log;
}

absl::StatusOr<EventLog> ReadTcgTail(const EventLog& head, ByteView bytes,
                                     Ending ending) {
  RETURN_IF_ERROR(CheckSize(bytes));
  EventLog tail;
  tail.format = head.format;
  tail.banks = head.banks;
  tail.spec_id = head.spec_id;
  RETURN_IF_ERROR(ReadTcgEvents(bytes, 0, ending, tail));
  if (head.format == LogFormat::kCcel) RETURN_IF_ERROR(CheckCcRegisters(tail));
  return tail;
}

}  // namespace evidenced
