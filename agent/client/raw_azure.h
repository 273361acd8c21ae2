#ifndef AGENT_CLIENT_RAW_AZURE_H_
#define AGENT_CLIENT_RAW_AZURE_H_

#include <string>

#include "nlohmann/json.hpp"

#include "agent/client/raw_options.h"
#include "agent/client/text.h"
#include "evidence/raw/azure_hcl.h"

namespace evidenced {

// What `verify composite` answers for an HCL report.
nlohmann::ordered_json RawAzureToJson(const RawAzureHcl& judged,
                                      const RawMaterial& raw);
std::string RenderRawAzure(const RawAzureHcl& judged, const RawMaterial& raw,
                           const Palette& palette);

// The header of an HCL report and its runtime data, as rows of a table.
void AddHclReport(const AzureHclReport& report, Table& table);

}  // namespace evidenced

#endif  // AGENT_CLIENT_RAW_AZURE_H_
