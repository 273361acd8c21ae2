#ifndef QUOTE_CRYPTO_CERTIFICATE_H_
#define QUOTE_CRYPTO_CERTIFICATE_H_

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "quote/base/bytes.h"
#include "quote/crypto/digest.h"

namespace evidenced {

// An extension: RFC 5280, section 4.2.
struct CertificateExtension {
  std::string oid;  // "2.5.29.19"
  bool critical = false;
  Bytes value;  // what the OCTET STRING holds
};

// An X.509 certificate (RFC 5280), parsed once. Parsing says nothing about who
// signed it: see VerifyChain(). Copies share the certificate.
class Certificate {
 public:
  // Ordinary ones have 1 to 2 KiB.
  static constexpr size_t kMaxSize = size_t{64} << 10;

  // INVALID_ARGUMENT: not exactly one DER certificate, one of more than
  // kMaxSize bytes, or one that has an extension twice.
  static absl::StatusOr<Certificate> FromDer(ByteView der);

  const Bytes& der() const;
  const Bytes& sha256() const;       // of the DER bytes
  const Bytes& spki() const;         // SubjectPublicKeyInfo as it stands in it
  const Bytes& spki_sha256() const;  // of that
  const std::string& subject() const;      // RFC 2253, printable ASCII
  const std::string& issuer() const;       // RFC 2253, printable ASCII
  const std::string& common_name() const;  // empty if none or not printable
  const std::string& serial() const;       // hexadecimal
  // SANs whose bytes are all in 0x21..0x7E; others are left out.
  const std::vector<std::string>& uri_sans() const;
  const std::vector<std::string>& dns_sans() const;
  absl::Time not_before() const;
  absl::Time not_after() const;
  // "rsa4096", "ec-secp384r1", else OpenSSL's name of the kind.
  const std::string& key_kind() const;
  const std::string& signature_oid() const;  // "1.2.840.113549.1.1.10"
  // nullopt: none of HashAlgorithm, or a scheme without.
  std::optional<HashAlgorithm> signature_hash() const;
  // nullptr: it has none with this OID.
  const CertificateExtension* extension(absl::string_view oid) const;

  struct Parsed;
  const Parsed& parsed() const { return *parsed_; }

 private:
  explicit Certificate(std::shared_ptr<const Parsed> parsed);
  std::shared_ptr<const Parsed> parsed_;
};

// All certificates of a PEM text, in order. INVALID_ARGUMENT: none in it, or
// one that does not parse.
absl::StatusOr<std::vector<Certificate>> CertificatesFromPem(
    absl::string_view pem);

// As that, or the one certificate of a DER file.
absl::StatusOr<std::vector<Certificate>> CertificatesFromFile(ByteView bytes);

// What the leaf is for: its extended key usage is checked for the TLS roles.
enum class CertificatePurpose { kAny, kTlsServer, kTlsClient };

// OK if and only if a chain from `leaf` over any of `intermediates` ends at one
// of `roots`, every signature in it verifies, every certificate is valid at
// `now`, and every issuer is a CA. UNAUTHENTICATED: otherwise, with the reason.
// `roots` may hold intermediates: each is trusted as it stands. Among CAs of
// one name the key identifiers choose: without those, only the first is tried.
absl::Status VerifyChain(const Certificate& leaf,
                         std::span<const Certificate> intermediates,
                         std::span<const Certificate> roots,
                         CertificatePurpose purpose, absl::Time now);

// OK if `key_pem` holds the private key of `certificate`. INVALID_ARGUMENT:
// not a private key, or another's.
absl::Status CheckPrivateKey(const Certificate& certificate,
                             absl::string_view key_pem);

}  // namespace evidenced

#endif  // QUOTE_CRYPTO_CERTIFICATE_H_
