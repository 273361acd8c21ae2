#ifndef QUOTE_TPM_SIGNATURE_H_
#define QUOTE_TPM_SIGNATURE_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "quote/base/bytes.h"
#include "quote/crypto/digest.h"
#include "quote/crypto/public_key.h"

namespace evidenced {

// A TPMT_SIGNATURE: TPM 2.0 Part 2, section 11.3.4. Integers are big-endian.
struct TpmSignature {
  uint16_t scheme = 0;  // TPM_ALG_RSASSA, _RSAPSS or _ECDSA
  HashAlgorithm hash = HashAlgorithm::kSha256;
  Bytes rsa;  // RSASSA and RSAPSS
  Bytes r;    // ECDSA
  Bytes s;
};

// INVALID_ARGUMENT: not exactly one TPMT_SIGNATURE, another scheme, or an
// unknown hash.
absl::StatusOr<TpmSignature> ParseTpmSignature(ByteView tpmt_signature);

// OK if and only if it is a signature by `key` over all of `message`.
// UNAUTHENTICATED: otherwise, such as a key of another kind.
absl::Status VerifyTpmSignature(const TpmSignature& signature,
                                const PublicKey& key, ByteView message);

// TPM_ALG_ID of a signing scheme in tpm2-tools' words: "rsassa", "rsapss",
// "ecdsa", "null"; "0x1234" for another.
std::string SchemeName(uint16_t scheme);

}  // namespace evidenced

#endif  // QUOTE_TPM_SIGNATURE_H_
