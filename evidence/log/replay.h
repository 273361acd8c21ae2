#ifndef EVIDENCE_LOG_REPLAY_H_
#define EVIDENCE_LOG_REPLAY_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "evidence/log/event_log.h"
#include "quote/base/bytes.h"
#include "quote/crypto/digest.h"
#include "quote/tpm/quote.h"

namespace evidenced {

// What `event` extends its register with in `bank`: the logged digest; for IMA
// the bank's hash of the template data, or 0xFF for a violation. nullopt: the
// event has no digest of this bank, and no data for one.
std::optional<Bytes> ExtendValue(const EventLog& log, const LogEvent& event,
                                 HashAlgorithm bank);

// IMA: whether the logged template digest is that of the template data. True
// for violations, for entries without data and for TCG logs, where there is
// nothing to compare.
bool TemplateDigestMatches(const EventLog& log, const LogEvent& event);

// The value of a register before the first event: zero, but PCR 0's last byte
// is the startup locality. A log that extends PCRs 17 to 22 begins after their
// dynamic reset to zero (TCG PC Client Platform TPM Profile 1.05, section 4.6).
Bytes StartValue(const EventLog& log, uint32_t reg, HashAlgorithm bank);

// The registers that at least one event extends, after all of `log`, in
// `banks`.
PcrValues Replay(const EventLog& log, std::span<const HashAlgorithm> banks);

// What a log says about one quoted register.
enum class RegisterState : uint8_t {
  // The replay of the first `quoted_events` events gives it in every bank of
  // `compared`, one of them stronger than SHA-1, and nothing was measured into
  // any other quoted bank stronger than SHA-1.
  kMatched,
  // No prefix of the log gives it: something moved it without a log entry, or
  // the log lacks events, or a bank that was measured into (`missing`).
  kUnlogged,
  // A prefix gives it, but only SHA-1 was compared: nothing is claimed from it.
  kWeak,
};

struct RegisterVerdict {
  uint32_t reg = 0;
  RegisterState state = RegisterState::kUnlogged;
  // The banks that are both quoted and in the log, ascending. `state` says
  // nothing of a value in another bank.
  std::vector<HashAlgorithm> compared;
  // Quoted banks stronger than SHA-1 that the log lacks although something was
  // measured into this register there. If there is one, the state is
  // kUnlogged: a log's author must not choose which bank counts.
  std::vector<HashAlgorithm> missing;
  // How many events extend it until it has its quoted value. 0 in state
  // kMatched: it is untouched, no event vouches for it and it for none.
  size_t events = 0;
  // The replay of all events, and what was quoted, of the strongest bank that
  // was compared. `replayed` is empty if there is none.
  HashAlgorithm bank = HashAlgorithm::kSha256;
  Bytes replayed;
  Bytes quoted;
};

// How a log stands against quoted registers: docs/wire.md, "Logs".
struct LogVerdict {
  // The smallest number of events whose replay gives every matched register at
  // once. nullopt: LOG_BEHIND_REGISTER, nothing is claimed from the log.
  std::optional<size_t> quoted_events;
  // Every quoted register that the log extends, ascending; not those that are
  // quoted only in banks that the log lacks and nothing was measured into.
  std::vector<RegisterVerdict> registers;

  // Whether the log's first quoted_events events explain `reg`.
  bool Matched(uint32_t reg) const;
};

// `events`: part and tail together. Linear in the events.
LogVerdict CompareWithRegisters(const EventLog& log,
                                std::span<const LogEvent> events,
                                const PcrValues& quoted);

}  // namespace evidenced

#endif  // EVIDENCE_LOG_REPLAY_H_
