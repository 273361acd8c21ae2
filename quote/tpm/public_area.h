#ifndef QUOTE_TPM_PUBLIC_AREA_H_
#define QUOTE_TPM_PUBLIC_AREA_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

#include "quote/base/bytes.h"
#include "quote/crypto/digest.h"
#include "quote/crypto/public_key.h"

namespace evidenced {

// TPMA_OBJECT bits: TPM 2.0 Part 2, section 8.3.
inline constexpr uint32_t kTpmaFixedTpm = 1u << 1;
inline constexpr uint32_t kTpmaFixedParent = 1u << 4;
inline constexpr uint32_t kTpmaSensitiveDataOrigin = 1u << 5;
inline constexpr uint32_t kTpmaRestricted = 1u << 16;
inline constexpr uint32_t kTpmaDecrypt = 1u << 17;
inline constexpr uint32_t kTpmaSign = 1u << 18;

// A TPMT_PUBLIC of an asymmetric key: Part 2, section 12.2.4. Integers are
// big-endian.
struct TpmPublicArea {
  Bytes bytes;  // the TPMT_PUBLIC as it came
  HashAlgorithm name_algorithm;
  uint32_t attributes = 0;  // TPMA_OBJECT
  Bytes auth_policy;
  uint16_t scheme = 0;  // TPM_ALG_RSASSA, _RSAPSS, _ECDSA or _NULL
  HashAlgorithm scheme_hash = HashAlgorithm::kSha256;  // if not _NULL
  PublicKey key;

  // TPM_ALG_ID of the name algorithm, then the digest of `bytes`.
  Bytes Name() const;
};

// INVALID_ARGUMENT: not exactly one TPMT_PUBLIC of an RSA (2048..4096) or ECC
// (P-256, P-384) key, or an unknown algorithm.
absl::StatusOr<TpmPublicArea> ParseTpmPublic(ByteView tpmt_public);

// What a TPM2B holds, if `bytes` are its size and that many bytes; else
// `bytes`. A TPMT_PUBLIC begins with 0x0001 or 0x0023 and is longer than that,
// so it is never taken for a TPM2B.
ByteView WithoutTpm2bSize(ByteView bytes);

// The attributes in words: "fixedTPM fixedParent restricted sign".
std::string DescribeAttributes(uint32_t attributes);

}  // namespace evidenced

#endif  // QUOTE_TPM_PUBLIC_AREA_H_
