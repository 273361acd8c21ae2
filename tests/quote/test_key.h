#ifndef TESTS_QUOTE_TEST_KEY_H_
#define TESTS_QUOTE_TEST_KEY_H_

#include <memory>
#include <string>

#include "openssl/evp.h"

#include "quote/base/bytes.h"
#include "quote/crypto/digest.h"

namespace evidenced {

enum class KeyKind {
  kP256,
  kP384,
  kP521,
  kEd25519,
  kRsa1024,
  kRsa2048,
  kRsaHuge,  // 16384 bits; can sign nothing: its modulus is just a number
};

// How an RSA key signs.
enum class RsaPadding { kPkcs1, kPss };

// A private key made at run time. Copies share the key.
class TestKey {
 public:
  explicit TestKey(KeyKind kind);

  EVP_PKEY* evp() const { return key_.get(); }
  KeyKind kind() const { return kind_; }
  bool is_rsa() const;

  Bytes Spki() const;
  std::string PrivatePem() const;

  // The affine coordinates of an EC key, the modulus of an RSA key.
  Bytes X() const;
  Bytes Y() const;
  Bytes Modulus() const;

  struct EcdsaSignature {
    Bytes r;
    Bytes s;
  };
  EcdsaSignature SignEcdsa(HashAlgorithm hash, ByteView message) const;
  Bytes SignRsa(HashAlgorithm hash, RsaPadding padding, ByteView message) const;

 private:
  Bytes Number(const char* param) const;

  KeyKind kind_;
  std::shared_ptr<EVP_PKEY> key_;
};

}  // namespace evidenced

#endif  // TESTS_QUOTE_TEST_KEY_H_
