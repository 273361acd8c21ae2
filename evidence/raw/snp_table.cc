#include "evidence/raw/snp_table.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "evidence/raw/snp_certificates.h"
#include "quote/base/error_class.h"
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

bool Holds(std::span<const SnpTableEntry> entries, SnpTableKind kind) {
  return std::any_of(
      entries.begin(), entries.end(),
      [kind](const SnpTableEntry& entry) { return entry.kind == kind; });
}

// The table's own key of `kind`, with CAs and a CRL that may come beside it.
void JudgeKeyAlone(std::span<const SnpTableEntry> entries, SnpKeyKind kind,
                   const RawSnpTableInput& in, RawVerdict& verdict) {
  RawSnpFiles files{.ek = std::nullopt, .ca = in.files.ca, .crl = in.files.crl};
  AddFromTable(entries, kind, files);
  // What cannot be read has failed as an entry.
  RawVerdict reading;
  const RawSnpKeys keys = ReadSnpKeys(files, reading);
  if (!keys.ek.has_value()) return;
  const std::string name(SnpKeyKindName(kind));
  verdict.Add(absl::StrCat(name, "_entry_is_one"),
              absl::StrCat("a certificate of a ", name),
              keys.endorsement.ok() && keys.endorsement->kind != kind
                  ? Classified(ErrorClass::kChainInvalid,
                               absl::UnauthenticatedError(absl::StrCat(
                                   "expected a certificate of a ", name,
                                   ", found one of a ",
                                   SnpKeyKindName(keys.endorsement->kind))))
                  : keys.endorsement.status(),
              "one");
  if (keys.ca.empty()) {
    verdict.NotChecked(absl::StrCat(name, "/", kSnpChainCheck),
                       "a chain over ASK or ASVK to an ARK",
                       "the table holds no CA certificates");
    return;
  }
  std::optional<SnpProduct> product;
  if (keys.endorsement.ok()) product = keys.endorsement->product;
  RawVerdict chain;
  JudgeSnpChain(keys, product, in.trust, chain);
  verdict.Include(chain, absl::StrCat(name, "/"));
}

// What a table holds, without a report. Nothing is missing for a verdict if it
// holds no certificate: a host need not give any.
void JudgeEntries(std::span<const SnpTableEntry> entries,
                  const RawSnpTableInput& in, RawVerdict& verdict) {
  const bool vcek = Holds(entries, SnpTableKind::kVcek);
  const bool vlek = Holds(entries, SnpTableKind::kVlek);
  if (vcek) JudgeKeyAlone(entries, SnpKeyKind::kVcek, in, verdict);
  if (vlek) JudgeKeyAlone(entries, SnpKeyKind::kVlek, in, verdict);
  if (vcek || vlek || !Holds(entries, SnpTableKind::kArk)) return;
  RawSnpFiles files{.ek = std::nullopt, .ca = {}, .crl = in.files.crl};
  AddFromTable(entries, SnpKeyKind::kVcek, files);
  verdict.Include(JudgeSnpCertificates(files, in.trust).verdict);
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
    JudgeEntries(*entries, in, out.verdict);
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
