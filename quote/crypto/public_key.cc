#include "quote/crypto/public_key.h"

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "openssl/core_names.h"
#include "openssl/rsa.h"

#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/openssl_ptr.h"

namespace evidenced {
namespace {

constexpr int kMinRsaBits = 2048;
constexpr int kMaxRsaBits = 4096;

BignumPtr FromBigEndian(ByteView bytes) {
  return BignumPtr(
      BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
}

absl::Status Unsupported(const std::string& message) {
  return Classified(ErrorClass::kUnsupportedAlgorithm,
                    absl::InvalidArgumentError(message));
}

absl::Status CheckRsaSize(int bits) {
  if (bits >= kMinRsaBits && bits <= kMaxRsaBits) return absl::OkStatus();
  return Unsupported(
      absl::StrFormat("expected an RSA modulus of %d to %d bits, found %d",
                      kMinRsaBits, kMaxRsaBits, bits));
}

// By the exponent 1 anybody signs, and an even one belongs to no key.
absl::Status CheckRsaExponent(const EVP_PKEY* key) {
  BIGNUM* found = nullptr;
  EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &found);
  const BignumPtr exponent(found);
  if (exponent != nullptr && BN_is_odd(exponent.get()) == 1 &&
      BN_is_one(exponent.get()) == 0) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      "expected an odd RSA exponent of at least 3, found another");
}

absl::Status CheckEcGroup(const EVP_PKEY* key) {
  char group[64] = {};
  if (EVP_PKEY_get_group_name(key, group, sizeof(group), nullptr) != 1) {
    return absl::InvalidArgumentError("expected a named curve, found none");
  }
  const absl::string_view name(group);
  if (name == "prime256v1" || name == "secp384r1") return absl::OkStatus();
  return Unsupported(absl::StrFormat(
      "expected the curve P-256 or P-384, found %s", Printable(name)));
}

absl::StatusOr<EvpKeyPtr> FromParams(const char* type, OSSL_PARAM_BLD* build) {
  const ParamsPtr params(OSSL_PARAM_BLD_to_param(build));
  const EvpKeyCtxPtr context(
      EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (params == nullptr || context == nullptr ||
      EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY,
                        params.get()) != 1) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected a public %s key, found: %s", type, OpensslError()));
  }
  return EvpKeyPtr(key);
}

Bytes EncodeSpki(EVP_PKEY* key) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  if (size <= 0) return {};
  Bytes out(der, der + size);
  OPENSSL_free(der);
  return out;
}

const char* OpensslHash(HashAlgorithm hash) {
  switch (hash) {
    case HashAlgorithm::kSha1:
      return "SHA1";
    case HashAlgorithm::kSha256:
      return "SHA256";
    case HashAlgorithm::kSha384:
      return "SHA384";
    case HashAlgorithm::kSha512:
      return "SHA512";
    case HashAlgorithm::kSm3_256:
      return "SM3";
  }
  return nullptr;
}

}  // namespace

struct PublicKey::Key {
  EvpKeyPtr evp;
  Bytes spki;
  Bytes spki_sha256;
  bool rsa = false;
};

PublicKey::PublicKey(std::shared_ptr<const Key> key) : key_(std::move(key)) {}

absl::StatusOr<PublicKey> PublicKey::FromSpki(ByteView der) {
  const unsigned char* cursor = der.data();
  EvpKeyPtr evp(d2i_PUBKEY(nullptr, &cursor, static_cast<int64_t>(der.size())));
  if (evp == nullptr) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected a DER SubjectPublicKeyInfo, found: %s", OpensslError()));
  }
  if (cursor != der.data() + der.size()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected nothing after the SubjectPublicKeyInfo, found %d bytes",
        der.data() + der.size() - cursor));
  }
  auto key = std::make_shared<Key>();
  switch (EVP_PKEY_get_base_id(evp.get())) {
    case EVP_PKEY_RSA:
      RETURN_IF_ERROR(CheckRsaSize(EVP_PKEY_get_bits(evp.get())));
      RETURN_IF_ERROR(CheckRsaExponent(evp.get()));
      key->rsa = true;
      break;
    case EVP_PKEY_EC:
      RETURN_IF_ERROR(CheckEcGroup(evp.get()));
      break;
    default:
      return Unsupported("expected an RSA or EC key, found another kind");
  }
  key->evp = std::move(evp);
  key->spki = ToBytes(der);
  key->spki_sha256 = Sha256(der);
  return PublicKey(std::move(key));
}

absl::StatusOr<PublicKey> PublicKey::FromEcPoint(EcCurve curve, ByteView x,
                                                 ByteView y) {
  const bool p256 = curve == EcCurve::kP256;
  const size_t field = p256 ? 32 : 48;
  if (x.size() > field || y.size() > field) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected coordinates of at most %d bytes, found %d "
                        "and %d",
                        field, x.size(), y.size()));
  }
  Bytes point(1 + 2 * field, 0);
  point[0] = 0x04;  // uncompressed: SEC 1, section 2.3.3
  const std::span<uint8_t> coordinates = std::span(point).subspan(1);
  std::copy(x.begin(), x.end(), coordinates.subspan(field - x.size()).begin());
  std::copy(y.begin(), y.end(),
            coordinates.subspan(2 * field - y.size()).begin());
  const ParamBldPtr build(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_utf8_string(build.get(), OSSL_PKEY_PARAM_GROUP_NAME,
                                  p256 ? "P-256" : "P-384", 0);
  OSSL_PARAM_BLD_push_octet_string(build.get(), OSSL_PKEY_PARAM_PUB_KEY,
                                   point.data(), point.size());
  ASSIGN_OR_RETURN(const EvpKeyPtr key, FromParams("EC", build.get()));
  return FromSpki(EncodeSpki(key.get()));
}

absl::StatusOr<PublicKey> PublicKey::FromRsa(ByteView modulus,
                                             uint32_t exponent) {
  if (modulus.size() > kMaxRsaBits / 8) {
    return CheckRsaSize(static_cast<int>(modulus.size()) * 8);
  }
  const BignumPtr n = FromBigEndian(modulus);
  RETURN_IF_ERROR(CheckRsaSize(BN_num_bits(n.get())));
  if (BN_is_odd(n.get()) == 0 || exponent < 3 || exponent % 2 == 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected an odd RSA modulus and an odd exponent of at least 3, found "
        "a modulus that ends in %d and exponent %d",
        modulus.empty() ? 0 : modulus.back(), exponent));
  }
  const BignumPtr e(BN_new());
  BN_set_word(e.get(), exponent);
  const ParamBldPtr build(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
  OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
  ASSIGN_OR_RETURN(const EvpKeyPtr key, FromParams("RSA", build.get()));
  return FromSpki(EncodeSpki(key.get()));
}

const Bytes& PublicKey::spki() const { return key_->spki; }
const Bytes& PublicKey::spki_sha256() const { return key_->spki_sha256; }
bool PublicKey::is_rsa() const { return key_->rsa; }
int PublicKey::bits() const { return EVP_PKEY_get_bits(key_->evp.get()); }

namespace {

absl::Status VerifyDer(EVP_PKEY* key, HashAlgorithm hash, int padding,
                       ByteView message, ByteView signature) {
  const EvpMdCtxPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* key_context = nullptr;
  bool ready =
      EVP_DigestVerifyInit_ex(context.get(), &key_context, OpensslHash(hash),
                              nullptr, nullptr, key, nullptr) == 1;
  if (ready && padding != 0) {
    ready = EVP_PKEY_CTX_set_rsa_padding(key_context, padding) == 1;
  }
  if (ready && padding == RSA_PKCS1_PSS_PADDING) {
    ready = EVP_PKEY_CTX_set_rsa_pss_saltlen(key_context,
                                             RSA_PSS_SALTLEN_AUTO) == 1;
  }
  if (ready &&
      EVP_DigestVerify(context.get(), signature.data(), signature.size(),
                       message.data(), message.size()) == 1) {
    return absl::OkStatus();
  }
  ERR_clear_error();
  return absl::UnauthenticatedError(
      absl::StrFormat("expected a signature by this key over %d bytes (%s), "
                      "found one that does not verify",
                      message.size(), HashName(hash)));
}

}  // namespace

absl::Status PublicKey::VerifyEcdsa(HashAlgorithm hash, ByteView message,
                                    ByteView r, ByteView s) const {
  if (key_->rsa) {
    return absl::UnauthenticatedError("expected an EC key, found RSA");
  }
  const size_t field = (EVP_PKEY_get_bits(key_->evp.get()) + 7) / 8;
  if (r.size() > field || s.size() > field) {
    return absl::UnauthenticatedError(
        absl::StrFormat("expected r and s of at most %d bytes, found %d and %d",
                        field, r.size(), s.size()));
  }
  BignumPtr big_r = FromBigEndian(r);
  BignumPtr big_s = FromBigEndian(s);
  if (BN_is_zero(big_r.get()) || BN_is_zero(big_s.get())) {
    return absl::UnauthenticatedError(
        "expected r and s above zero, found zero");
  }
  const EcdsaSigPtr signature(ECDSA_SIG_new());
  // Takes both numbers over; OpenSSL compares them with the order.
  ECDSA_SIG_set0(signature.get(), big_r.release(), big_s.release());
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(signature.get(), &der);
  if (size <= 0) return absl::InternalError("ECDSA signature not encoded");
  const Bytes encoded(der, der + size);
  OPENSSL_free(der);
  return VerifyDer(key_->evp.get(), hash, 0, message, encoded);
}

absl::Status PublicKey::VerifyRsassa(HashAlgorithm hash, ByteView message,
                                     ByteView signature) const {
  if (!key_->rsa) {
    return absl::UnauthenticatedError("expected an RSA key, found EC");
  }
  return VerifyDer(key_->evp.get(), hash, RSA_PKCS1_PADDING, message,
                   signature);
}

absl::Status PublicKey::VerifyRsapss(HashAlgorithm hash, ByteView message,
                                     ByteView signature) const {
  if (!key_->rsa) {
    return absl::UnauthenticatedError("expected an RSA key, found EC");
  }
  return VerifyDer(key_->evp.get(), hash, RSA_PKCS1_PSS_PADDING, message,
                   signature);
}

}  // namespace evidenced
