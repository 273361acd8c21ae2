#include "evidence/raw/snp_table.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

#include "quote/crypto/pem.h"

namespace evidenced {
namespace {

RawSnpTableEntry ReadEntry(const SnpTableEntry& entry, RawVerdict& verdict) {
  RawSnpTableEntry out{
      .entry = entry, .pem = IsPem(entry.data), .certificates = {}};
  const std::string name =
      absl::StrCat(SnpTableKindName(entry.kind), "_entry_layout");
  if (HoldsCertificates(entry.kind)) {
    absl::StatusOr<std::vector<Certificate>> read =
        CertificatesFromFile(entry.data);
    if (read.ok()) {
      out.certificates = *std::move(read);
    } else {
      verdict.Add(name, "X.509 certificates, DER or PEM", read.status(), "");
    }
  } else if (entry.kind == SnpTableKind::kCrl) {
    const auto crl = RevocationList::FromFile(entry.data);
    if (!crl.ok()) verdict.Add(name, "a CRL, DER or PEM", crl.status(), "");
  }
  return out;
}

// The chain in a table without a report. Nothing is missing for a verdict if
// the table holds none: a host need not give certificates.
void JudgeChainAlone(std::span<const SnpTableEntry> entries,
                     const RawSnpTableInput& in, RawVerdict& verdict) {
  RawSnpFiles files = in.files;
  AddFromTable(entries, SnpKeyKind::kVcek, files);
  // What cannot be read has failed as an entry.
  RawVerdict reading;
  const RawSnpKeys keys = ReadSnpKeys(files, reading);
  if (!keys.ek.has_value() || keys.ca.empty()) {
    verdict.NotChecked(kSnpChainCheck, "a chain over ASK or ASVK to an ARK",
                       "the table holds no key with CA certificates");
    return;
  }
  std::optional<SnpProduct> product;
  if (keys.endorsement.ok()) product = keys.endorsement->product;
  JudgeSnpChain(keys, product, in.trust, verdict);
}

}  // namespace

bool HoldsCertificates(SnpTableKind kind) {
  return kind == SnpTableKind::kVcek || kind == SnpTableKind::kVlek ||
         kind == SnpTableKind::kAsk || kind == SnpTableKind::kArk;
}

RawSnpTable JudgeSnpTable(const RawSnpTableInput& in) {
  RawSnpTable out;
  const auto entries = ParseSnpCertificateTable(in.table);
  out.layout = entries.status();
  out.verdict.Add(
      "certificate_table_layout", "a certificate table", entries.status(),
      entries.ok() ? absl::StrCat(entries->size(), " entries") : "");
  if (!entries.ok()) return out;
  for (const SnpTableEntry& entry : *entries) {
    out.entries.push_back(ReadEntry(entry, out.verdict));
  }
  if (!in.report.has_value()) {
    JudgeChainAlone(*entries, in, out.verdict);
    return out;
  }
  out.report = JudgeSnpReport({.report = *in.report,
                               .files = in.files,
                               .table = in.table,
                               .report_data = in.report_data,
                               .trust = in.trust});
  out.verdict.Include(out.report->verdict);
  return out;
}

}  // namespace evidenced
