#ifndef EVIDENCE_LOG_REPLAY_H_
#define EVIDENCE_LOG_REPLAY_H_

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "evidence/log/event_log.h"
#include "quote/base/bytes.h"
#include "quote/crypto/digest.h"
#include "quote/tpm/quote.h"

namespace evidenced {

// Replays a log event by event, in one pass.
class Replayer {
 public:
  // Registers start at zero, PCR 0 at the log's startup locality.
  Replayer(const EventLog& log, std::span<const HashAlgorithm> banks);

  // Extends the event's register in every bank for which it has a digest.
  void Extend(const LogEvent& event);

  // Registers that at least one event extended, by bank.
  const PcrValues& values() const { return values_; }

 private:
  std::vector<HashAlgorithm> banks_;
  uint8_t startup_locality_;
  PcrValues values_;
};

// The registers after all events of `log`, in `banks`.
PcrValues Replay(const EventLog& log, std::span<const HashAlgorithm> banks);

// What a log says about one quoted register.
enum class RegisterState : uint8_t {
  // The replay of the first `quoted_events` events gives it in every bank that
  // is both quoted and in the log, one of them stronger than SHA-1.
  kMatched,
  // No prefix of the log gives it, while others match: something moved it
  // without a log entry.
  kUnlogged,
  // As kMatched, but only SHA-1 was compared: nothing is claimed from it.
  kWeak,
};

struct RegisterVerdict {
  uint32_t reg = 0;
  RegisterState state = RegisterState::kUnlogged;
  // The replay of all events, and what was quoted, of the strongest bank.
  HashAlgorithm bank = HashAlgorithm::kSha256;
  Bytes replayed;
  Bytes quoted;
};

// How a log stands against quoted registers: docs/wire.md, "Logs".
struct LogVerdict {
  // The smallest number of events whose replay gives every matched register at
  // once. nullopt: LOG_BEHIND_REGISTER, nothing is claimed from the log.
  std::optional<size_t> quoted_events;
  // Every quoted register that the log extends, ascending.
  std::vector<RegisterVerdict> registers;

  bool Matched(uint32_t reg) const;
};

// `events`: part and tail together. Linear in the events.
LogVerdict CompareWithRegisters(const EventLog& log,
                                std::span<const LogEvent> events,
                                const PcrValues& quoted);

}  // namespace evidenced

#endif  // EVIDENCE_LOG_REPLAY_H_
