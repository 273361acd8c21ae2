#ifndef QUOTE_CRYPTO_PUBLIC_KEY_H_
#define QUOTE_CRYPTO_PUBLIC_KEY_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "quote/base/bytes.h"
#include "quote/crypto/digest.h"

namespace evidenced {

enum class EcCurve : uint16_t { kP256 = 0x0003, kP384 = 0x0004 };  // TPM_ECC_*

// A public key that verifies signatures. Copies share the key.
class PublicKey {
 public:
  // A DER SubjectPublicKeyInfo (RFC 5280, section 4.1). INVALID_ARGUMENT: not
  // exactly one, not RSA or EC P-256/P-384, or an RSA modulus under 2048 bits.
  static absl::StatusOr<PublicKey> FromSpki(ByteView der);

  // An affine point, coordinates big-endian, at most as long as the curve's
  // field. INVALID_ARGUMENT: not on the curve.
  static absl::StatusOr<PublicKey> FromEcPoint(EcCurve curve, ByteView x,
                                               ByteView y);

  // Modulus big-endian. INVALID_ARGUMENT: under 2048 or over 4096 bits, even
  // modulus, or an exponent that is even or under 3.
  static absl::StatusOr<PublicKey> FromRsa(ByteView modulus, uint32_t exponent);

  // DER SubjectPublicKeyInfo, and its SHA-256.
  const Bytes& spki() const;
  const Bytes& spki_sha256() const;

  bool is_rsa() const;
  int bits() const;  // of the modulus, or of the curve's field

  // `r`, `s` big-endian. UNAUTHENTICATED: r or s is zero or not below the
  // order, or the signature is not by this key over `message`.
  absl::Status VerifyEcdsa(HashAlgorithm hash, ByteView message, ByteView r,
                           ByteView s) const;
  // RSASSA-PKCS1-v1_5 and RSASSA-PSS (any salt length; MGF1 with the same
  // hash), RFC 8017. UNAUTHENTICATED: not by this key over `message`.
  absl::Status VerifyRsassa(HashAlgorithm hash, ByteView message,
                            ByteView signature) const;
  absl::Status VerifyRsapss(HashAlgorithm hash, ByteView message,
                            ByteView signature) const;

 private:
  struct Key;
  explicit PublicKey(std::shared_ptr<const Key> key);
  std::shared_ptr<const Key> key_;
};

}  // namespace evidenced

#endif  // QUOTE_CRYPTO_PUBLIC_KEY_H_
