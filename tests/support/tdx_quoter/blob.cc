#include "tests/support/tdx_quoter/blob.h"

#include <array>
#include <cstdlib>
#include <memory>

#include "openssl/bn.h"
#include "openssl/core_names.h"
#include "openssl/ec.h"

namespace tdx_quoter {
namespace {

constexpr size_t kNumberSize = 32;

using MdCtxPtr = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;
using SigPtr = std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)>;
using BnPtr = std::unique_ptr<BIGNUM, decltype(&BN_free)>;

void Require(bool made) {
  if (!made) std::abort();
}

Blob Digest(const Blob& bytes, const EVP_MD* algorithm) {
  Blob out(EVP_MD_get_size(algorithm));
  Require(EVP_Digest(bytes.data(), bytes.size(), out.data(), nullptr, algorithm,
                     nullptr) == 1);
  return out;
}

Blob Number(const BIGNUM* number) {
  Blob out(kNumberSize);
  Require(BN_bn2binpad(number, out.data(), kNumberSize) == kNumberSize);
  return out;
}

Blob Coordinate(EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  Require(EVP_PKEY_get_bn_param(key, name, &number) == 1);
  const BnPtr owner(number, BN_free);
  return Number(number);
}

}  // namespace

Blob Le(uint64_t value, size_t size) {
  Blob out(size);
  for (uint8_t& byte : out) {
    byte = static_cast<uint8_t>(value & 0xffU);
    value >>= 8U;
  }
  return out;
}

Blob Join(const std::vector<Blob>& parts) {
  Blob out;
  for (const Blob& part : parts) {
    out.insert(out.end(), part.begin(), part.end());
  }
  return out;
}

Blob Sha256(const Blob& bytes) { return Digest(bytes, EVP_sha256()); }
Blob Sha384(const Blob& bytes) { return Digest(bytes, EVP_sha384()); }

Blob SignP256(EVP_PKEY* key, const Blob& message) {
  const MdCtxPtr context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  Require(EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr,
                             key) == 1);
  std::array<uint8_t, 128> der = {};
  size_t size = der.size();
  Require(EVP_DigestSign(context.get(), der.data(), &size, message.data(),
                         message.size()) == 1);
  const uint8_t* cursor = der.data();
  const SigPtr signature(
      d2i_ECDSA_SIG(nullptr, &cursor, static_cast<int64_t>(size)),
      ECDSA_SIG_free);
  Require(signature != nullptr);
  return Join({Number(ECDSA_SIG_get0_r(signature.get())),
               Number(ECDSA_SIG_get0_s(signature.get()))});
}

Blob PointP256(EVP_PKEY* key) {
  return Join({Coordinate(key, OSSL_PKEY_PARAM_EC_PUB_X),
               Coordinate(key, OSSL_PKEY_PARAM_EC_PUB_Y)});
}

}  // namespace tdx_quoter
