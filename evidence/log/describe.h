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
  // host's word: the logged digest is the hash of the data (or, for variable
  // and IMA events, of the bytes that `meaning` tells of).
  bool data_covered = false;
};

EventDescription DescribeEvent(const EventLog& log, const LogEvent& event);

// Whether Secure Boot was on, from the SecureBoot variable event among the
// first `verdict.quoted_events` events whose digest covers its data in a bank
// stronger than SHA-1, in PCR 7, PCR 7 matched, before the PCR 7 separator.
// nullopt: no such event, or more than one.
std::optional<bool> SecureBootState(const EventLog& log,
                                    std::span<const LogEvent> events,
                                    const LogVerdict& verdict);

}  // namespace evidenced

#endif  // EVIDENCE_LOG_DESCRIBE_H_
