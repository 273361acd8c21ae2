#include "evidence/log/replay.h"

#include <algorithm>
#include <map>
#include <utility>

#include "quote/crypto/digest.h"

namespace evidenced {
namespace {

constexpr size_t kLegacyNameSize = 256;  // IMA_EVENT_NAME_LEN_MAX + 1
constexpr size_t kLegacyDigestSize = 20;
constexpr uint8_t kZeros[kLegacyNameSize] = {};

// The template "ima" is hashed with its path, which the parser bounds, padded
// to a fixed length.
Bytes HashLegacy(HashAlgorithm bank, ByteView data) {
  const ByteView digest = data.first(kLegacyDigestSize);
  const ByteView name = data.subspan(kLegacyDigestSize + sizeof(uint32_t));
  return Hash(bank, {digest, name,
                     ByteView(kZeros).first(kLegacyNameSize - name.size())});
}

Bytes TemplateHash(const LogEvent& event, HashAlgorithm bank) {
  return event.template_name == "ima" ? HashLegacy(bank, event.data)
                                      : Hash(bank, {event.data});
}

// One register in one bank, while the events go by.
struct Track {
  HashAlgorithm bank;
  ByteView quoted;
  Bytes value;
  // An event had no digest of this bank: nothing after it is known.
  bool broken = false;
};

// One register in all banks that are compared.
struct Register {
  std::vector<Track> tracks;
  bool extended = false;
  // The prefix lengths whose replay gives it: from `first` to `last`, both
  // included; it matches once at the most.
  std::optional<size_t> first;
  size_t last = 0;

  bool Equals() const {
    return std::all_of(tracks.begin(), tracks.end(), [](const Track& track) {
      return !track.broken && Equal(track.value, track.quoted);
    });
  }
  bool Strong() const {
    return std::any_of(tracks.begin(), tracks.end(), [](const Track& track) {
      return track.bank != HashAlgorithm::kSha1;
    });
  }
};

bool HasBank(const EventLog& log, HashAlgorithm bank) {
  return log.format == LogFormat::kIma ||
         std::find(log.banks.begin(), log.banks.end(), bank) != log.banks.end();
}

std::map<uint32_t, Register> TrackQuoted(const EventLog& log,
                                         const PcrValues& quoted, size_t end) {
  std::map<uint32_t, Register> registers;
  for (const auto& [bank, values] : quoted) {
    if (!HasBank(log, bank)) continue;
    for (const auto& [reg, value] : values) {
      registers[reg].tracks.push_back(
          {.bank = bank, .quoted = value, .value = StartValue(log, reg, bank)});
    }
  }
  for (auto& [reg, tracked] : registers) {
    tracked.last = end;
    if (tracked.Equals()) tracked.first = 0;
  }
  return registers;
}

void Extend(const EventLog& log, const LogEvent& event, size_t index,
            Register& tracked) {
  // An event ends the stretch in which the register had its quoted value.
  if (tracked.first.has_value() && tracked.last > index) tracked.last = index;
  tracked.extended = true;
  for (Track& track : tracked.tracks) {
    const auto value = ExtendValue(log, event, track.bank);
    track.broken = track.broken || !value.has_value();
    if (value.has_value()) {
      track.value = Hash(track.bank, {track.value, *value});
    }
  }
  if (!tracked.first.has_value() && tracked.Equals()) tracked.first = index + 1;
}

RegisterVerdict VerdictOf(uint32_t reg, const Register& tracked) {
  const Track* strongest = &tracked.tracks.front();
  for (const Track& track : tracked.tracks) {
    if (DigestSize(track.bank) > DigestSize(strongest->bank)) {
      strongest = &track;
    }
  }
  RegisterVerdict verdict{.reg = reg,
                          .state = RegisterState::kUnlogged,
                          .bank = strongest->bank,
                          .replayed = strongest->value,
                          .quoted = ToBytes(strongest->quoted)};
  if (tracked.first.has_value()) {
    verdict.state =
        tracked.Strong() ? RegisterState::kMatched : RegisterState::kWeak;
  }
  return verdict;
}

}  // namespace

std::optional<Bytes> ExtendValue(const EventLog& log, const LogEvent& event,
                                 HashAlgorithm bank) {
  if (log.format == LogFormat::kIma) {
    if (event.violation) return Bytes(DigestSize(bank), 0xff);
    return TemplateHash(event, bank);
  }
  const EventDigest* digest = event.Find(bank);
  if (digest == nullptr) return std::nullopt;
  return ToBytes(digest->value);
}

bool TemplateDigestMatches(const EventLog& log, const LogEvent& event) {
  if (log.format != LogFormat::kIma || event.violation) return true;
  const EventDigest* logged = event.Find(HashAlgorithm::kSha1);
  return logged != nullptr &&
         Equal(logged->value, TemplateHash(event, HashAlgorithm::kSha1));
}

Bytes StartValue(const EventLog& log, uint32_t reg, HashAlgorithm bank) {
  Bytes value(DigestSize(bank), 0);
  if (reg == 0) value.back() = log.startup_locality;
  return value;
}

PcrValues Replay(const EventLog& log, std::span<const HashAlgorithm> banks) {
  PcrValues values;
  for (const LogEvent& event : log.events) {
    if (!event.extends) continue;
    for (const HashAlgorithm bank : banks) {
      const auto extend = ExtendValue(log, event, bank);
      if (!extend.has_value()) continue;
      auto [value, is_first] = values[bank].try_emplace(event.reg);
      if (is_first) value->second = StartValue(log, event.reg, bank);
      value->second = Hash(bank, {value->second, *extend});
    }
  }
  return values;
}

bool LogVerdict::Matched(uint32_t reg) const {
  if (!quoted_events.has_value()) return false;
  return std::any_of(registers.begin(), registers.end(),
                     [reg](const RegisterVerdict& verdict) {
                       return verdict.reg == reg &&
                              verdict.state == RegisterState::kMatched;
                     });
}

LogVerdict CompareWithRegisters(const EventLog& log,
                                std::span<const LogEvent> events,
                                const PcrValues& quoted) {
  std::map<uint32_t, Register> registers =
      TrackQuoted(log, quoted, events.size());
  for (size_t i = 0; i < events.size(); ++i) {
    const auto found = registers.find(events[i].reg);
    if (!events[i].extends || found == registers.end()) continue;
    Extend(log, events[i], i, found->second);
  }
  LogVerdict verdict;
  size_t first = 0;
  size_t last = events.size();
  bool any = false;
  for (const auto& [reg, tracked] : registers) {
    if (!tracked.extended) continue;
    verdict.registers.push_back(VerdictOf(reg, tracked));
    if (verdict.registers.back().state != RegisterState::kMatched) continue;
    any = true;
    first = std::max(first, *tracked.first);
    last = std::min(last, tracked.last);
  }
  if (any && first <= last) verdict.quoted_events = first;
  return verdict;
}

}  // namespace evidenced
