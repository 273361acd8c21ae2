#ifndef AGENT_CLIENT_JSON_SNP_H_
#define AGENT_CLIENT_JSON_SNP_H_

#include "nlohmann/json.hpp"

#include "evidence/raw/snp_keys.h"
#include "evidence/raw/snp_report.h"
#include "evidence/raw/snp_table.h"
#include "quote/snp/endorsement.h"
#include "quote/snp/tcb.h"

namespace evidenced {

// SEV-SNP structures as JSON. Byte strings are hexadecimal in the order of the
// wire, 64-bit fields with their most significant digit first.

nlohmann::ordered_json SnpTcbToJson(const SnpTcb& tcb);
// The report, which is there, with the product that it was judged by.
nlohmann::ordered_json SnpReportToJson(const RawSnpReport& judged);
nlohmann::ordered_json SnpEndorsementToJson(const SnpEndorsement& endorsement);
// {guid, kind, offset, length, sha256, ...}
nlohmann::ordered_json SnpTableEntryToJson(const RawSnpTableEntry& entry);

// Adds `ek_certificate`, `ek_extensions` and `ca_certificates`, as far as they
// were given, or `ek_certificate_error`.
void AddSnpKeys(const RawSnpKeys& keys, nlohmann::ordered_json& json);

}  // namespace evidenced

#endif  // AGENT_CLIENT_JSON_SNP_H_
