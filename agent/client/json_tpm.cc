#include "agent/client/json_tpm.h"

#include <string>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "quote/base/bytes.h"
#include "quote/tpm/tpm_algorithms.h"

namespace evidenced {
namespace {

using Json = nlohmann::ordered_json;

void AddClock(const TpmClock& clock, Json& json) {
  json["clock"] = clock.clock_ms;
  json["reset_count"] = clock.reset_count;
  json["restart_count"] = clock.restart_count;
  json["safe"] = clock.safe;
}

Json SelectionToJson(const PcrBankSelection& bank) {
  return {{"hash", std::string(HashName(bank.algorithm))}, {"pcrs", bank.pcrs}};
}

// Adds the fields of each type of statement.
class BodyWriter {
 public:
  explicit BodyWriter(Json& json) : json_(json) {}

  void operator()(const std::monostate&) const {}
  void operator()(const TpmAttest::Quote& quote) const {
    Json& banks = json_["pcr_selection"] = Json::array();
    for (size_t i = 0; i < quote.selection.size(); ++i) {
      banks.push_back(SelectionToJson(quote.selection[i]));
      banks.back()["size_of_select"] = quote.octets[i];
    }
    json_["pcr_digest"] = Hex(quote.pcr_digest);
  }
  void operator()(const TpmAttest::Nv& nv) const {
    json_["index_name"] = Hex(nv.index_name);
    json_["offset"] = nv.offset;
    json_["nv_contents"] = Hex(nv.contents);
  }
  void operator()(const TpmAttest::NvDigest& nv) const {
    json_["index_name"] = Hex(nv.index_name);
    json_["nv_digest"] = Hex(nv.digest);
  }
  void operator()(const TpmAttest::Certify& certify) const {
    json_["name"] = Hex(certify.name);
    json_["qualified_name"] = Hex(certify.qualified_name);
  }
  void operator()(const TpmAttest::Creation& creation) const {
    json_["object_name"] = Hex(creation.object_name);
    json_["creation_hash"] = Hex(creation.creation_hash);
  }
  void operator()(const TpmAttest::Time& time) const {
    Json& info = json_["time_info"] = {{"time", time.time_ms}};
    AddClock(time.clock, info);
    info["firmware_version"] = absl::StrFormat("%016x", time.firmware_version);
  }
  void operator()(const TpmAttest::SessionAudit& audit) const {
    json_["exclusive_session"] = audit.exclusive;
    json_["session_digest"] = Hex(audit.session_digest);
  }
  void operator()(const TpmAttest::CommandAudit& audit) const {
    json_["audit_counter"] = audit.counter;
    json_["digest_alg"] = absl::StrFormat("%04x", audit.algorithm);
    json_["audit_digest"] = Hex(audit.audit_digest);
    json_["command_digest"] = Hex(audit.command_digest);
  }

 private:
  Json& json_;
};

}  // namespace

Json AttestToJson(const TpmAttest& attest) {
  Json json = {{"magic", absl::StrFormat("%08x", attest.magic)},
               {"type", absl::StrFormat("%04x", attest.type)},
               {"type_name", AttestTypeName(attest.type)},
               {"qualified_signer", Hex(attest.qualified_signer)},
               {"extra_data", Hex(attest.extra_data)}};
  AddClock(attest.clock, json);
  json["firmware_version"] = absl::StrFormat("%016x", attest.firmware_version);
  std::visit(BodyWriter(json), attest.body);
  json["trailing_bytes"] = attest.trailing_bytes;
  return json;
}

Json SignatureToJson(const TpmSignature& signature) {
  return {{"alg", SchemeName(signature.scheme)},
          {"hash", std::string(HashName(signature.hash))}};
}

Json PublicAreaToJson(const TpmPublicArea& area) {
  const auto has = [&area](uint32_t bit) {
    return (area.attributes & bit) != 0;
  };
  Json json = {{"type", area.key.is_rsa() ? "rsa" : "ecc"},
               {"name_alg", std::string(HashName(area.name_algorithm))},
               {"attributes", absl::StrFormat("%08x", area.attributes)},
               {"attribute_names", DescribeAttributes(area.attributes)},
               {"restricted", has(kTpmaRestricted)},
               {"sign", has(kTpmaSign)},
               {"decrypt", has(kTpmaDecrypt)},
               {"fixed_tpm", has(kTpmaFixedTpm)},
               {"fixed_parent", has(kTpmaFixedParent)},
               {"sensitive_data_origin", has(kTpmaSensitiveDataOrigin)},
               {"auth_policy", Hex(area.auth_policy)},
               {"scheme", SchemeName(area.scheme)},
               {"scheme_hash", nullptr},
               {"bits", area.key.bits()},
               {"name", Hex(area.Name())},
               {"length", area.bytes.size()},
               {"spki_sha256", Hex(area.key.spki_sha256())}};
  if (area.scheme != kTpmAlgNull) {
    json["scheme_hash"] = std::string(HashName(area.scheme_hash));
  }
  return json;
}

Json PcrValuesToJson(const PcrValues& values) {
  Json json = Json::object();
  for (const auto& [bank, registers] : values) {
    Json& out = json[std::string(HashName(bank))] = Json::object();
    for (const auto& [pcr, value] : registers) {
      out[absl::StrCat(pcr)] = Hex(value);
    }
  }
  return json;
}

Json PcrDumpToJson(const PcrDump& dump) {
  Json json = {{"selection", Json::array()}, {"values", Json::array()}};
  for (const PcrBankSelection& bank : dump.selection) {
    json["selection"].push_back(SelectionToJson(bank));
  }
  for (const Bytes& value : dump.values) json["values"].push_back(Hex(value));
  return json;
}

}  // namespace evidenced
