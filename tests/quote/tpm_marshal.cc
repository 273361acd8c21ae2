#include "tests/quote/tpm_marshal.h"

#include <cstdint>
#include <cstdlib>
#include <utility>

#include "openssl/core_names.h"

#include "quote/base/byte_reader.h"
#include "quote/base/byte_writer.h"
#include "quote/crypto/openssl_ptr.h"
#include "quote/tpm/tpm_algorithms.h"

namespace evidenced {
namespace {

constexpr uint16_t kDefaultExponent = 0;
constexpr int kP256Bits = 256;

void Require(bool condition) {
  if (!condition) std::abort();
}

EvpKeyPtr Load(const Bytes& spki) {
  const unsigned char* cursor = spki.data();
  EvpKeyPtr key(
      d2i_PUBKEY(nullptr, &cursor, static_cast<int64_t>(spki.size())));
  Require(key != nullptr);
  return key;
}

// A number of the key, with leading zeros up to `size` bytes.
Bytes Number(const EvpKeyPtr& key, const char* param, size_t size) {
  BIGNUM* number = nullptr;
  Require(EVP_PKEY_get_bn_param(key.get(), param, &number) == 1);
  const BignumPtr owner(number);
  Bytes out(size);
  Require(BN_bn2binpad(number, out.data(), static_cast<int>(size)) ==
          static_cast<int>(size));
  return out;
}

// An algorithm with `details` of two bytes each, which none has not.
void CopyAlgorithm(ByteReader& in, int details, ByteWriter& out) {
  const auto algorithm = in.Be<uint16_t>();
  out.Be(algorithm);
  if (algorithm == kTpmAlgNull) return;
  for (int i = 0; i < details; ++i) out.Be(in.Be<uint16_t>());
}

void PutScheme(ByteReader& in, const TpmPublicArea& area, ByteWriter& out) {
  out.Be(area.scheme);
  if (in.Be<uint16_t>() == kTpmAlgNull) return;
  in.Be<uint16_t>();
  out.Be(static_cast<uint16_t>(area.scheme_hash));
}

void PutNumber(ByteReader& in, const EvpKeyPtr& key, const char* param,
               ByteWriter& out) {
  const auto size = in.Be<uint16_t>();
  in.Take(size);
  out.Be(size).Put(Number(key, param, size));
}

void PutRsa(ByteReader& in, const EvpKeyPtr& key, ByteWriter& out) {
  ByteReader ahead = in;
  ahead.Be<uint16_t>();
  const auto written = ahead.Be<uint32_t>();
  out.Be(static_cast<uint16_t>(ahead.Be<uint16_t>() * 8));
  const Bytes exponent = Number(key, OSSL_PKEY_PARAM_RSA_E, sizeof(uint32_t));
  if (written == kDefaultExponent) {
    Require(exponent == Bytes{0, 1, 0, 1});
    out.Be(written);
  } else {
    out.Put(exponent);
  }
  in.Take(sizeof(uint16_t) + sizeof(uint32_t));
  PutNumber(in, key, OSSL_PKEY_PARAM_RSA_N, out);
}

void PutEcc(ByteReader& in, const EvpKeyPtr& key, ByteWriter& out) {
  in.Be<uint16_t>();
  const bool p256 = EVP_PKEY_get_bits(key.get()) == kP256Bits;
  out.Be(static_cast<uint16_t>(p256 ? EcCurve::kP256 : EcCurve::kP384));
  CopyAlgorithm(in, 1, out);  // kdf
  PutNumber(in, key, OSSL_PKEY_PARAM_EC_PUB_X, out);
  PutNumber(in, key, OSSL_PKEY_PARAM_EC_PUB_Y, out);
}

}  // namespace

Bytes MarshalPublic(const TpmPublicArea& area) {
  const EvpKeyPtr key = Load(area.key.spki());
  ByteReader in(area.bytes);
  in.Take(8);  // type, nameAlg, attributes
  in.Take(in.Be<uint16_t>());
  ByteWriter out;
  out.Be(area.key.is_rsa() ? kTpmAlgRsa : kTpmAlgEcc);
  out.Be(static_cast<uint16_t>(area.name_algorithm)).Be(area.attributes);
  out.Be(static_cast<uint16_t>(area.auth_policy.size()));
  out.Put(area.auth_policy);
  CopyAlgorithm(in, 2, out);  // symmetric
  PutScheme(in, area, out);
  if (area.key.is_rsa()) {
    PutRsa(in, key, out);
  } else {
    PutEcc(in, key, out);
  }
  return std::move(out).Take();
}

}  // namespace evidenced
