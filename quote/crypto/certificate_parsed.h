#ifndef QUOTE_CRYPTO_CERTIFICATE_PARSED_H_
#define QUOTE_CRYPTO_CERTIFICATE_PARSED_H_

// What a Certificate holds. Included by sources alone.

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "quote/base/bytes.h"
#include "quote/crypto/certificate.h"
#include "quote/crypto/openssl_ptr.h"

namespace evidenced {

struct Certificate::Parsed {
  X509Ptr x509;
  Bytes der;
  Bytes sha256;
  Bytes spki;
  Bytes spki_sha256;
  std::string subject;
  std::string issuer;
  std::string common_name;
  std::string serial;
  std::vector<std::string> uri_sans;
  std::vector<std::string> dns_sans;
  absl::Time not_before;
  absl::Time not_after;
  std::string key_kind;
  std::string signature_oid;
  std::optional<HashAlgorithm> signature_hash;
  std::vector<CertificateExtension> extensions;  // by OID
};

// Of whatever signs: no SHA-1 signatures, and no RSA below 2048 bits.
inline constexpr int kMinSecurityBits = 112;

// RFC 2253, printable ASCII.
std::string NameText(const X509_NAME* name);

// Digits and dots; empty if there are too many.
std::string OidText(const ASN1_OBJECT* object);

// By OpenSSL's number for it; nullopt: none of ours.
std::optional<HashAlgorithm> HashFromNid(int nid);

// Fills in `key_kind`, the signature and `extensions`. INVALID_ARGUMENT: an
// extension twice.
absl::Status CollectDetails(X509* x509, Certificate::Parsed& parsed);

}  // namespace evidenced

#endif  // QUOTE_CRYPTO_CERTIFICATE_PARSED_H_
