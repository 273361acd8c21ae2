#ifndef TESTS_SUPPORT_TDX_QUOTER_BLOB_H_
#define TESTS_SUPPORT_TDX_QUOTER_BLOB_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "openssl/evp.h"

namespace tdx_quoter {

using Blob = std::vector<uint8_t>;

// `value` in `size` bytes, least significant first.
Blob Le(uint64_t value, size_t size);

// `parts`, one behind the other.
Blob Join(const std::vector<Blob>& parts);

Blob Sha256(const Blob& bytes);
Blob Sha384(const Blob& bytes);

// r and s of an ECDSA P-256 signature over SHA-256, 32 bytes each, big-endian.
// Ends the program if there is none.
Blob SignP256(EVP_PKEY* key, const Blob& message);

// x and y, likewise.
Blob PointP256(EVP_PKEY* key);

}  // namespace tdx_quoter

#endif  // TESTS_SUPPORT_TDX_QUOTER_BLOB_H_
