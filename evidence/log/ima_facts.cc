#include "evidence/log/ima_facts.h"

#include "absl/strings/string_view.h"

#include "evidence/log/replay.h"

namespace evidenced {
namespace {

// One register while the entries go by.
class Track {
 public:
  Track(HashAlgorithm bank, ImaExtension extension)
      : bank_(bank), extension_(extension), value_(DigestSize(bank), 0) {}

  // False: the entry does not tell.
  bool Extend(const EventLog& log, const LogEvent& event) {
    const auto extend = ImaExtendValue(log, event, bank_, extension_);
    if (!extend.has_value()) return false;
    value_ = Hash(bank_, {value_, *extend});
    return true;
  }
  const Bytes& value() const { return value_; }

 private:
  HashAlgorithm bank_;
  ImaExtension extension_;
  Bytes value_;
};

}  // namespace

std::optional<Bytes> ImaExtendValue(const EventLog& log, const LogEvent& event,
                                    HashAlgorithm bank,
                                    ImaExtension extension) {
  if (event.violation || extension == ImaExtension::kTemplateHash) {
    return ExtendValue(log, event, bank);
  }
  const bool padded = extension == ImaExtension::kPaddedSha1;
  const EventDigest* logged = event.Find(padded ? HashAlgorithm::kSha1 : bank);
  if (logged == nullptr) return std::nullopt;
  Bytes value = ToBytes(logged->value);
  value.resize(DigestSize(bank));
  return value;
}

std::map<uint32_t, Bytes> ReplayIma(const EventLog& log, HashAlgorithm bank,
                                    ImaExtension extension) {
  std::map<uint32_t, Track> tracks;
  for (const LogEvent& event : log.events) {
    Track& track = tracks.try_emplace(event.reg, bank, extension).first->second;
    if (!track.Extend(log, event)) return {};
  }
  std::map<uint32_t, Bytes> values;
  for (const auto& [reg, track] : tracks) values[reg] = track.value();
  return values;
}

std::optional<size_t> ImaPrefix(const EventLog& log, uint32_t reg,
                                HashAlgorithm bank, ImaExtension extension,
                                ByteView value) {
  Track track(bank, extension);
  for (size_t i = 0; i < log.events.size(); ++i) {
    if (log.events[i].reg != reg) continue;
    if (!track.Extend(log, log.events[i])) return std::nullopt;
    if (Equal(track.value(), value)) return i + 1;
  }
  return std::nullopt;
}

ImaFacts FindImaFacts(const EventLog& log) {
  ImaFacts facts;
  for (size_t i = 0; i < log.events.size(); ++i) {
    const LogEvent& event = log.events[i];
    ++facts.templates[std::string(event.template_name)];
    facts.registers.insert(event.reg);
    if (event.violation) ++facts.violations;
    if (!event.data_known) facts.without_data.push_back(i);
    if (!TemplateDigestMatches(log, event)) facts.mismatches.push_back(i);
    for (const EventDigest& digest : event.digests) {
      facts.logged = digest.algorithm;
    }
  }
  return facts;
}

}  // namespace evidenced
