#ifndef QUOTE_CRYPTO_REVOCATION_LIST_H_
#define QUOTE_CRYPTO_REVOCATION_LIST_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "quote/base/bytes.h"
#include "quote/crypto/certificate.h"

namespace evidenced {

// A complete X.509 CRL of one CA (RFC 5280, section 5), parsed once. Parsing
// says nothing about who signed it. Copies share the list.
class RevocationList {
 public:
  static constexpr size_t kMaxSize = size_t{4} << 20;

  // INVALID_ARGUMENT: not exactly one CRL in DER, or one PEM block of it; more
  // than kMaxSize bytes; a critical extension, as a list has that holds for
  // some certificates only.
  static absl::StatusOr<RevocationList> FromFile(ByteView bytes);

  const std::string& issuer() const;  // RFC 2253, printable ASCII
  absl::Time this_update() const;
  std::optional<absl::Time> next_update() const;
  // "of 2026-11-25T06:40:00Z, the next due 2026-12-25T06:40:00Z"
  std::string DatesText() const;
  size_t size() const;  // revoked certificates
  // Of those, in hexadecimal without leading zeros, in no certain order.
  std::vector<std::string> RevokedSerials() const;
  const Bytes& sha256() const;  // of the bytes that it was read from
  const std::string& signature_oid() const;
  // nullopt: unknown, or the scheme names none.
  std::optional<HashAlgorithm> signature_hash() const;

  // OK if and only if `issuer` bears the name of the list's issuer, its key
  // usage, if it has one, lets it sign CRLs, and its key, of at least 112 bits
  // of security, made the signature, by a scheme of as many. Dates are not
  // looked at. UNAUTHENTICATED: otherwise.
  absl::Status VerifySignedBy(const Certificate& issuer) const;

  // Whether the list names `certificate` by its issuer and serial number.
  bool Revokes(const Certificate& certificate) const;

 private:
  struct Parsed;
  explicit RevocationList(std::shared_ptr<const Parsed> parsed);
  std::shared_ptr<const Parsed> parsed_;
};

}  // namespace evidenced

#endif  // QUOTE_CRYPTO_REVOCATION_LIST_H_
