#include <algorithm>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"

#include "evidence/log/event_log.h"
#include "evidence/log/event_types.h"
#include "evidence/log/parse_events.h"
#include "quote/base/byte_reader.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

constexpr size_t kSha1Size = 20;
constexpr uint32_t kMaxAnnounced = 8;
constexpr absl::string_view kSpecId03("Spec ID Event03\0", 16);
constexpr absl::string_view kStartupLocality("StartupLocality\0", 16);
constexpr uint32_t kNoPcr = 0xffffffff;

// TCG_PCClientPCREvent: PFP, section 10.2.1.
LogEvent ReadTcg1Event(ByteReader& in) {
  LogEvent event;
  event.offset = in.position();
  event.reg = in.Le<uint32_t>();
  event.type = in.Le<uint32_t>();
  event.digests.push_back({HashAlgorithm::kSha1, in.Take(kSha1Size)});
  event.data = in.Take(in.Le<uint32_t>());
  return event;
}

// TCG_EfiSpecIDEvent: PFP, section 10.4.5.1.
absl::Status ReadSpecId(ByteView data, EventLog& log) {
  ByteReader in(data);
  in.Take(kSpecId03.size());
  in.Le<uint32_t>();  // platformClass
  in.Take(4);         // version minor and major, errata, uintnSize
  const auto count = in.Le<uint32_t>();
  if (in.ok() && (count == 0 || count > kMaxAnnounced)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected 1 to %d algorithms in the SpecID event, "
                        "found %d",
                        kMaxAnnounced, count));
  }
  for (uint32_t i = 0; in.ok() && i < count; ++i) {
    const auto id = in.Le<uint16_t>();
    const auto size = in.Le<uint16_t>();
    const auto hash = HashAlgorithmFromId(id);
    for (const auto& other : log.announced) {
      if (other.id != id) continue;
      return absl::InvalidArgumentError(absl::StrFormat(
          "expected each algorithm once in the SpecID event, found 0x%04x "
          "twice",
          id));
    }
    if (in.ok() && hash.has_value() && DigestSize(*hash) != size) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "expected digests of %d bytes for %s, found %d in the SpecID event",
          DigestSize(*hash), HashName(*hash), size));
    }
    log.announced.push_back({id, size});
    if (hash.has_value()) log.banks.push_back(*hash);
  }
  in.Take(in.U8());  // vendorInfo
  return in.Finish("SpecID event");
}

// TCG_PCR_EVENT2: PFP, section 10.2.2.
absl::StatusOr<LogEvent> ReadTcg2Event(ByteReader& in, const EventLog& log) {
  LogEvent event;
  event.offset = in.position();
  event.reg = in.Le<uint32_t>();
  event.type = in.Le<uint32_t>();
  const auto count = in.Le<uint32_t>();
  if (in.ok() && count > log.announced.size()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected at most %d digests in the event at offset %d, found %d",
        log.announced.size(), event.offset, count));
  }
  for (uint32_t i = 0; in.ok() && i < count; ++i) {
    const auto id = in.Le<uint16_t>();
    if (!in.ok()) break;
    const auto announced =
        std::find_if(log.announced.begin(), log.announced.end(),
                     [id](const auto& entry) { return entry.id == id; });
    if (announced == log.announced.end()) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "expected an algorithm of the SpecID event in the event at offset "
          "%d, found 0x%04x",
          event.offset, id));
    }
    const ByteView value = in.Take(announced->size);
    const auto hash = HashAlgorithmFromId(id);
    if (!hash.has_value()) continue;
    if (event.Find(*hash) != nullptr) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "expected each algorithm once in the event at offset %d, found %s "
          "twice",
          event.offset, HashName(*hash)));
    }
    event.digests.push_back({*hash, value});
  }
  event.data = in.Take(in.Le<uint32_t>());
  return event;
}

absl::Status CheckEvent(LogEvent& event) {
  event.extends = event.type != kEvNoAction;
  const bool any_pcr = !event.extends && event.reg == kNoPcr;
  if (event.reg > kMaxPcr && !any_pcr) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected a PCR of 0 to %d in the event at offset %d, "
                        "found %d",
                        kMaxPcr, event.offset, event.reg));
  }
  if (event.data.size() > kMaxEventSize) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected at most %d bytes of event data at offset %d, found %d",
        kMaxEventSize, event.offset, event.data.size()));
  }
  return absl::OkStatus();
}

bool StartsWith(ByteView data, absl::string_view text) {
  return data.size() >= text.size() &&
         Equal(data.first(text.size()), AsBytes(text));
}

void NoteStartupLocality(const LogEvent& event, EventLog& log) {
  if (event.type == kEvNoAction && event.reg == 0 &&
      event.data.size() == kStartupLocality.size() + 1 &&
      StartsWith(event.data, kStartupLocality)) {
    log.startup_locality = event.data.back();
  }
}

bool IsPadding(ByteView rest) {
  if (rest.empty()) return false;
  const uint8_t pad = rest.front();
  return (pad == 0x00 || pad == 0xff) &&
         std::all_of(rest.begin(), rest.end(),
                     [pad](uint8_t byte) { return byte == pad; });
}

// The first event decides the form; it is in the SHA-1 form in both.
absl::Status ReadFirst(ByteReader& in, EventLog& log) {
  LogEvent first = ReadTcg1Event(in);
  RETURN_IF_ERROR(in.Check("first event"));
  RETURN_IF_ERROR(CheckEvent(first));
  first.size = in.position();
  log.format = LogFormat::kTcg1;
  log.banks = {HashAlgorithm::kSha1};
  if (first.type == kEvNoAction && StartsWith(first.data, kSpecId03)) {
    log.format = LogFormat::kTcg2;
    log.banks.clear();
    RETURN_IF_ERROR(ReadSpecId(first.data, log));
  }
  log.events.push_back(std::move(first));
  log.length = in.position();
  return absl::OkStatus();
}

absl::Status ReadTcgEvents(ByteView bytes, size_t start, Ending ending,
                           EventLog& log) {
  ByteReader in(bytes);
  in.Take(start);
  while (in.remaining() > 0) {
    if (ending != Ending::kExact && IsPadding(bytes.subspan(in.position()))) {
      break;
    }
    LogEvent event;
    if (log.format == LogFormat::kTcg1) {
      event = ReadTcg1Event(in);
    } else {
      ASSIGN_OR_RETURN(event, ReadTcg2Event(in, log));
    }
    if (!in.ok() && ending == Ending::kMayBeCut) break;
    RETURN_IF_ERROR(in.Check(absl::StrFormat("event %d", log.events.size())));
    RETURN_IF_ERROR(CheckEvent(event));
    event.size = in.position() - event.offset;
    NoteStartupLocality(event, log);
    log.length = in.position();
    log.events.push_back(std::move(event));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<EventLog> ReadTcgLog(ByteView bytes, Ending ending) {
  if (bytes.empty()) {
    return absl::InvalidArgumentError("expected a TCG log, found it empty");
  }
  if (bytes.size() > kMaxBootLogSize) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected a log of at most %d bytes, found %d",
                        kMaxBootLogSize, bytes.size()));
  }
  EventLog log;
  ByteReader in(bytes);
  RETURN_IF_ERROR(ReadFirst(in, log));
  RETURN_IF_ERROR(ReadTcgEvents(bytes, in.position(), ending, log));
  return log;
}

absl::StatusOr<EventLog> ParseTcgLog(ByteView bytes) {
  return ReadTcgLog(bytes, Ending::kMayBePadded);
}

absl::StatusOr<EventLog> ParseTcgLogTail(const EventLog& head, ByteView bytes) {
  EventLog tail;
  tail.format = head.format;
  tail.banks = head.banks;
  tail.announced = head.announced;
  RETURN_IF_ERROR(ReadTcgEvents(bytes, 0, Ending::kExact, tail));
  return tail;
}

const EventDigest* LogEvent::Find(HashAlgorithm algorithm) const {
  for (const EventDigest& digest : digests) {
    if (digest.algorithm == algorithm) return &digest;
  }
  return nullptr;
}

absl::StatusOr<EventLog> ParseGrowingLog(LogFormat format, ByteView bytes) {
  return format == LogFormat::kIma ? ReadImaLog(bytes, Ending::kMayBeCut)
                                   : ReadTcgLog(bytes, Ending::kMayBeCut);
}

}  // namespace evidenced
