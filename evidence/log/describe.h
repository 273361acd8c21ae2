#ifndef EVIDENCE_LOG_DESCRIBE_H_
#define EVIDENCE_LOG_DESCRIBE_H_

#include <optional>
#include <span>
#include <string>

#include "evidence/log/event_log.h"
#include "evidence/log/replay.h"

namespace evidenced {

// An event in words, printable ASCII only (see Printable()).
struct EventDescription {
  std::string type;     // "EV_EFI_VARIABLE_DRIVER_CONFIG", "ima-ng"
  std::string meaning;  // "UEFI variable SecureBoot: on"
  // Whether a digest covers the event data, so that `meaning` is more than the
  // host's word.
  bool data_covered = false;
  // Whether a digest covers the text that `meaning` quotes, but not the label
  // before it, which says what the text is.
  bool text_covered = false;
};

EventDescription DescribeEvent(const EventLog& log, const LogEvent& event);

// Whether the event's digests of every bank of the log that is stronger than
// SHA-1, at least one, are the hash of its data. IMA: always, by what is
// extended, but for violations.
bool DataCovered(const EventLog& log, const LogEvent& event);

// Whether Secure Boot was on: from the SecureBoot variable event among the
// first `verdict.quoted_events` events whose digests cover its data, in PCR 7
// or, of a CC log, RTMR 0, which is matched, before the first separator of that
// register in any compared bank, which is known by its digest. A variable
// without a value is off. nullopt: no such event, more than one, or no
// separator that is one in every compared bank.
std::optional<bool> SecureBootState(const EventLog& log,
                                    std::span<const LogEvent> events,
                                    const LogVerdict& verdict);

}  // namespace evidenced

#endif  // EVIDENCE_LOG_DESCRIBE_H_
