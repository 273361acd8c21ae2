#include "evidence/raw/snp_report.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "evidence/raw/report_data.h"
#include "quote/base/error_class.h"
#include "quote/snp/report_checks.h"
#include "quote/snp/tcb.h"

namespace evidenced {
namespace {

constexpr char kSignatureCheck[] = "signature_valid";
constexpr char kSignatureExpected[] =
    "a signature by the endorsed key over the report";

// Which fields are reserved depends on the version: of one that is not known
// that alone is the reason.
void CheckReserved(const SnpReport& report, RawVerdict& verdict) {
  constexpr char kName[] = "reserved_fields_zero";
  constexpr char kExpected[] = "zero in reserved fields";
  const absl::Status status = CheckSnpReserved(report);
  if (status.ok() || CheckSnpVersion(report).ok()) {
    verdict.Add(kName, kExpected, status, "zero in all of them");
  } else {
    verdict.Fail(ErrorClass::kUnsupportedVersion, kName, kExpected,
                 status.message());
  }
}

// What the report says of itself.
void CheckForm(RawSnpReport& out) {
  const SnpReport& report = *out.report;
  out.verdict.Add("version_in_2_to_5", "a version from 2 to 5",
                  CheckSnpVersion(report), absl::StrCat(report.version));
  out.verdict.Add("signature_algo_is_1", "ECDSA P-384 with SHA-384 (1)",
                  CheckSnpSignatureAlgorithm(report),
                  absl::StrCat(report.signature_algo));
  CheckReserved(report, out.verdict);
  out.verdict.Add(
      "signing_key_is_vcek_or_vlek", "a report that a VCEK or VLEK signed",
      CheckSnpSigningKey(report), SnpSigningKeyName(report.signing_key()));
  if (!report.cpuid.has_value()) return;
  out.verdict.Add("product_is_supported",
                  "a processor of Milan, Genoa or Turin",
                  CheckSnpProduct(report),
                  absl::StrFormat("family 0x%02x, model 0x%02x",
                                  report.cpuid->family, report.cpuid->model));
}

RawSnpFiles FilesOf(const RawSnpInput& in, RawSnpReport& out) {
  RawSnpFiles files = in.files;
  if (!in.table.has_value()) return files;
  const auto entries = ParseSnpCertificateTable(*in.table);
  out.verdict.Add(
      "certificate_table_layout", "a certificate table", entries.status(),
      entries.ok() ? absl::StrCat(entries->size(), " entries") : "");
  if (!entries.ok()) return files;
  AddFromTable(*entries,
               out.report->signing_key() == kSnpSignedByVlek
                   ? SnpKeyKind::kVlek
                   : SnpKeyKind::kVcek,
               files);
  return files;
}

absl::Status VerifyWith(const Certificate& ek, ByteView bytes,
                        const SnpReport& report) {
  if (const auto algorithm = CheckSnpSignatureAlgorithm(report);
      !algorithm.ok()) {
    return absl::UnauthenticatedError(algorithm.message());
  }
  const absl::StatusOr<PublicKey> key = PublicKey::FromSpki(ek.spki());
  if (!key.ok()) return absl::UnauthenticatedError(key.status().message());
  return CheckSnpSignature(bytes, report, *key);
}

// One comparison of report and certificate. A certificate that does not say
// what a VCEK or VLEK says matches nothing.
void Compare(absl::string_view name, absl::string_view expected,
             absl::Status (*check)(const SnpReport&, const SnpEndorsement&),
             absl::string_view found, RawSnpReport& out) {
  const absl::StatusOr<SnpEndorsement>& endorsement = out.keys.endorsement;
  if (endorsement.ok()) {
    out.verdict.Add(name, expected, check(*out.report, *endorsement), found);
  } else {
    out.verdict.Fail(ErrorClass::kBindingMismatch, name, expected,
                     endorsement.status().message());
  }
}

void CompareChips(RawSnpReport& out) {
  constexpr char kName[] = "chip_id_matches_ek_cert";
  constexpr char kExpected[] = "a certificate for the report's chip";
  const absl::StatusOr<SnpEndorsement>& endorsement = out.keys.endorsement;
  if (endorsement.ok() && endorsement->kind == SnpKeyKind::kVlek) {
    out.verdict.NotChecked(kName, kExpected, "a VLEK is of no one chip");
    return;
  }
  Compare(kName, kExpected, CheckSnpChip, Hex(out.report->chip_id), out);
}

void CheckAgainstKey(const RawSnpInput& in, RawSnpReport& out) {
  const SnpReport& report = *out.report;
  const absl::StatusOr<SnpEndorsement>& endorsement = out.keys.endorsement;
  out.verdict.Add(kSignatureCheck, kSignatureExpected,
                  VerifyWith(*out.keys.ek, in.report, report),
                  Hex(out.keys.ek->spki_sha256()),
                  ErrorClass::kSignatureInvalid);
  Compare("reported_tcb_matches_ek_cert",
          "a certificate for the report's reported TCB", CheckSnpReportedTcb,
          endorsement.ok() ? endorsement->tcb.Text() : "", out);
  CompareChips(out);
  Compare("signing_key_kind_matches_ek_cert",
          "a certificate of the report's kind of key", CheckSnpKeyKind,
          SnpSigningKeyName(report.signing_key()), out);
  if (!report.cpuid.has_value()) return;
  Compare("cpuid_generation_matches_ek_cert",
          "a certificate for the report's processor", CheckSnpSameProduct,
          endorsement.ok() ? endorsement->product_name : "", out);
}

void CheckKeys(const RawSnpInput& in, RawSnpReport& out) {
  if (out.keys.ek.has_value()) {
    CheckAgainstKey(in, out);
    JudgeSnpChain(out.keys, out.product(), in.trust, out.verdict);
    return;
  }
  if (out.keys.ek_status.ok()) {
    out.verdict.Undecided(kSignatureCheck, kSignatureExpected,
                          "no VCEK or VLEK certificate was given");
    return;
  }
  out.verdict.NotChecked(kSignatureCheck, kSignatureExpected,
                         "the VCEK or VLEK is no certificate");
  out.verdict.Undecided(kSnpChainCheck, "a chain from the VCEK or VLEK",
                        "the VCEK or VLEK is no certificate");
}

}  // namespace

std::optional<SnpProduct> RawSnpReport::product() const {
  if (report.has_value() && report->cpuid.has_value()) {
    return SnpProductFromCpuid(*report->cpuid);
  }
  if (keys.endorsement.ok()) return keys.endorsement->product;
  return std::nullopt;
}

SnpTcb RawSnpReport::Tcb(uint64_t raw) const {
  return {raw, product().value_or(SnpProduct::kMilan)};
}

RawSnpReport JudgeSnpReport(const RawSnpInput& in) {
  RawSnpReport out;
  absl::StatusOr<SnpReport> report = ParseSnpReport(in.report);
  out.layout = report.status();
  out.verdict.Add("report_layout", "an SNP report", report.status(),
                  absl::StrCat(in.report.size(), " bytes"));
  if (!report.ok()) return out;
  out.report = *std::move(report);
  CheckForm(out);
  out.keys = ReadSnpKeys(FilesOf(in, out), out.verdict);
  CheckKeys(in, out);
  JudgeReportData(in.report_data, out.report->report_data, out.verdict);
  return out;
}

}  // namespace evidenced
