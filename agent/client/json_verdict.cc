#include "agent/client/json_verdict.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "agent/client/json_evidence.h"
#include "agent/client/render_verdict.h"
#include "agent/client/snp_evidence.h"
#include "agent/client/tdx_evidence.h"
#include "quote/base/bytes.h"

namespace evidenced {
namespace {

using Json = nlohmann::ordered_json;

std::string OutcomeName(Outcome outcome) {
  switch (outcome) {
    case Outcome::kPass:
      return "pass";
    case Outcome::kFail:
      return "fail";
    case Outcome::kNotChecked:
      return "not_checked";
  }
  return "not_checked";
}

// Each with whether it counts, and for what.
Json AkCertificatesToJson(const Verdict& verdict) {
  Json json = Json::array();
  for (const Certificate& certificate : verdict.evidence->ak_certificates()) {
    Json object = CertificateToJson(certificate);
    object["verified"] = AkCertificateVouches(verdict, certificate);
    object["remark"] = AkCertificateRemark(verdict, certificate);
    json.push_back(std::move(object));
  }
  return json;
}

Json EkCertificatesToJson(const VerifiedEvidence& evidence) {
  Json json = Json::array();
  for (const Certificate& certificate : evidence.ek_certificates()) {
    Json object = CertificateToJson(certificate);
    object["verified"] = false;
    json.push_back(std::move(object));
  }
  return json;
}

Json SecureBootToJson(const VerifiedEvidence& evidence) {
  if (!evidence.secure_boot().has_value()) return nullptr;
  return *evidence.secure_boot();
}

Json TpmToJson(const Verdict& verdict) {
  const VerifiedEvidence& evidence = *verdict.evidence;
  const TpmQuote& quote = evidence.tpm()->quote.quote();
  const TpmPublicArea& ak = evidence.tpm()->quote.ak();
  return {
      {"ak",
       {{"type", ak.key.is_rsa() ? "rsa" : "ecc"},
        {"spki_sha256", Hex(ak.key.spki_sha256())},
        {"name", Hex(ak.Name())},
        {"attributes", DescribeAttributes(ak.attributes)},
        {"vouched", verdict.ak_vouched()},
        {"certificates", AkCertificatesToJson(verdict)}}},
      {"ek_certificates", EkCertificatesToJson(evidence)},
      {"firmware_version", absl::StrFormat("0x%016x", quote.firmware_version)},
      {"extra_data", Hex(quote.extra_data)},
      {"clock_ms", quote.clock.clock_ms},
      {"reset_count", quote.clock.reset_count},
      {"restart_count", quote.clock.restart_count},
      {"safe", quote.clock.safe},
      {"secure_boot", SecureBootToJson(evidence)}};
}

Json RegistersToJson(const VerifiedEvidence& evidence) {
  Json json = Json::object();
  for (const auto& [bank, registers] : evidence.pcrs()) {
    Json& values = json[std::string(HashName(bank))] = Json::object();
    for (const auto& [index, value] : registers) {
      const RegisterExplanation words = ExplainRegister(evidence, bank, index);
      Json& entry = values[absl::StrCat(index)];
      entry = {{"value", Hex(value)}, {"state", words.state}};
      if (!words.log.empty()) entry["log"] = words.log;
      if (!words.replayed.empty()) entry["replayed"] = Hex(words.replayed);
      for (const HashAlgorithm missing : words.missing) {
        entry["log_lacks"].push_back(std::string(HashName(missing)));
      }
    }
  }
  return json;
}

Json LogsToJson(const VerifiedEvidence& evidence, EventLimit limit) {
  Json json = Json::object();
  for (const VerifiedLog& log : evidence.logs()) {
    Json& entry = json[Plain(log.label)];
    entry = {{"bytes", log.part.size()},
             {"tail_bytes", log.tail.size()},
             {"event_count", log.events.size()},
             {"quoted_events", nullptr},
             {"events", EventsToJson(ViewOf(log), limit)}};
    if (log.verdict.quoted_events.has_value()) {
      entry["quoted_events"] = *log.verdict.quoted_events;
    } else {
      entry["error"] = log.verdict.registers.empty() ? "NO_QUOTED_REGISTER"
                                                     : "LOG_BEHIND_REGISTER";
    }
  }
  return json;
}

Json ManifestToJson(const Manifest& manifest) {
  Json json = Json::object();
  for (const ManifestEntry& entry : manifest.entries) {
    Json& object = json[Plain(entry.label)];
    switch (entry.kind) {
      case EntryKind::kPresent:
        object = {{"media_type", Plain(entry.media_type)},
                  {"length", entry.length},
                  {"sha384", Hex(entry.sha384)}};
        break;
      case EntryKind::kMissing:
        object = {{"missing", Plain(entry.reason)}};
        break;
      case EntryKind::kSigns:
        object = {{"signs", true}};
        break;
    }
  }
  return json;
}

}  // namespace

Json ChecksToJson(const Checks& checks) {
  Json json = Json::array();
  for (const Check& check : checks) {
    json.push_back({{"name", Plain(check.name)},
                    {"outcome", OutcomeName(check.outcome)},
                    {"expected", Plain(check.expected)},
                    {"found", Plain(check.found)}});
  }
  return json;
}

Json VerdictToJson(const Verdict& verdict, EventLimit limit) {
  Json json = {{"verdict", verdict.accepted() ? "accepted" : "rejected"},
               {"reason", Plain(verdict.Reason())},
               {"origin", std::string(OriginText(verdict.origin))},
               {"verified_at", TimeText(verdict.now)},
               {"policy", nullptr},
               {"state", StateToJson(verdict.state)},
               {"checks", ChecksToJson(verdict.checks)}};
  if (verdict.at.has_value()) json["as_of"] = TimeText(*verdict.at);
  if (verdict.policy_file.has_value()) {
    json["policy"] = {{"file", Plain(*verdict.policy_file)},
                      {"description", Plain(verdict.policy_description)}};
  }
  if (verdict.server.has_value()) {
    json["server"] = CertificateToJson(*verdict.server);
  }
  if (verdict.evidence == nullptr) return json;
  const VerifiedEvidence& evidence = *verdict.evidence;
  json["binding_level"] =
      std::string(BindingLevelName(evidence.binding().level()));
  json["signer"] = evidence.binding().manifest().signer();
  if (evidence.snp().has_value()) {
    json["snp"] = VerifiedSnpToJson(*evidence.snp());
  }
  if (evidence.tdx().has_value()) json["tdx"] = VerifiedTdxToJson(evidence);
  json["tpm"] = nullptr;
  if (evidence.tpm().has_value()) json["tpm"] = TpmToJson(verdict);
  json["pcrs"] = RegistersToJson(evidence);
  // A fact only where a TD's own log tells, or something vouches for the TPM.
  json["secure_boot"] = nullptr;
  if (evidence.tdx().has_value() || verdict.ak_named) {
    json["secure_boot"] = SecureBootToJson(evidence);
  }
  json["manifest"] = ManifestToJson(evidence.binding().manifest());
  json["logs"] = LogsToJson(evidence, limit);
  return json;
}

}  // namespace evidenced
