#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include "evidence/log/describe.h"
#include "evidence/log/event_types.h"
#include "evidence/log/uefi.h"

namespace evidenced {
namespace {

// PCR 7; of a CC log its like is RTMR 0, register 1 of the log: UEFI 2.10,
// section 38.4.1.
uint32_t SecureBootRegister(const EventLog& log) {
  return log.format == LogFormat::kCcel ? 1 : 7;
}

// What firmware measures as a separator: PFP 1.05, section 10.4.1.
constexpr uint8_t kSeparators[][4] = {
    {0, 0, 0, 0}, {0xff, 0xff, 0xff, 0xff}, {1, 0, 0, 0}};

// By the digest: a type is not measured, so the host could give another one to
// the separator, and let what the guest extended later look like firmware.
bool IsSeparator(const LogEvent& event, HashAlgorithm bank) {
  const EventDigest* digest = event.Find(bank);
  return digest != nullptr &&
         std::any_of(std::begin(kSeparators), std::end(kSeparators),
                     [digest, bank](const auto& separator) {
                       return Equal(Hash(bank, {separator}), digest->value);
                     });
}

// Of banks that firmware filled and banks that somebody else did, each has the
// firmware's separator at the event where it was measured. So a separator in
// one bank ends what firmware can have said, and only one in all banks shows
// that each was filled to the end.
enum class Separator : uint8_t { kNone, kInSomeBank, kInEveryBank };

Separator SeparatorIn(const LogEvent& event,
                      const std::vector<HashAlgorithm>& banks) {
  const auto count = std::count_if(
      banks.begin(), banks.end(),
      [&event](HashAlgorithm bank) { return IsSeparator(event, bank); });
  if (count == 0) return Separator::kNone;
  return static_cast<size_t>(count) == banks.size() ? Separator::kInEveryBank
                                                    : Separator::kInSomeBank;
}

// What the event says of Secure Boot: nullopt if it is about something else.
std::optional<UefiVariable> SecureBootVariable(const LogEvent& event) {
  if (event.type != kEvEfiVariableDriverConfig) return std::nullopt;
  auto variable = ParseUefiVariable(event.data);
  if (!variable.has_value() || variable->name != "SecureBoot" ||
      !Equal(variable->guid, kEfiGlobalVariable)) {
    return std::nullopt;
  }
  return variable;
}

}  // namespace

std::optional<bool> SecureBootState(const EventLog& log,
                                    std::span<const LogEvent> events,
                                    const LogVerdict& verdict) {
  const uint32_t reg = SecureBootRegister(log);
  if (!verdict.Matched(reg)) return std::nullopt;
  const auto of_reg =
      std::find_if(verdict.registers.begin(), verdict.registers.end(),
                   [reg](const auto& each) { return each.reg == reg; });
  std::optional<bool> state;
  bool separated = false;
  bool complete = false;
  const size_t quoted = std::min(*verdict.quoted_events, events.size());
  for (const LogEvent& event : events.first(quoted)) {
    if (!event.extends || event.reg != reg) continue;
    const Separator separator = SeparatorIn(event, of_reg->compared);
    separated = separated || separator != Separator::kNone;
    complete = complete || separator == Separator::kInEveryBank;
    const auto variable = SecureBootVariable(event);
    if (!variable.has_value()) continue;
    const ByteView value = variable->data;
    if (state.has_value() || separated || !DataCovered(log, event) ||
        value.size() > 1 || (value.size() == 1 && value[0] > 1)) {
      return std::nullopt;
    }
    // Firmware that has no such variable measures it without a value.
    state = value.size() == 1 && value[0] == 1;
  }
  return complete ? state : std::nullopt;
}

}  // namespace evidenced
