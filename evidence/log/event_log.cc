#include "evidence/log/event_log.h"

#include "evidence/log/parse_events.h"

namespace evidenced {

const EventDigest* LogEvent::Find(HashAlgorithm algorithm) const {
  for (const EventDigest& digest : digests) {
    if (digest.algorithm == algorithm) return &digest;
  }
  return nullptr;
}

absl::StatusOr<EventLog> ParseTcgLog(ByteView bytes) {
  return ReadTcgLog(bytes, Ending::kMayBePadded);
}

absl::StatusOr<EventLog> ParseGrowingLog(LogFormat format, ByteView bytes) {
  return format == LogFormat::kIma ? ReadImaLog(bytes, Ending::kMayBeCut)
                                   : ReadTcgLog(bytes, Ending::kMayBeCut);
}

}  // namespace evidenced
