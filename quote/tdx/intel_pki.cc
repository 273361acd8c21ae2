#include "quote/tdx/intel_pki.h"

#include "absl/strings/str_format.h"

#include "quote/base/refusal.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

constexpr char kEcdsaSha256[] = "1.2.840.10045.4.3.2";
constexpr char kP256[] = "ec-secp256r1";

}  // namespace

absl::Status VerifyIntelSignature(const Certificate& certificate,
                                  const Certificate& issuer) {
  RETURN_IF_ERROR(VerifyIssuedBy(certificate, issuer));
  if (certificate.signature_oid() == kEcdsaSha256 &&
      issuer.key_kind() == kP256) {
    return absl::OkStatus();
  }
  return ChainInvalid(absl::StrFormat(
      "expected ECDSA with SHA-256 by a key of P-256 as the signature of %s, "
      "found the algorithm %s and a key of %s",
      certificate.subject(), certificate.signature_oid(), issuer.key_kind()));
}

absl::StatusOr<Certificate> FindIntelIssuer(const Certificate& certificate,
                                            std::span<const Certificate> ca) {
  absl::Status reason = ChainInvalid(absl::StrFormat(
      "expected the certificate of %s, found none", certificate.issuer()));
  for (const Certificate& candidate : ca) {
    if (candidate.subject() != certificate.issuer()) continue;
    const absl::Status status = VerifyIntelSignature(certificate, candidate);
    if (status.ok()) return candidate;
    reason = status;
  }
  return reason;
}

absl::Status CheckIntelCrl(const RevocationList& crl, const Certificate& issuer,
                           ValidityTime time) {
  if (const auto signature = crl.VerifySignedBy(issuer); !signature.ok()) {
    return CollateralInvalid(signature.message());
  }
  if (crl.signature_oid() != kEcdsaSha256 || issuer.key_kind() != kP256) {
    return CollateralInvalid(absl::StrFormat(
        "expected ECDSA with SHA-256 by a key of P-256 as the signature of the "
        "CRL of %s, found the algorithm %s and a key of %s",
        crl.issuer(), crl.signature_oid(), issuer.key_kind()));
  }
  return CheckIntelCrlDates(crl, time);
}

absl::Status CheckIntelCrlDates(const RevocationList& crl, ValidityTime time) {
  if (!crl.next_update().has_value()) {
    return CollateralInvalid(absl::StrFormat(
        "expected the CRL of %s to say when the next is due, found nothing",
        crl.issuer()));
  }
  const auto current =
      time.Check("the CRL", crl.this_update(), *crl.next_update());
  return current.ok() ? current : CollateralInvalid(current.message());
}

absl::Status CheckNotRevoked(const Certificate& certificate,
                             const RevocationList& crl) {
  if (!crl.Revokes(certificate)) return absl::OkStatus();
  return ChainInvalid(absl::StrFormat(
      "expected %s not to be revoked, found its serial number %s in the CRL of "
      "%s",
      certificate.subject(), certificate.serial(), crl.issuer()));
}

}  // namespace evidenced
