#include "quote/crypto/issuance.h"

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "openssl/x509v3.h"

#include "quote/base/refusal.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/certificate_parsed.h"
#include "quote/crypto/openssl_ptr.h"

namespace evidenced {
namespace {

// Whoever sends a chain chooses its keys, and the work grows with their square.
constexpr int kMaxRsaBits = 8192;

absl::Status Refused(const std::string& message) {
  ERR_clear_error();
  return ChainInvalid(message);
}

absl::Status CheckCriticalExtensions(const Certificate& certificate) {
  const uint32_t flags =
      X509_get_extension_flags(certificate.parsed().x509.get());
  if ((flags & (EXFLAG_CRITICAL | EXFLAG_INVALID)) == 0) {
    return absl::OkStatus();
  }
  return Refused(
      absl::StrFormat("expected well-formed extensions and no unknown critical "
                      "one in %s, found one",
                      certificate.subject()));
}

absl::Status CheckStrength(const Certificate& certificate,
                           const EVP_PKEY* key) {
  int bits = -1;
  X509_get_signature_info(certificate.parsed().x509.get(), nullptr, nullptr,
                          &bits, nullptr);
  const int key_bits = EVP_PKEY_get_security_bits(key);
  if (bits >= kMinSecurityBits && key_bits >= kMinSecurityBits) {
    return absl::OkStatus();
  }
  return Refused(absl::StrFormat(
      "expected a signature and a key of at least %d bits of security on %s, "
      "found %d and %d",
      kMinSecurityBits, certificate.subject(), bits, key_bits));
}

std::string UtcText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
}

}  // namespace

absl::Status VerifyIssuedBy(const Certificate& certificate,
                            const Certificate& issuer) {
  X509* subject_x509 = certificate.parsed().x509.get();
  X509* issuer_x509 = issuer.parsed().x509.get();
  const int issued = X509_check_issued(issuer_x509, subject_x509);
  if (issued != X509_V_OK) {
    return Refused(absl::StrFormat("expected %s to be issued by %s, found: %s",
                                   certificate.subject(), issuer.subject(),
                                   X509_verify_cert_error_string(issued)));
  }
  if (X509_check_ca(issuer_x509) != 1) {
    return Refused(absl::StrFormat(
        "expected %s to be a CA by its basic constraints, found none",
        issuer.subject()));
  }
  RETURN_IF_ERROR(CheckCriticalExtensions(certificate));
  RETURN_IF_ERROR(CheckCriticalExtensions(issuer));
  EVP_PKEY* key = X509_get0_pubkey(issuer_x509);
  if (key == nullptr) {
    return Refused(absl::StrFormat("expected a known kind of key in %s",
                                   issuer.subject()));
  }
  RETURN_IF_ERROR(CheckStrength(certificate, key));
  if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA &&
      EVP_PKEY_get_bits(key) > kMaxRsaBits) {
    return Refused(absl::StrFormat(
        "expected an RSA key of at most %d bits in %s, found %d", kMaxRsaBits,
        issuer.subject(), EVP_PKEY_get_bits(key)));
  }
  if (X509_verify(subject_x509, key) == 1) return absl::OkStatus();
  return Refused(absl::StrFormat(
      "expected a signature by the key of %s on %s, found one that does not "
      "verify",
      issuer.subject(), certificate.subject()));
}

absl::Status ValidityTime::Check(const Certificate& certificate) const {
  return Check(certificate.subject(), certificate.not_before(),
               certificate.not_after());
}

absl::Status ValidityTime::Check(absl::string_view what, absl::Time not_before,
                                 absl::Time not_after) const {
  if (!time_.has_value() || (not_before <= *time_ && *time_ <= not_after)) {
    return absl::OkStatus();
  }
  return Refused(absl::StrFormat(
      "expected %s to be valid at %s, found %s to %s", what, UtcText(*time_),
      UtcText(not_before), UtcText(not_after)));
}

}  // namespace evidenced
