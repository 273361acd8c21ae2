#include "evidence/verify/snp_steps.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "evidence/verify/add_check.h"
#include "quote/base/status_macros.h"
#include "quote/snp/certificate_table.h"
#include "quote/snp/report_checks.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

absl::StatusOr<SnpReport> ParseStatement(ByteView statement) {
  ASSIGN_OR_RETURN(SnpReport report, ParseSnpReport(statement));
  RETURN_IF_ERROR(CheckSnpVersion(report));
  RETURN_IF_ERROR(CheckSnpSigningKey(report));
  return report;
}

// Fails nothing: what it should have held may be there without it.
void ListTable(ByteView table, Checks& checks) {
  constexpr char kName[] = "certificate-table";
  constexpr char kExpected[] = "certificates that came with the report";
  if (table.empty()) {
    AddCheck(checks, kName, Outcome::kNotChecked, kExpected, "none");
    return;
  }
  const auto entries = ParseSnpCertificateTable(table);
  if (!entries.ok()) {
    AddCheck(checks, kName, Outcome::kNotChecked, kExpected,
             absl::StrCat("nothing usable: ", entries.status().message()));
    return;
  }
  AddCheck(checks, kName, Outcome::kNotChecked, kExpected,
           absl::StrCat(
               absl::StrJoin(*entries, ", ",
                             [](std::string* out, const SnpTableEntry& entry) {
                               absl::StrAppend(out,
                                               SnpTableKindName(entry.kind));
                             }),
               "; each stands by its own chain"));
}

std::string EndorsementText(const VerifiedSnpEndorsement& verified) {
  const SnpEndorsement& key = verified.endorsement();
  return absl::StrFormat("the %s of a %s%s, by %s and %s",
                         SnpKeyKindName(key.kind), Printable(key.product_name),
                         key.kind == SnpKeyKind::kVlek
                             ? absl::StrCat(" of ", Printable(key.csp_id))
                             : "",
                         Printable(verified.chain().intermediate.common_name()),
                         Printable(verified.chain().ark.common_name()));
}

// Why there is no CRL.
std::string NoCrlText(ByteView table) {
  constexpr char kNone[] = "no CRL was given";
  const auto entries = ParseSnpCertificateTable(table);
  if (!entries.ok()) return kNone;
  for (const SnpTableEntry& entry : *entries) {
    if (entry.kind != SnpTableKind::kCrl) continue;
    const auto crl = RevocationList::FromFile(entry.data);
    if (crl.ok()) return kNone;
    return absl::StrCat(kNone, "; the certificate table's is unusable: ",
                        crl.status().message());
  }
  return kNone;
}

void ListRevocation(const VerifiedSnpEndorsement& key, ByteView table,
                    const SnpCollateral& collateral, Checks& checks) {
  constexpr char kName[] = "revocation";
  constexpr char kExpected[] = "a CRL of the root that revokes none of them";
  if (!key.crl().has_value()) {
    AddCheck(checks, kName, Outcome::kNotChecked, kExpected, NoCrlText(table));
    return;
  }
  AddCheck(checks, kName, Outcome::kPass, kExpected,
           absl::StrFormat("%d revoked, none of these, by one %s, %s",
                           key.crl()->size(),
                           collateral.crl.has_value()
                               ? "that was given"
                               : "from the host, which may hold back a newer",
                           key.crl()->DatesText()));
}

}  // namespace

absl::StatusOr<VerifiedSnpReport> CheckSnpReport(
    const v1::Evidence& evidence, const SnpCollateral& collateral,
    Checks& checks) {
  const ByteView statement = AsBytes(evidence.statement());
  const ByteView table = AsBytes(evidence.snp_certificate_table());
  ASSIGN_OR_RETURN(
      const SnpReport report,
      AddResult(checks, "statement",
                "an ATTESTATION_REPORT of version 2 to 5 that a VCEK or VLEK "
                "signed",
                ParseStatement(statement), [](const SnpReport& found) {
                  return absl::StrFormat(
                      "version %d, by a %s", found.version,
                      SnpSigningKeyName(found.signing_key()));
                }));
  ListTable(table, checks);
  const SnpKeyKind kind = report.signing_key() == kSnpSignedByVlek
                              ? SnpKeyKind::kVlek
                              : SnpKeyKind::kVcek;
  ASSIGN_OR_RETURN(
      const VerifiedSnpEndorsement key,
      AddResult(checks, "endorsement",
                "a certificate for that key, by a chain to a root that is "
                "trusted",
                EndorseSnpKey(kind, table, collateral), EndorsementText));
  ListRevocation(key, table, collateral, checks);
  return AddResult(checks, "report-signature",
                   "a report signed by that key, for its product, TCB and chip",
                   VerifySnpReport(statement, key),
                   [](const VerifiedSnpReport& verified) {
                     return absl::StrCat("it verifies; reported TCB: ",
                                         verified.reported_tcb().Text());
                   });
}

}  // namespace evidenced
