#ifndef AGENT_CLIENT_RAW_SNP_H_
#define AGENT_CLIENT_RAW_SNP_H_

#include <string>

#include "nlohmann/json.hpp"

#include "agent/client/raw_options.h"
#include "agent/client/text.h"
#include "evidence/raw/snp_certificates.h"
#include "evidence/raw/snp_report.h"
#include "evidence/raw/snp_table.h"

namespace evidenced {

// What `verify snp`, `verify snp-cert` and `verify snp-table` answer.

nlohmann::ordered_json RawSnpReportToJson(const RawSnpReport& judged,
                                          const RawMaterial& raw);
std::string RenderRawSnpReport(const RawSnpReport& judged,
                               const RawMaterial& raw, const Palette& palette);

nlohmann::ordered_json RawSnpCertificatesToJson(
    const RawSnpCertificates& judged, const RawMaterial& raw);
std::string RenderRawSnpCertificates(const RawSnpCertificates& judged,
                                     const RawMaterial& raw,
                                     const Palette& palette);

nlohmann::ordered_json RawSnpTableToJson(const RawSnpTable& judged,
                                         const RawMaterial& raw);
std::string RenderRawSnpTable(const RawSnpTable& judged, const RawMaterial& raw,
                              const Palette& palette);

// The verdict on a report within another artefact: `parse`, `report`, `checks`,
// `overall` and what was given with it.
nlohmann::ordered_json SnpReportVerdictToJson(const RawSnpReport& judged);
// The same in sections, without the checks.
std::string SnpReportSections(const RawSnpReport& judged,
                              const Palette& palette);

}  // namespace evidenced

#endif  // AGENT_CLIENT_RAW_SNP_H_
