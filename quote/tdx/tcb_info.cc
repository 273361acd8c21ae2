#include "quote/tdx/tcb_info.h"

#include <cstddef>
#include <utility>

#include "absl/strings/str_format.h"
#include "nlohmann/json.hpp"

#include "quote/base/byte_reader.h"
#include "quote/base/status_macros.h"
#include "quote/json/strict_json.h"
#include "quote/tdx/json_reader.h"
#include "quote/tdx/tcb_levels.h"

namespace evidenced {
namespace {

constexpr JsonKind kKind = {.id = "TDX", .version = 3};
constexpr uint32_t kTcbType = 0;
constexpr size_t kFmspcSize = 6;
constexpr size_t kPceIdSize = 2;
constexpr size_t kMrSignerSize = 48;

absl::StatusOr<TcbDemands> ReadComponents(const JsonReader& tcb,
                                          const char* key) {
  ASSIGN_OR_RETURN(const JsonReader components, tcb.Member(key));
  ASSIGN_OR_RETURN(const std::vector<JsonReader> elements,
                   components.Elements());
  TcbDemands out = {};
  if (elements.size() != out.size()) {
    return components.Refused(
        absl::StrFormat("an array of %d components", out.size()));
  }
  for (size_t i = 0; i < out.size(); ++i) {
    ASSIGN_OR_RETURN(const uint32_t svn,
                     ReadInteger(elements.at(i), "svn", UINT16_MAX));
    out.at(i) = static_cast<uint16_t>(svn);
  }
  return out;
}

absl::StatusOr<PlatformTcbLevel> ReadLevel(const JsonReader& object) {
  PlatformTcbLevel level;
  ASSIGN_OR_RETURN(const JsonReader tcb, object.Member("tcb"));
  ASSIGN_OR_RETURN(level.sgx_components,
                   ReadComponents(tcb, "sgxtcbcomponents"));
  ASSIGN_OR_RETURN(const uint32_t pce_svn,
                   ReadInteger(tcb, "pcesvn", UINT16_MAX));
  level.pce_svn = static_cast<uint16_t>(pce_svn);
  ASSIGN_OR_RETURN(level.tdx_components,
                   ReadComponents(tcb, "tdxtcbcomponents"));
  ASSIGN_OR_RETURN(level.standing, ReadStanding(object));
  return level;
}

absl::StatusOr<uint64_t> ReadMask(const JsonReader& object, const char* key) {
  ASSIGN_OR_RETURN(const Bytes bytes, ReadHex(object, key, sizeof(uint64_t)));
  return ByteReader(bytes).Le<uint64_t>();
}

absl::StatusOr<TdxModule> ReadModule(const JsonReader& object) {
  TdxModule module;
  ASSIGN_OR_RETURN(module.mr_signer,
                   ReadHex(object, "mrsigner", kMrSignerSize));
  ASSIGN_OR_RETURN(module.attributes, ReadMask(object, "attributes"));
  ASSIGN_OR_RETURN(module.attributes_mask, ReadMask(object, "attributesMask"));
  return module;
}

absl::Status ReadIdentities(const JsonReader& object, TcbInfo& info) {
  constexpr char kKey[] = "tdxModuleIdentities";
  if (!object.Has(kKey)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const JsonReader identities, object.Member(kKey));
  ASSIGN_OR_RETURN(const std::vector<JsonReader> elements,
                   identities.Elements());
  for (const JsonReader& element : elements) {
    TdxModuleIdentity identity;
    ASSIGN_OR_RETURN(identity.id, ReadText(element, "id"));
    ASSIGN_OR_RETURN(identity.module, ReadModule(element));
    ASSIGN_OR_RETURN(identity.levels, ReadIsvLevels(element));
    info.tdx_module_identities.push_back(std::move(identity));
  }
  return absl::OkStatus();
}

absl::Status ReadLevels(const JsonReader& object, TcbInfo& info) {
  ASSIGN_OR_RETURN(const JsonReader levels, object.Member("tcbLevels"));
  ASSIGN_OR_RETURN(const std::vector<JsonReader> elements, levels.Elements());
  for (const JsonReader& element : elements) {
    ASSIGN_OR_RETURN(PlatformTcbLevel level, ReadLevel(element));
    info.levels.push_back(std::move(level));
  }
  return absl::OkStatus();
}

absl::Status ReadHead(const JsonReader& object, TcbInfo& info) {
  ASSIGN_OR_RETURN(info.id, ReadText(object, "id"));
  ASSIGN_OR_RETURN(info.version, ReadInteger(object, "version", UINT32_MAX));
  RETURN_IF_ERROR(CheckKind(kKind, {.id = info.id, .version = info.version}));
  ASSIGN_OR_RETURN(info.issue_date, ReadTime(object, "issueDate"));
  ASSIGN_OR_RETURN(info.next_update, ReadTime(object, "nextUpdate"));
  ASSIGN_OR_RETURN(info.fmspc, ReadHex(object, "fmspc", kFmspcSize));
  ASSIGN_OR_RETURN(info.pce_id, ReadHex(object, "pceId", kPceIdSize));
  ASSIGN_OR_RETURN(info.tcb_type, ReadInteger(object, "tcbType", UINT32_MAX));
  ASSIGN_OR_RETURN(info.tcb_evaluation_data_number,
                   ReadInteger(object, "tcbEvaluationDataNumber", UINT32_MAX));
  if (info.tcb_type == kTcbType) return absl::OkStatus();
  return CollateralRefused(
      absl::StrFormat("expected the TCB type %d, whose components are compared "
                      "one by one, found %d",
                      kTcbType, info.tcb_type));
}

}  // namespace

absl::StatusOr<TcbInfo> ParseTcbInfo(absl::string_view body) {
  RETURN_IF_ERROR(CheckStrictJson(body));
  const auto json =
      nlohmann::json::parse(body.begin(), body.end(), nullptr, false);
  const JsonReader object(json, std::string(kTcbInfoKey));
  TcbInfo info;
  RETURN_IF_ERROR(ReadHead(object, info));
  ASSIGN_OR_RETURN(const JsonReader module, object.Member("tdxModule"));
  ASSIGN_OR_RETURN(info.tdx_module, ReadModule(module));
  RETURN_IF_ERROR(ReadIdentities(object, info));
  RETURN_IF_ERROR(ReadLevels(object, info));
  return info;
}

}  // namespace evidenced
