#include "quote/tpm/public_area.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "quote/base/byte_reader.h"
#include "quote/base/byte_writer.h"
#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"
#include "quote/tpm/tpm_algorithms.h"

namespace evidenced {
namespace {

constexpr uint32_t kDefaultRsaExponent = 65537;

absl::Status UnsupportedAlgorithm(const std::string& message) {
  return Classified(ErrorClass::kUnsupportedAlgorithm,
                    absl::InvalidArgumentError(message));
}

absl::StatusOr<HashAlgorithm> KnownHash(uint16_t id, absl::string_view what) {
  const auto hash = HashAlgorithmFromId(id);
  if (hash.has_value()) return *hash;
  return UnsupportedAlgorithm(absl::StrFormat(
      "expected a known hash algorithm as %s, found 0x%04x", what, id));
}

// TPMT_SYM_DEF_OBJECT: Part 2, section 11.1.7.
void SkipSymmetric(ByteReader& in) {
  if (in.Be<uint16_t>() == kTpmAlgNull) return;
  in.Be<uint16_t>();  // keyBits
  in.Be<uint16_t>();  // mode
}

// TPMT_ASYM_SCHEME: Part 2, section 11.2.3.5. Only schemes that sign with one
// hash, and none.
absl::Status ReadScheme(ByteReader& in, uint16_t& scheme, HashAlgorithm& hash) {
  scheme = in.Be<uint16_t>();
  if (scheme == kTpmAlgNull) return absl::OkStatus();
  if (scheme != kTpmAlgRsassa && scheme != kTpmAlgRsapss &&
      scheme != kTpmAlgEcdsa) {
    return UnsupportedAlgorithm(absl::StrFormat(
        "expected the scheme RSASSA, RSAPSS, ECDSA or none, found 0x%04x",
        scheme));
  }
  ASSIGN_OR_RETURN(hash, KnownHash(in.Be<uint16_t>(), "the scheme's hash"));
  return absl::OkStatus();
}

absl::StatusOr<PublicKey> ReadRsaKey(ByteReader& in, uint16_t& scheme,
                                     HashAlgorithm& hash) {
  SkipSymmetric(in);
  RETURN_IF_ERROR(ReadScheme(in, scheme, hash));
  const auto bits = in.Be<uint16_t>();
  const auto exponent = in.Be<uint32_t>();
  const ByteView modulus = in.Take(in.Be<uint16_t>());
  RETURN_IF_ERROR(in.Finish("TPMT_PUBLIC"));
  if (modulus.size() * 8 != bits) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected a modulus of %d bits, found %d bytes", bits, modulus.size()));
  }
  return PublicKey::FromRsa(modulus,
                            exponent == 0 ? kDefaultRsaExponent : exponent);
}

absl::StatusOr<PublicKey> ReadEccKey(ByteReader& in, uint16_t& scheme,
                                     HashAlgorithm& hash) {
  SkipSymmetric(in);
  RETURN_IF_ERROR(ReadScheme(in, scheme, hash));
  const auto curve = in.Be<uint16_t>();
  const auto kdf = in.Be<uint16_t>();
  if (kdf != kTpmAlgNull) in.Be<uint16_t>();  // its hash
  const ByteView x = in.Take(in.Be<uint16_t>());
  const ByteView y = in.Take(in.Be<uint16_t>());
  RETURN_IF_ERROR(in.Finish("TPMT_PUBLIC"));
  if (curve != static_cast<uint16_t>(EcCurve::kP256) &&
      curve != static_cast<uint16_t>(EcCurve::kP384)) {
    return UnsupportedAlgorithm(absl::StrFormat(
        "expected the curve P-256 (3) or P-384 (4), found %d", curve));
  }
  return PublicKey::FromEcPoint(static_cast<EcCurve>(curve), x, y);
}

}  // namespace

Bytes TpmPublicArea::Name() const {
  ByteWriter out;
  out.Be(static_cast<uint16_t>(name_algorithm));
  out.Put(Hash(name_algorithm, {bytes}));
  return std::move(out).Take();
}

absl::StatusOr<TpmPublicArea> ParseTpmPublic(ByteView tpmt_public) {
  ByteReader in(tpmt_public);
  const auto type = in.Be<uint16_t>();
  const auto name_algorithm = in.Be<uint16_t>();
  const auto attributes = in.Be<uint32_t>();
  const ByteView policy = in.Take(in.Be<uint16_t>());
  RETURN_IF_ERROR(in.Check("TPMT_PUBLIC"));
  ASSIGN_OR_RETURN(const HashAlgorithm name_hash,
                   KnownHash(name_algorithm, "nameAlg"));
  if (type != kTpmAlgRsa && type != kTpmAlgEcc) {
    return UnsupportedAlgorithm(absl::StrFormat(
        "expected an RSA (0x0001) or ECC (0x0023) key, found type 0x%04x",
        type));
  }
  uint16_t scheme = kTpmAlgNull;
  HashAlgorithm hash = HashAlgorithm::kSha256;
  ASSIGN_OR_RETURN(PublicKey key, type == kTpmAlgRsa
                                      ? ReadRsaKey(in, scheme, hash)
                                      : ReadEccKey(in, scheme, hash));
  return TpmPublicArea{.bytes = ToBytes(tpmt_public),
                       .name_algorithm = name_hash,
                       .attributes = attributes,
                       .auth_policy = ToBytes(policy),
                       .scheme = scheme,
                       .scheme_hash = hash,
                       .key = std::move(key)};
}

ByteView WithoutTpm2bSize(ByteView bytes) {
  ByteReader in(bytes);
  const auto size = in.Be<uint16_t>();
  return in.ok() && size == in.remaining() ? in.Rest() : bytes;
}

std::string DescribeAttributes(uint32_t attributes) {
  struct Bit {
    uint32_t mask;
    const char* name;
  };
  constexpr Bit kBits[] = {
      {kTpmaFixedTpm, "fixedTPM"},
      {1U << 2, "stClear"},
      {kTpmaFixedParent, "fixedParent"},
      {kTpmaSensitiveDataOrigin, "sensitiveDataOrigin"},
      {1U << 6, "userWithAuth"},
      {1U << 7, "adminWithPolicy"},
      {1U << 10, "noDA"},
      {1U << 11, "encryptedDuplication"},
      {kTpmaRestricted, "restricted"},
      {kTpmaDecrypt, "decrypt"},
      {kTpmaSign, "sign"},
  };
  std::string out;
  for (const Bit& bit : kBits) {
    if ((attributes & bit.mask) == 0) continue;
    absl::StrAppend(&out, out.empty() ? "" : " ", bit.name);
    attributes &= ~bit.mask;
  }
  if (attributes != 0) {
    absl::StrAppendFormat(&out, "%s0x%08x", out.empty() ? "" : " ", attributes);
  }
  return out.empty() ? "none" : out;
}

}  // namespace evidenced
