#ifndef AGENT_CLIENT_JSON_AZURE_H_
#define AGENT_CLIENT_JSON_AZURE_H_

#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

#include "quote/azure/hcl_report.h"

namespace evidenced {

// The header of an HCL report, and what it says of its runtime data.
nlohmann::ordered_json HclReportToJson(const AzureHclReport& report);

// What runtime data say: {keys, vm_configuration, user_data}, the keys by their
// identifiers. null: they are no JSON object.
nlohmann::ordered_json AzureClaimsToJson(absl::string_view runtime_data);

}  // namespace evidenced

#endif  // AGENT_CLIENT_JSON_AZURE_H_
