#ifndef EVIDENCE_LOG_PARSE_EVENTS_H_
#define EVIDENCE_LOG_PARSE_EVENTS_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "evidence/log/event_log.h"
#include "quote/base/byte_reader.h"

namespace evidenced {

// How the bytes of a log may end.
enum class Ending : uint8_t {
  kExact,        // with the last event
  kMayBePadded,  // or with zeros or 0xFF
  kMayBeCut,     // or within an event that is not counted, or padded, and
                 // padding of 0xFF ends it whatever is behind
};

// The parsers behind event_log.h.
absl::StatusOr<EventLog> ReadTcgLog(ByteView bytes, Ending ending);
absl::StatusOr<EventLog> ReadTcgTail(const EventLog& head, ByteView bytes,
                                     Ending ending);
absl::StatusOr<EventLog> ReadCcel(ByteView bytes, Ending ending);
absl::StatusOr<EventLog> ReadImaLog(ByteView bytes, Ending ending);

// INVALID_ARGUMENT: an event extends a register that a TD does not have.
absl::Status CheckCcRegisters(const EventLog& log);

// Sets `event.data` to what follows its length. `what` names it.
// INVALID_ARGUMENT: more than kMaxEventSize.
absl::Status ReadSizedData(ByteReader& in, absl::string_view what,
                           LogEvent& event);

// The bank of a binary IMA list's template digests, by where its first
// template's name is. nullopt: there is none at any such place.
std::optional<HashAlgorithm> ImaTemplateBank(ByteView bytes);

// Digests of SM3 are as long as those of SHA-256, and nothing in a list says
// which they are: names them SM3 if that is what the first entry with data
// tells.
void NoteSm3(EventLog& log);

}  // namespace evidenced

#endif  // EVIDENCE_LOG_PARSE_EVENTS_H_
