#include "quote/snp/report_checks.h"

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "quote/base/error_class.h"
#include "quote/snp/tcb.h"

namespace evidenced {
namespace {

constexpr uint32_t kEcdsaP384Sha384 = 1;

absl::Status Unsupported(ErrorClass error_class, const std::string& message) {
  return Classified(error_class, absl::InvalidArgumentError(message));
}

absl::Status Mismatch(const std::string& message) {
  return Classified(ErrorClass::kBindingMismatch,
                    absl::UnauthenticatedError(message));
}

}  // namespace

absl::Status CheckSnpVersion(const SnpReport& report) {
  if (report.version >= kSnpMinVersion && report.version <= kSnpMaxVersion) {
    return absl::OkStatus();
  }
  return Unsupported(
      ErrorClass::kUnsupportedVersion,
      absl::StrFormat("expected a report of version %d to %d, found %d",
                      kSnpMinVersion, kSnpMaxVersion, report.version));
}

absl::Status CheckSnpSignatureAlgorithm(const SnpReport& report) {
  if (report.signature_algo == kEcdsaP384Sha384) return absl::OkStatus();
  return Unsupported(
      ErrorClass::kUnsupportedAlgorithm,
      absl::StrFormat("expected the signature algorithm %d (ECDSA P-384 with "
                      "SHA-384), found %d",
                      kEcdsaP384Sha384, report.signature_algo));
}

absl::Status CheckSnpReserved(const SnpReport& report) {
  if (report.nonzero_reserved.empty()) return absl::OkStatus();
  return Unsupported(
      ErrorClass::kMalformed,
      absl::StrFormat("expected zero in reserved fields, found other values at "
                      "%s",
                      absl::StrJoin(report.nonzero_reserved, ", ")));
}

absl::Status CheckSnpSigningKey(const SnpReport& report) {
  switch (report.signing_key()) {
    case kSnpSignedByVcek:
    case kSnpSignedByVlek:
      return absl::OkStatus();
    case kSnpNotSigned:
      return Classified(ErrorClass::kSignatureInvalid,
                        absl::UnauthenticatedError(
                            "expected a report that a VCEK or VLEK signed, "
                            "found one that no key signed"));
    default:
      return Unsupported(
          ErrorClass::kUnsupportedType,
          absl::StrFormat("expected a VCEK (0) or VLEK (1) as signing key, "
                          "found %d",
                          report.signing_key()));
  }
}

absl::Status CheckSnpProduct(const SnpReport& report) {
  if (!report.cpuid.has_value() ||
      SnpProductFromCpuid(*report.cpuid).has_value()) {
    return absl::OkStatus();
  }
  return Unsupported(
      ErrorClass::kUnsupportedType,
      absl::StrFormat("expected a processor of Milan, Genoa or Turin, found "
                      "family 0x%02x, model 0x%02x",
                      report.cpuid->family, report.cpuid->model));
}

absl::Status CheckSnpSignature(ByteView bytes, const SnpReport& report,
                               const PublicKey& key) {
  return Classified(
      ErrorClass::kSignatureInvalid,
      key.VerifyEcdsa(HashAlgorithm::kSha384, bytes.first(kSnpSignedSize),
                      report.signature_r, report.signature_s));
}

absl::Status CheckSnpKeyKind(const SnpReport& report,
                             const SnpEndorsement& endorsement) {
  const bool vcek = endorsement.kind == SnpKeyKind::kVcek;
  if (report.signing_key() == (vcek ? kSnpSignedByVcek : kSnpSignedByVlek)) {
    return absl::OkStatus();
  }
  return Mismatch(absl::StrFormat(
      "expected a certificate of the signing key %s, found one of a %s",
      SnpSigningKeyName(report.signing_key()),
      SnpKeyKindName(endorsement.kind)));
}

absl::Status CheckSnpSameProduct(const SnpReport& report,
                                 const SnpEndorsement& endorsement) {
  if (!report.cpuid.has_value() ||
      SnpProductFromCpuid(*report.cpuid) == endorsement.product) {
    return absl::OkStatus();
  }
  return Mismatch(absl::StrFormat(
      "expected a certificate for family 0x%02x, model 0x%02x, found one for "
      "%s",
      report.cpuid->family, report.cpuid->model, endorsement.product_name));
}

absl::Status CheckSnpReportedTcb(const SnpReport& report,
                                 const SnpEndorsement& endorsement) {
  const SnpTcb reported(report.reported_tcb, endorsement.product);
  if (reported == endorsement.tcb) return absl::OkStatus();
  return Mismatch(absl::StrFormat(
      "expected a certificate for the reported TCB (%s), found one for %s",
      reported.Text(), endorsement.tcb.Text()));
}

absl::Status CheckSnpChip(const SnpReport& report,
                          const SnpEndorsement& endorsement) {
  if (endorsement.kind == SnpKeyKind::kVlek) return absl::OkStatus();
  Bytes chip_id = endorsement.hwid;
  chip_id.resize(report.chip_id.size());
  if (report.chip_id == chip_id) return absl::OkStatus();
  return Mismatch(absl::StrFormat(
      "expected a certificate for the chip %s, found one for %s",
      Hex(report.chip_id), Hex(endorsement.hwid)));
}

}  // namespace evidenced
