#include "evidence/log/replay.h"

#include <algorithm>
#include <map>
#include <utility>

#include "evidence/log/ima_template.h"
#include "evidence/log/pcr.h"
#include "quote/crypto/digest.h"

namespace evidenced {
namespace {

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
  return event.template_name == kLegacyTemplate ? HashLegacy(bank, event.data)
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
  // Banks that the log lacks, with what was quoted; see RegisterVerdict.
  std::vector<std::pair<HashAlgorithm, ByteView>> missing;
  size_t extended = 0;  // events so far
  size_t events = 0;    // of these, those until `first`
  // The prefix lengths whose replay gives it: from `first` to `last`, both
  // included; it matches once at the most.
  std::optional<size_t> first;
  size_t last = 0;

  bool Equals() const {
    return !tracks.empty() &&
           std::all_of(tracks.begin(), tracks.end(), [](const Track& track) {
             return !track.broken && Equal(track.value, track.quoted);
           });
  }
  void Look(size_t count) {
    if (first.has_value() || !Equals()) return;
    first = count;
    events = extended;
  }
  // Whether the log and the quote both say something of it.
  bool Concerned() const { return !tracks.empty() || !missing.empty(); }
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

// A bank that the log lacks is compared with nothing, so nobody may have
// measured into it: the banks of a log are its author's word, and he could
// leave out the one that tells of the boot. SHA-1 vouches for nothing anyway.
void TrackMissing(HashAlgorithm bank, uint32_t reg, ByteView quoted,
                  Register& tracked) {
  if (bank == HashAlgorithm::kSha1 || IsStartValue(reg, quoted)) return;
  tracked.missing.emplace_back(bank, quoted);
}

std::map<uint32_t, Register> TrackQuoted(const EventLog& log,
                                         const PcrValues& quoted, size_t end) {
  std::map<uint32_t, Register> registers;
  for (const auto& [bank, values] : quoted) {
    const bool in_log = HasBank(log, bank);
    for (const auto& [reg, value] : values) {
      Register& tracked = registers[reg];
      if (!in_log) {
        TrackMissing(bank, reg, value, tracked);
        continue;
      }
      tracked.tracks.push_back(
          {.bank = bank, .quoted = value, .value = StartValue(log, reg, bank)});
    }
  }
  for (auto& [reg, tracked] : registers) {
    tracked.last = end;
    tracked.Look(0);
  }
  return registers;
}

void Extend(const EventLog& log, const LogEvent& event, size_t index,
            Register& tracked) {
  // An event ends the stretch in which the register had its quoted value.
  if (tracked.first.has_value() && tracked.last > index) tracked.last = index;
  ++tracked.extended;
  for (Track& track : tracked.tracks) {
    const auto value = ExtendValue(log, event, track.bank);
    track.broken = track.broken || !value.has_value();
    if (value.has_value()) {
      track.value = Hash(track.bank, {track.value, *value});
    }
  }
  tracked.Look(index + 1);
}

// Of the strongest bank that was compared; of the first missing one if none.
void ShowStrongest(const Register& tracked, RegisterVerdict& verdict) {
  if (tracked.tracks.empty()) {
    verdict.bank = tracked.missing.front().first;
    verdict.quoted = ToBytes(tracked.missing.front().second);
    return;
  }
  const Track* strongest = &tracked.tracks.front();
  for (const Track& track : tracked.tracks) {
    if (DigestSize(track.bank) > DigestSize(strongest->bank)) {
      strongest = &track;
    }
  }
  verdict.bank = strongest->bank;
  verdict.replayed = strongest->value;
  verdict.quoted = ToBytes(strongest->quoted);
}

RegisterVerdict VerdictOf(uint32_t reg, const Register& tracked) {
  RegisterVerdict verdict;
  verdict.reg = reg;
  verdict.events = tracked.events;
  verdict.compared.reserve(tracked.tracks.size());
  for (const Track& track : tracked.tracks) {
    verdict.compared.push_back(track.bank);
  }
  verdict.missing.reserve(tracked.missing.size());
  for (const auto& [bank, value] : tracked.missing) {
    verdict.missing.push_back(bank);
  }
  ShowStrongest(tracked, verdict);
  if (tracked.first.has_value() && tracked.missing.empty()) {
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
    if (event.data_known) return TemplateHash(event, bank);
  }
  const EventDigest* digest = event.Find(bank);
  if (digest == nullptr) return std::nullopt;
  return ToBytes(digest->value);
}

bool TemplateDigestMatches(const EventLog& log, const LogEvent& event) {
  if (log.format != LogFormat::kIma || event.violation || !event.data_known) {
    return true;
  }
  return std::all_of(event.digests.begin(), event.digests.end(),
                     [&event](const EventDigest& logged) {
                       return Equal(logged.value,
                                    TemplateHash(event, logged.algorithm));
                     });
}

Bytes StartValue(const EventLog& log, uint32_t reg, HashAlgorithm bank) {
  Bytes value(DigestSize(bank), 0);
  if (reg == 0) value.back() = log.startup_locality.value_or(0);
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
    if (tracked.extended == 0 || !tracked.Concerned()) continue;
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
