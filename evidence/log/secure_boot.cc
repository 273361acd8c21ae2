#include <algorithm>
#include <optional>
#include <span>

#include "evidence/log/describe.h"
#include "evidence/log/event_types.h"
#include "evidence/log/uefi.h"

namespace evidenced {
namespace {

constexpr uint32_t kSecureBootPcr = 7;

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
  if (!verdict.Matched(kSecureBootPcr)) return std::nullopt;
  const auto of_pcr =
      std::find_if(verdict.registers.begin(), verdict.registers.end(),
                   [](const auto& reg) { return reg.reg == kSecureBootPcr; });
  const HashAlgorithm bank = of_pcr->bank;
  std::optional<bool> state;
  bool separated = false;
  const size_t quoted = std::min(*verdict.quoted_events, events.size());
  for (const LogEvent& event : events.first(quoted)) {
    if (!event.extends || event.reg != kSecureBootPcr) continue;
    separated = separated || IsSeparator(event, bank);
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
  return separated ? state : std::nullopt;
}

}  // namespace evidenced
