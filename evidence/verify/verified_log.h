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
#include "quote/tdx/verify.h"
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

// The boot log of a TD's own registers.
inline constexpr absl::string_view kCcelLabel = "log.ccel";

// Whether a part of this label is a log that this version reads.
bool IsKnownLog(absl::string_view label);

// Registers that something verified vouches for, by their index in a log.
class QuotedRegisters {
 public:
  QuotedRegisters() = default;  // none
  // PCRs.
  explicit QuotedRegisters(const VerifiedPcrs& pcrs) : values_(pcrs.values()) {}
  // RTMR 0 to 3, which are 1 to 4: UEFI 2.10, section 38.4.1.
  explicit QuotedRegisters(const VerifiedTdxQuote& quote);

  const PcrValues& values() const { return values_; }

 private:
  PcrValues values_;
};

// Parses a part whose digest is verified, with its tail, and replays both
// against verified registers of its kind; of none, the log is its author's
// word. INVALID_ARGUMENT: not a log, or padded.
absl::StatusOr<VerifiedLog> ReadVerifiedLog(const std::string& label,
                                            Bytes part, Bytes tail,
                                            const QuotedRegisters& registers);

// Appends what the replay says, in all and for each register, and refuses a
// tail that goes beyond the quoted events (docs/wire.md, "Logs"). A register
// that others moved is listed and fails nothing.
void CheckLog(const VerifiedLog& log, Checks& checks);

}  // namespace evidenced

#endif  // EVIDENCE_VERIFY_VERIFIED_LOG_H_
