#include "tests/quote/test_key.h"

#include <cstdlib>
#include <memory>
#include <string>

#include "openssl/core_names.h"
#include "openssl/pem.h"
#include "openssl/rsa.h"

#include "quote/crypto/openssl_ptr.h"

namespace evidenced {
namespace {

// A test that cannot make its keys says nothing.
void Require(bool condition) {
  if (!condition) std::abort();
}

EVP_PKEY* HugeRsaKey() {
  const Bytes modulus(2048, 0xff);
  const BignumPtr n(
      BN_bin2bn(modulus.data(), static_cast<int>(modulus.size()), nullptr));
  const ParamBldPtr builder(OSSL_PARAM_BLD_new());
  Require(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N,
                                 n.get()) == 1 &&
          OSSL_PARAM_BLD_push_ulong(builder.get(), OSSL_PKEY_PARAM_RSA_E,
                                    65537) == 1);
  const ParamsPtr params(OSSL_PARAM_BLD_to_param(builder.get()));
  const EvpKeyCtxPtr context(
      EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* key = nullptr;
  Require(EVP_PKEY_fromdata_init(context.get()) == 1 &&
          EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY,
                            params.get()) == 1);
  return key;
}

EVP_PKEY* MakeKey(KeyKind kind) {
  switch (kind) {
    case KeyKind::kP256:
      return EVP_EC_gen("P-256");
    case KeyKind::kP384:
      return EVP_EC_gen("P-384");
    case KeyKind::kP521:
      return EVP_EC_gen("P-521");
    case KeyKind::kEd25519:
      return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    case KeyKind::kRsa1024:
      return EVP_RSA_gen(1024);
    case KeyKind::kRsa2048:
      return EVP_RSA_gen(2048);
    case KeyKind::kRsaHuge:
      return HugeRsaKey();
  }
  return nullptr;
}

std::string OpensslName(HashAlgorithm hash) {
  return hash == HashAlgorithm::kSm3_256 ? "sm3" : std::string(HashName(hash));
}

Bytes NumberBytes(const BIGNUM* number) {
  Bytes out(BN_num_bytes(number));
  BN_bn2bin(number, out.data());
  return out;
}

Bytes SignDer(EVP_PKEY* key, HashAlgorithm hash, int padding,
              ByteView message) {
  const EvpMdCtxPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* key_context = nullptr;
  Require(EVP_DigestSignInit_ex(context.get(), &key_context,
                                OpensslName(hash).c_str(), nullptr, nullptr,
                                key, nullptr) == 1);
  if (padding != 0) {
    Require(EVP_PKEY_CTX_set_rsa_padding(key_context, padding) == 1);
  }
  size_t size = 0;
  Require(EVP_DigestSign(context.get(), nullptr, &size, message.data(),
                         message.size()) == 1);
  Bytes out(size);
  Require(EVP_DigestSign(context.get(), out.data(), &size, message.data(),
                         message.size()) == 1);
  out.resize(size);
  return out;
}

}  // namespace

TestKey::TestKey(KeyKind kind)
    : kind_(kind), key_(MakeKey(kind), EVP_PKEY_free) {
  Require(key_ != nullptr);
}

bool TestKey::is_rsa() const {
  return kind_ == KeyKind::kRsa1024 || kind_ == KeyKind::kRsa2048;
}

Bytes TestKey::Spki() const {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key_.get(), &der);
  Require(size > 0);
  Bytes out(der, der + size);
  OPENSSL_free(der);
  return out;
}

std::string TestKey::PrivatePem() const {
  const BioPtr out(BIO_new(BIO_s_mem()));
  Require(PEM_write_bio_PrivateKey(out.get(), key_.get(), nullptr, nullptr, 0,
                                   nullptr, nullptr) == 1);
  char* data = nullptr;
  const auto size = BIO_get_mem_data(out.get(), &data);
  return {data, static_cast<size_t>(size)};
}

Bytes TestKey::X() const { return Number(OSSL_PKEY_PARAM_EC_PUB_X); }
Bytes TestKey::Y() const { return Number(OSSL_PKEY_PARAM_EC_PUB_Y); }
Bytes TestKey::Modulus() const { return Number(OSSL_PKEY_PARAM_RSA_N); }

Bytes TestKey::Number(const char* param) const {
  BIGNUM* number = nullptr;
  Require(EVP_PKEY_get_bn_param(key_.get(), param, &number) == 1);
  const BignumPtr owner(number);
  return NumberBytes(number);
}

TestKey::EcdsaSignature TestKey::SignEcdsa(HashAlgorithm hash,
                                           ByteView message) const {
  const Bytes der = SignDer(key_.get(), hash, 0, message);
  const unsigned char* cursor = der.data();
  const EcdsaSigPtr signature(
      d2i_ECDSA_SIG(nullptr, &cursor, static_cast<int64_t>(der.size())));
  Require(signature != nullptr);
  return {.r = NumberBytes(ECDSA_SIG_get0_r(signature.get())),
          .s = NumberBytes(ECDSA_SIG_get0_s(signature.get()))};
}

Bytes TestKey::SignRsa(HashAlgorithm hash, RsaPadding padding,
                       ByteView message) const {
  return SignDer(
      key_.get(), hash,
      padding == RsaPadding::kPss ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING,
      message);
}

}  // namespace evidenced
