#ifndef QUOTE_TDX_ROOTS_H_
#define QUOTE_TDX_ROOTS_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"

#include "quote/base/bytes.h"
#include "quote/crypto/certificate.h"

namespace evidenced {

// SHA-256 of the SubjectPublicKeyInfo of each root key that a verifier trusts.
using TdxRoots = std::vector<Bytes>;

// Intel's own, see third_party/pinned_intel.h.
TdxRoots IntelTdxRoots();

// OK if and only if the key of `root` is one of `roots`. UNAUTHENTICATED
// (kUntrustedRoot): otherwise.
absl::Status CheckTdxRoot(const Certificate& root, const TdxRoots& roots);

// Whether it is Intel's own, whoever else is trusted.
bool IsIntelTdxRoot(const Certificate& root);

// A quoting enclave, which makes attestation keys, by who signed it. An SGX
// platform vouches for the attestation key of any enclave that its owner lets
// do so: which one it was decides whether the key signs TD reports alone.
struct TdQuotingEnclave {
  Bytes mr_signer;
  uint16_t isv_prod_id = 0;
};
using TdQuotingEnclaves = std::vector<TdQuotingEnclave>;

// Intel's own, see third_party/pinned_intel.h.
TdQuotingEnclaves IntelTdQuotingEnclaves();

}  // namespace evidenced

#endif  // QUOTE_TDX_ROOTS_H_
