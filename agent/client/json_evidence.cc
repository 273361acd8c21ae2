#include "agent/client/json_evidence.h"

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

#include "agent/client/pcr_selection.h"
#include "agent/client/text.h"
#include "quote/base/bytes.h"

namespace evidenced {
namespace {

using Json = nlohmann::ordered_json;

std::string HexOf(const std::string& bytes) { return Hex(AsBytes(bytes)); }

Json SelectionToJson(const PcrSelections& banks) {
  Json json = Json::object();
  for (const v1::PcrSelection& bank : banks) {
    json[BankName(bank.algorithm())] = bank.pcrs();
  }
  return json;
}

Json TpmToJson(const v1::TpmInfo& tpm) {
  return {
      {"manufacturer", Plain(tpm.manufacturer())},
      {"firmware_version",
       absl::StrCat("0x", absl::Hex(tpm.firmware_version(), absl::kZeroPad16))},
      {"banks", SelectionToJson(tpm.banks())},
      {"ak_public", HexOf(tpm.ak_public())},
      {"ak_name", HexOf(tpm.ak_name())}};
}

Json SnpToJson(const v1::SnpInfo& snp) {
  Json json = {{"interface", Plain(snp.interface())},
               {"path", Plain(snp.path())}};
  if (snp.has_vmpl()) json["vmpl"] = snp.vmpl();
  json["key_lost"] = snp.key_lost();
  return json;
}

Json TdxToJson(const v1::TdxInfo& tdx) {
  return {{"interface", Plain(tdx.interface())},
          {"path", Plain(tdx.path())},
          {"registers_path", Plain(tdx.registers_path())}};
}

Json RegistersToJson(const v1::TdxRegisters& tdx) {
  Json rtmrs = Json::array();
  for (const std::string& rtmr : tdx.rtmrs()) rtmrs.push_back(HexOf(rtmr));
  return {{"path", Plain(tdx.path())},
          {"mrtd", HexOf(tdx.mr_td())},
          {"rtmrs", rtmrs},
          {"mrconfigid", HexOf(tdx.mr_config_id())},
          {"mrowner", HexOf(tdx.mr_owner())},
          {"mrownerconfig", HexOf(tdx.mr_owner_config())}};
}

template <typename Item>
Json Availability(const Item& item) {
  Json json = {{"label", Plain(item.label())}, {"available", item.available()}};
  if (!item.available()) json["reason"] = Plain(item.reason());
  return json;
}

}  // namespace

Json RegistersToJson(
    const google::protobuf::RepeatedPtrField<v1::RegisterBank>& banks) {
  Json json = Json::object();
  for (const v1::RegisterBank& bank : banks) {
    Json& values = json[BankName(bank.algorithm())] = Json::object();
    for (const v1::Register& reg : bank.registers()) {
      values[absl::StrCat(reg.index())] = HexOf(reg.value());
    }
  }
  return json;
}

Json CertificateToJson(const Certificate& certificate) {
  return {{"subject", Plain(certificate.subject())},
          {"issuer", Plain(certificate.issuer())},
          {"uri_sans", certificate.uri_sans()},
          {"dns_sans", certificate.dns_sans()},
          {"not_after", TimeText(certificate.not_after())},
          {"sha256", Hex(certificate.sha256())},
          {"spki_sha256", Hex(certificate.spki_sha256())}};
}

Json PlatformToJson(const v1::Platform& platform) {
  Json sources = Json::array();
  for (const v1::Source& source : platform.sources()) {
    Json json = Availability(source);
    if (source.has_tpm()) json["tpm"] = TpmToJson(source.tpm());
    if (source.has_snp()) json["snp"] = SnpToJson(source.snp());
    if (source.has_tdx()) json["tdx"] = TdxToJson(source.tdx());
    sources.push_back(json);
  }
  Json logs = Json::array();
  for (const v1::LogInfo& log : platform.logs()) {
    logs.push_back(Availability(log));
  }
  return {
      {"agent_version", Plain(platform.agent_version())},
      {"boot_id", Plain(platform.boot_id())},
      {"instance", HexOf(platform.instance())},
      {"sources", sources},
      {"logs", logs},
      {"limits",
       {{"max_request_bytes", platform.limits().max_request_bytes()},
        {"max_inline_part_bytes", platform.limits().max_inline_part_bytes()},
        {"min_nonce_bytes", platform.limits().min_nonce_bytes()},
        {"max_nonce_bytes", platform.limits().max_nonce_bytes()}}}};
}

Json MeasurementsToJson(const v1::Measurements& measurements) {
  Json json = {{"signed", false},
               {"pcr_update_counter", measurements.pcr_update_counter()},
               {"pcrs", RegistersToJson(measurements.banks())}};
  if (measurements.has_tdx()) json["tdx"] = RegistersToJson(measurements.tdx());
  for (const auto& [device, reason] : measurements.unavailable()) {
    json["unavailable"][Plain(device)] = Plain(reason);
  }
  return json;
}

Json StateToJson(const v1::VerifierState& state) {
  Json requested = Json::array();
  for (const std::string& label : state.requested()) {
    requested.push_back(Plain(label));
  }
  return {{"target", Plain(state.target())},
          {"role", state.role()},
          {"audience", Plain(state.audience())},
          {"nonce", HexOf(state.nonce())},
          {"spki_sha256", HexOf(state.spki_sha256())},
          {"certificate_sha256", HexOf(state.certificate_sha256())},
          {"peer_spki_sha256", HexOf(state.peer_spki_sha256())},
          {"user_data", HexOf(state.user_data())},
          {"requested", requested},
          {"requested_pcrs", SelectionToJson(state.requested_pcrs())},
          {"requested_at",
           TimeText(absl::FromUnixMillis(state.requested_unix_ms()))}};
}

Json EvidenceToJson(const v1::Evidence& evidence) {
  Json parts = Json::object();
  for (const v1::Part& part : evidence.parts()) {
    Json& json = parts[Plain(part.label())];
    json = {{"media_type", Plain(part.media_type())},
            {"bytes", part.data().size()},
            {"data_base64", absl::Base64Escape(part.data())}};
    if (!part.tail().empty()) {
      json["tail_base64"] = absl::Base64Escape(part.tail());
    }
  }
  Json json = {{"signer", Plain(evidence.signer())},
               {"statement", HexOf(evidence.statement())},
               {"manifest", HexOf(evidence.manifest())},
               {"instance", HexOf(evidence.binding().instance())},
               {"registers", RegistersToJson(evidence.registers())},
               {"parts", parts}};
  if (!evidence.snp_certificate_table().empty()) {
    json["snp_certificate_table_base64"] =
        absl::Base64Escape(evidence.snp_certificate_table());
  }
  return json;
}

}  // namespace evidenced
