#include "agent/client/json_azure.h"

#include <algorithm>
#include <string>

#include "agent/client/text.h"
#include "quote/base/bytes.h"
#include "quote/crypto/digest.h"
#include "quote/json/strict_json.h"

namespace evidenced {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kMagic[] = "HCLA";
// An HCL report is smaller. A document takes many times its size in memory.
constexpr size_t kMaxClaimsSize = size_t{1} << 20;

Json RuntimeDataToJson(const AzureHclReport& report) {
  const auto hash = AzureHashType(report.hash_type);
  return {{"data_size", report.data_size},
          {"version", report.data_version},
          {"report_type", std::string(AzureReportTypeName(report.report_type))},
          {"report_type_raw", report.report_type},
          {"hash_type",
           hash.has_value() ? std::string(HashName(*hash)) : "unknown"},
          {"hash_type_raw", report.hash_type},
          {"variable_data_size", report.variable_data.size()},
          {"variable_data_offset", kAzureVariableDataOffset},
          {"variable_data_sha256", Hex(Sha256(report.variable_data))},
          {"bytes_after_variable_data", report.rest.size()},
          {"tail_all_zero", std::all_of(report.rest.begin(), report.rest.end(),
                                        [](uint8_t b) { return b == 0; })}};
}

// What is within another value, as its text.
Json Scalar(const Json& value) {
  if (value.is_string()) return Plain(value.get_ref<const std::string&>());
  if (value.is_structured()) return Plain(value.dump());
  return value;
}

Json KeyIdentifiers(const Json& document) {
  Json out = Json::array();
  const auto keys = document.find("keys");
  if (keys == document.end() || !keys->is_array()) return out;
  for (const Json& key : *keys) {
    if (!key.is_object()) continue;
    const auto kid = key.find("kid");
    if (kid != key.end()) out.push_back(Scalar(*kid));
  }
  return out;
}

}  // namespace

Json HclReportToJson(const AzureHclReport& report) {
  return {{"magic", kMagic},
          {"version", report.version},
          {"report_size", report.report_size},
          {"request_type", report.request_type},
          {"status", report.status},
          {"blob_length", kAzureVariableDataOffset +
                              report.variable_data.size() + report.rest.size()},
          {"runtime_data", RuntimeDataToJson(report)}};
}

Json AzureClaimsToJson(absl::string_view runtime_data) {
  if (runtime_data.size() > kMaxClaimsSize ||
      !CheckStrictJson(runtime_data, Nulls::kTaken).ok()) {
    return nullptr;
  }
  const Json document =
      Json::parse(runtime_data.begin(), runtime_data.end(), nullptr, false);
  if (!document.is_object()) return nullptr;
  Json out = {{"keys", KeyIdentifiers(document)},
              {"vm_configuration", nullptr},
              {"user_data", nullptr}};
  const auto configuration = document.find("vm-configuration");
  if (configuration != document.end() && configuration->is_object()) {
    Json& members = out["vm_configuration"] = Json::object();
    for (const auto& [name, value] : configuration->items()) {
      members[Plain(name)] = Scalar(value);
    }
  }
  const auto user_data = document.find("user-data");
  if (user_data != document.end()) out["user_data"] = Scalar(*user_data);
  return out;
}

}  // namespace evidenced
