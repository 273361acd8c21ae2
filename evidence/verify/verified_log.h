#ifndef EVIDENCE_VERIFY_VERIFIED_LOG_H_
#define EVIDENCE_VERIFY_VERIFIED_LOG_H_

#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "evidence/log/event_log.h"
#include "evidence/log/replay.h"
#include "evidence/verify/check.h"
#include "quote/base/bytes.h"
#include "quote/tpm/quote.h"

namespace evidenced {

// A log of verified evidence. It owns the bytes that its events point into,
// so it moves and is never copied.
struct VerifiedLog {
  VerifiedLog() = default;
  VerifiedLog(VerifiedLog&&) = default;
  VerifiedLog& operator=(VerifiedLog&&) = default;
  VerifiedLog(const VerifiedLog&) = delete;
  VerifiedLog& operator=(const VerifiedLog&) = delete;
  ~VerifiedLog() = default;

  std::string label;
  Bytes part;
  Bytes tail;
  EventLog log;  // of the part; its events are below
  // Of part and tail, offsets counted from the part's first byte.
  std::vector<LogEvent> events;
  LogVerdict verdict;

  // The first `quoted_events` events. Policy reads nothing beyond, and of
  // these only what Vouched() says.
  std::span<const LogEvent> quoted() const;
  // Whether the quote vouches for event `index`: it is one of quoted(), it
  // extends its register, and the replay gives that register.
  bool Vouched(size_t index) const;
};

// Whether a part of this label is a log that this version reads.
bool IsKnownLog(absl::string_view label);

// Parses a part whose digest is verified, with its tail, and replays both
// against verified registers; nullptr: there are none, and the log is its
// author's word. INVALID_ARGUMENT: not a log, or padded.
absl::StatusOr<VerifiedLog> ReadVerifiedLog(const std::string& label,
                                            Bytes part, Bytes tail,
                                            const VerifiedPcrs* pcrs);

// Appends what the replay says, in all and for each register, and refuses a
// tail that goes beyond the quoted events (docs/wire.md, "Logs"). A register
// that others moved is listed and fails nothing.
void CheckLog(const VerifiedLog& log, Checks& checks);

}  // namespace evidenced

#endif  // EVIDENCE_VERIFY_VERIFIED_LOG_H_
