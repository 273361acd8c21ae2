#include "agent/client/json_replay.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "agent/client/ccel_table_words.h"
#include "agent/client/json_replay_ima.h"
#include "agent/client/json_tpm.h"
#include "agent/client/render_raw.h"
#include "agent/client/text.h"
#include "evidence/log/describe.h"
#include "evidence/log/event_types.h"
#include "quote/base/bytes.h"
#include "quote/base/error_class.h"

namespace evidenced {
namespace {

using Json = nlohmann::ordered_json;

constexpr uint32_t kRtmrs = 4;

std::string Name(HashAlgorithm bank) { return std::string(HashName(bank)); }

// SHA-3 is no bank of any TPM that this replays, but has a name.
std::string AlgorithmName(uint16_t id) {
  constexpr uint16_t kSha3[] = {0x0027, 0x0028, 0x0029};
  constexpr int kSha3Bits[] = {256, 384, 512};
  for (size_t i = 0; i < std::size(kSha3); ++i) {
    if (id == kSha3[i]) return absl::StrCat("sha3_", kSha3Bits[i]);
  }
  const auto hash = HashAlgorithmFromId(id);
  return hash.has_value() ? Name(*hash) : "unknown";
}

std::string TypeName(uint32_t type) {
  const std::string name = EventTypeName(type);
  return absl::StartsWith(name, "EV_") ? name : "unknown";
}

Json DigestsToJson(const LogEvent& event) {
  Json json = Json::object();
  for (const auto& [bank, digest] : event.digests) {
    json[Name(bank)] = Hex(digest);
  }
  return json;
}

Json SpecIdToJson(const std::optional<SpecIdEvent>& spec_id) {
  if (!spec_id.has_value()) return nullptr;
  Json algorithms = Json::array();
  for (const auto& [id, size] : spec_id->algorithms) {
    algorithms.push_back({{"id", absl::StrFormat("%04x", id)},
                          {"name", AlgorithmName(id)},
                          {"digest_size", size}});
  }
  return {{"signature", "Spec ID Event03"},
          {"platform_class", spec_id->platform_class},
          {"version",
           absl::StrCat(spec_id->version_major, ".", spec_id->version_minor)},
          {"errata", spec_id->errata},
          {"uintn_size", spec_id->uintn_size},
          {"algorithms", algorithms},
          {"vendor_info", Hex(spec_id->vendor_info)},
          {"bytes_after_vendor_info", spec_id->bytes_after_vendor_info}};
}

Json DatabasesToJson(const BootFacts& facts) {
  Json json = Json::object();
  for (const auto& [name, counts] : facts.databases) {
    json[name] = {{"x509", counts.x509},           {"sha256", counts.sha256},
                  {"sha1", counts.sha1},           {"sha384", counts.sha384},
                  {"sha512", counts.sha512},       {"rsa2048", counts.rsa2048},
                  {"x509_hash", counts.x509_hash}, {"other", counts.other},
                  {"malformed", counts.malformed}};
  }
  return json;
}

Json DigestCheckToJson(const BootFacts& facts) {
  Json types = Json::array();
  for (const uint32_t type : kDigestOfDataTypes) {
    types.push_back(TypeName(type));
  }
  return {{"checked_types", types},
          {"match", facts.digests_of_data},
          {"mismatch", facts.digests_of_other.size()},
          {"mismatch_indexes", facts.digests_of_other}};
}

Json FactsToJson(const BootFacts& facts) {
  Json variables = Json::array();
  for (const BootFacts::Variable& variable : facts.variables) {
    variables.push_back({variable.event, variable.reg, Plain(variable.name),
                         variable.guid, variable.size});
  }
  Json separators = Json::object();
  for (const auto& [reg, all] : facts.separators) {
    Json& of_register = separators[absl::StrCat(reg)] = Json::array();
    for (const ByteView data : all) of_register.push_back(Hex(data));
  }
  Json json = {{"secure_boot_variable", nullptr},
               {"secure_boot_databases", DatabasesToJson(facts)},
               {"efi_variables", variables},
               {"event_data_digest_check", DigestCheckToJson(facts)},
               {"exit_boot_services_seen", facts.exit_boot_services_seen},
               {"separators", separators}};
  if (facts.secure_boot_variable.has_value()) {
    json["secure_boot_variable"] = *facts.secure_boot_variable;
  }
  return json;
}

Json BootEventsToJson(const EventLog& log, EventLimit limit) {
  Json events = Json::array();
  const size_t count = log.events.size();
  for (size_t i = count - std::min(limit.value_or(count), count); i < count;
       ++i) {
    const LogEvent& event = log.events[i];
    const EventDescription words = DescribeEvent(log, event);
    events.push_back({{"i", i},
                      {"mr", event.reg},
                      {"type", absl::StrFormat("%08x", event.type)},
                      {"type_name", TypeName(event.type)},
                      {"size", event.data.size()},
                      {"data_sha256", Hex(Sha256(event.data))},
                      {"digests", DigestsToJson(event)},
                      {"meaning", Plain(words.meaning)},
                      {"data_covered", words.data_covered},
                      {"text_covered", words.text_covered}});
  }
  return events;
}

// RTMR0 to 3 are the log's registers 1 to 4; those without events are zero.
Json RtmrToJson(const LogReplay& replay) {
  Json json = Json::object();
  for (const auto& [bank, registers] : replay.replayed) {
    Json values = Json::array();
    for (uint32_t i = 1; i <= kRtmrs; ++i) {
      const auto found = registers.find(i);
      values.push_back(Hex(found == registers.end() ? Bytes(DigestSize(bank), 0)
                                                    : found->second));
    }
    json[Name(bank)] = values;
  }
  return json;
}

void AddBoot(const LogReplay& replay, ByteView bytes, EventLimit limit,
             Json& json) {
  const EventLog& log = *replay.log;
  const bool cc = log.format == LogFormat::kCcel;
  json["format"] =
      log.format == LogFormat::kTcg1 ? "sha1-legacy" : "crypto-agile";
  json["spec_id"] = SpecIdToJson(log.spec_id);
  json["event_count"] = log.events.size();
  json["extended_event_count"] =
      std::count_if(log.events.begin(), log.events.end(),
                    [](const LogEvent& event) { return event.extends; });
  json["log_bytes"] = bytes.size();
  json["consumed_bytes"] = log.length;
  json["padding"] = nullptr;
  json["padding_bytes"] = bytes.size() - log.length;
  if (log.length < bytes.size()) {
    json["padding"] = absl::StrFormat("%02x", bytes.back());
  }
  json["startup_locality"] = nullptr;
  if (log.startup_locality.has_value()) {
    json["startup_locality"] = *log.startup_locality;
  }
  json["replay"] = PcrValuesToJson(replay.replayed);
  json["register_kind"] =
      cc ? "CC measurement registers: index 0 = MRTD, 1..4 = RTMR0..3" : "PCR";
  if (cc) json["rtmr"] = RtmrToJson(replay);
  json["facts"] = FactsToJson(*replay.boot);
  json["secure_boot"] = nullptr;
  if (replay.secure_boot.has_value()) json["secure_boot"] = *replay.secure_boot;
  json["events"] = BootEventsToJson(log, limit);
}

void AddCompared(const LogReplay& replay, Json& json) {
  if (replay.compared.empty() && replay.others.empty()) return;
  Json match = Json::object();
  Json mismatch = Json::array();
  Json prefixes = Json::object();
  for (const ComparedRegister& compared : replay.compared) {
    const std::string bank = Name(compared.bank);
    const std::string reg = absl::StrCat(compared.reg);
    match[bank][reg] = compared.matches;
    if (!compared.matches) mismatch.push_back(absl::StrCat(bank, ":", reg));
    if (compared.entries > 0) prefixes[bank][reg] = compared.entries;
  }
  json["given_registers_match"] = match;
  // Of nothing that was compared nothing is said.
  json["given_registers_all_match"] = nullptr;
  if (!replay.compared.empty()) {
    json["given_registers_all_match"] = mismatch.empty();
  }
  json["given_registers_mismatch"] = mismatch;
  if (replay.ima.has_value()) json["given_registers_prefix"] = prefixes;
  json["given_registers_not_in_log"] = replay.others;
}

}  // namespace

Json ReplayToJson(const LogReplay& replay, ByteView bytes, EventLimit limit) {
  Json json = {{"parse", replay.log.ok() ? "ok" : "error"}};
  if (!replay.log.ok()) {
    json["parse_error"] =
        std::string(ErrorClassName(ErrorClassOf(replay.log.status())));
    json["detail"] = Plain(replay.log.status().message());
  }
  json["log_form"] = std::string(LogFileFormName(replay.form));
  AddRawVerdict(replay.verdict, json);
  if (replay.table.has_value() && replay.table->ok()) {
    json["ccel_acpi_table"] = CcelTableToJson(**replay.table);
  }
  if (replay.boot.has_value()) AddBoot(replay, bytes, limit, json);
  if (replay.ima.has_value()) AddIma(replay, limit, json);
  AddCompared(replay, json);
  return json;
}

}  // namespace evidenced
