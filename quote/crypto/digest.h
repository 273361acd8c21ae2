#ifndef QUOTE_CRYPTO_DIGEST_H_
#define QUOTE_CRYPTO_DIGEST_H_

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>

#include "absl/strings/string_view.h"

#include "quote/base/bytes.h"

namespace evidenced {

// Hash algorithms by their TPM_ALG_ID (TCG Algorithm Registry, table 3).
enum class HashAlgorithm : uint16_t {
  kSha1 = 0x0004,
  kSha256 = 0x000B,
  kSha384 = 0x000C,
  kSha512 = 0x000D,
  kSm3_256 = 0x0012,
};

// nullopt: `tpm_alg_id` is none of HashAlgorithm.
std::optional<HashAlgorithm> HashAlgorithmFromId(uint16_t tpm_alg_id);

// "sha1", "sha256", "sha384", "sha512", "sm3_256".
absl::string_view HashName(HashAlgorithm algorithm);
std::optional<HashAlgorithm> HashAlgorithmFromName(absl::string_view name);

// Length of its digests in bytes.
size_t DigestSize(HashAlgorithm algorithm);

// The digest of the concatenation of `parts`. Never fails: the five algorithms
// are in every OpenSSL that this project runs with.
Bytes Hash(HashAlgorithm algorithm, std::initializer_list<ByteView> parts);

inline Bytes Sha256(ByteView bytes) {
  return Hash(HashAlgorithm::kSha256, {bytes});
}
inline Bytes Sha384(ByteView bytes) {
  return Hash(HashAlgorithm::kSha384, {bytes});
}

// A hash over bytes that come piece by piece; it can be copied midway.
class Hasher {
 public:
  explicit Hasher(HashAlgorithm algorithm);
  Hasher(const Hasher& other);
  Hasher& operator=(const Hasher& other);
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;
  ~Hasher();

  void Update(ByteView bytes);
  // The digest of all bytes so far; more may follow.
  Bytes Digest() const;

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace evidenced

#endif  // QUOTE_CRYPTO_DIGEST_H_
