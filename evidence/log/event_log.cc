#include "evidence/log/event_log.h"

#include "absl/status/status.h"
#include "absl/strings/str_format.h"

#include "evidence/log/parse_events.h"
#include "quote/base/error_class.h"

namespace evidenced {

const EventDigest* LogEvent::Find(HashAlgorithm algorithm) const {
  for (const EventDigest& digest : digests) {
    if (digest.algorithm == algorithm) return &digest;
  }
  return nullptr;
}

absl::Status ReadSizedData(ByteReader& in, absl::string_view what,
                           LogEvent& event) {
  const auto size = in.Le<uint32_t>();
  if (size > kMaxEventSize) {
    return Classified(
        size > in.remaining() ? ErrorClass::kTruncated : ErrorClass::kMalformed,
        absl::InvalidArgumentError(absl::StrFormat(
            "expected at most %d bytes of %s at offset %d, found %d",
            kMaxEventSize, what, event.offset, size)));
  }
  event.data = in.Take(size);
  return absl::OkStatus();
}

absl::StatusOr<EventLog> ParseTcgLog(ByteView bytes) {
  return ReadTcgLog(bytes, Ending::kMayBePadded);
}

absl::StatusOr<EventLog> ParseCcel(ByteView bytes) {
  return ReadCcel(bytes, Ending::kMayBePadded);
}

absl::StatusOr<EventLog> ParseTcgLogTail(const EventLog& head, ByteView bytes) {
  return ReadTcgTail(head, bytes, Ending::kExact);
}

absl::StatusOr<EventLog> ParseGrowingLog(LogFormat format, ByteView bytes) {
  switch (format) {
    case LogFormat::kIma:
      return ReadImaLog(bytes, Ending::kMayBeCut);
    case LogFormat::kCcel:
      return ReadCcel(bytes, Ending::kMayBeCut);
    case LogFormat::kTcg1:
    case LogFormat::kTcg2:
      break;
  }
  return ReadTcgLog(bytes, Ending::kMayBeCut);
}

absl::StatusOr<EventLog> ParseGrowingTail(const EventLog& head,
                                          ByteView bytes) {
  return head.format == LogFormat::kIma
             ? ReadImaLog(bytes, Ending::kMayBeCut)
             : ReadTcgTail(head, bytes, Ending::kMayBeCut);
}

}  // namespace evidenced
