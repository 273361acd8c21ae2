#include "agent/client/json_replay_ima.h"

#include <algorithm>
#include <map>
#include <string>

#include "absl/strings/str_cat.h"

#include "agent/client/json_tpm.h"
#include "agent/client/text.h"
#include "evidence/log/describe.h"
#include "quote/base/bytes.h"

namespace evidenced {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kFirstEntries = 3;

Json RegistersToJson(const std::map<uint32_t, Bytes>& values) {
  Json json = Json::object();
  for (const auto& [reg, value] : values) {
    json[absl::StrCat(reg)] = Hex(value);
  }
  return json;
}

Json EntryToJson(const EventLog& log, size_t index) {
  const LogEvent& event = log.events[index];
  return {{"pcr", event.reg},
          {"template_digest", Hex(event.digests.front().value)},
          {"template", Plain(event.template_name)},
          {"i", index},
          {"meaning", Plain(DescribeEvent(log, event).meaning)}};
}

void AddImaEntries(const EventLog& log, EventLimit limit, Json& json) {
  constexpr size_t kShown = 20;
  const size_t count = log.events.size();
  Json& first = json["first_entries"] = Json::array();
  for (size_t i = 0; i < std::min(count, kFirstEntries); ++i) {
    first.push_back(EntryToJson(log, i));
  }
  Json& last = json["last_entries"] = Json::array();
  for (size_t i = count - std::min(limit.value_or(kShown), count); i < count;
       ++i) {
    last.push_back(EntryToJson(log, i));
  }
}

}  // namespace

void AddIma(const LogReplay& replay, EventLimit limit, Json& json) {
  const EventLog& log = *replay.log;
  const ImaFacts& facts = *replay.ima;
  json["form"] = replay.form == LogFileForm::kImaAscii ? "ascii" : "binary";
  // At once: each member added by its name is searched for among the others,
  // and a list may have a million names. They are printable.
  json["templates"] = facts.templates;
  json["count"] = log.events.size();
  json["pcr_indexes"] = facts.registers;
  json["violations"] = facts.violations;
  json["template_hash_mismatch_indexes"] = facts.mismatches;
  json["not_reconstructible_indexes"] = facts.without_data;
  json["logged_template_digest_alg"] = {std::string(HashName(facts.logged))};
  json["replay_logged_digests"] = RegistersToJson(
      ReplayIma(log, facts.logged, ImaExtension::kLoggedDigest));
  json["replay_recomputed"] = PcrValuesToJson(replay.replayed);
  json["replay_sha256_from_zero_padded_sha1"] = RegistersToJson(
      ReplayIma(log, HashAlgorithm::kSha256, ImaExtension::kPaddedSha1));
  AddImaEntries(log, limit, json);
}

}  // namespace evidenced
