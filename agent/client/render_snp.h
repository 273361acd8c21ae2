#ifndef AGENT_CLIENT_RENDER_SNP_H_
#define AGENT_CLIENT_RENDER_SNP_H_

#include "agent/client/text.h"
#include "evidence/raw/snp_report.h"
#include "evidence/raw/snp_table.h"
#include "quote/snp/endorsement.h"

namespace evidenced {

// SEV-SNP structures as rows of a table, in words. The report is there.
void AddSnpReport(const RawSnpReport& judged, Table& table);
void AddSnpEndorsement(const SnpEndorsement& endorsement, Table& table);
void AddSnpTableEntry(const RawSnpTableEntry& entry, Table& table);

}  // namespace evidenced

#endif  // AGENT_CLIENT_RENDER_SNP_H_
