#ifndef QUOTE_SNP_ROOTS_H_
#define QUOTE_SNP_ROOTS_H_

#include <optional>
#include <vector>

#include "absl/status/status.h"

#include "quote/base/bytes.h"
#include "quote/crypto/certificate.h"
#include "quote/snp/product.h"

namespace evidenced {

// A root key that a verifier trusts for reports of one product.
struct SnpRoot {
  SnpProduct product = SnpProduct::kMilan;
  Bytes spki_sha256;
};
using SnpRoots = std::vector<SnpRoot>;

// AMD's own, see third_party/pinned_amd.h.
SnpRoots AmdSnpRoots();

// `roots`, and the key with this SHA-256 for `product`, or, without one, for
// every product: what a person who trusts another root than AMD's says.
SnpRoots WithSnpRoot(SnpRoots roots, ByteView spki_sha256,
                     std::optional<SnpProduct> product = std::nullopt);

// OK if and only if the key of `ark` is one of `roots` for `product`.
// UNAUTHENTICATED (kUntrustedRoot): otherwise.
absl::Status CheckSnpRoot(const Certificate& ark, SnpProduct product,
                          const SnpRoots& roots);

// Whether it is AMD's own for that product, whoever else is trusted.
bool IsAmdSnpRoot(const Certificate& ark, SnpProduct product);

}  // namespace evidenced

#endif  // QUOTE_SNP_ROOTS_H_
