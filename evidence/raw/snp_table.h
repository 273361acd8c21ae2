#ifndef EVIDENCE_RAW_SNP_TABLE_H_
#define EVIDENCE_RAW_SNP_TABLE_H_

#include <optional>
#include <vector>

#include "absl/status/status.h"

#include "evidence/raw/raw_verdict.h"
#include "evidence/raw/snp_report.h"
#include "quote/base/bytes.h"
#include "quote/crypto/certificate.h"
#include "quote/snp/certificate_table.h"

namespace evidenced {

struct RawSnpTableInput {
  ByteView table;
  std::optional<ByteView> report;  // that came with the table
  RawSnpFiles files;               // beside the table
  std::optional<Bytes> report_data;
  RawSnpTrust trust;
};

// An entry, and what it holds if that is certificates.
struct RawSnpTableEntry {
  SnpTableEntry entry;  // view into the table
  bool pem = false;
  std::vector<Certificate> certificates;
};

// Whether an entry of this kind is for certificates.
bool HoldsCertificates(SnpTableKind kind);

struct RawSnpTable {
  RawVerdict verdict;   // on table and report
  absl::Status layout;  // of the table
  std::vector<RawSnpTableEntry> entries;
  std::optional<RawSnpReport> report;
};

// Whether the table has its form, each entry for a certificate or a CRL holds
// one, and the report, if there is one, is genuine by what the table and the
// files hold: see JudgeSnpReport(). Without a report: whether each key in the
// table is one, with a chain where there are CAs; and, without a key, what
// JudgeSnpCertificates() says of its CAs.
RawSnpTable JudgeSnpTable(const RawSnpTableInput& in);

}  // namespace evidenced

#endif  // EVIDENCE_RAW_SNP_TABLE_H_
