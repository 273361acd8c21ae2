#ifndef EVIDENCE_BINDING_MERKLE_H_
#define EVIDENCE_BINDING_MERKLE_H_

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "quote/base/bytes.h"

namespace evidenced {

inline constexpr uint64_t kMaxTreeSize = 65536;

// SHA-384 of the leaf for a client whose transcript of mode kLeaf is given.
Bytes MerkleLeaf(ByteView leaf_transcript);

// The root over `leaves` (48 bytes each), RFC 9162 section 2.1.1 with SHA-384.
// INVALID_ARGUMENT: none, or more than kMaxTreeSize.
absl::StatusOr<Bytes> MerkleRoot(std::span<const Bytes> leaves);

// The inclusion proof of leaf `index`: section 2.1.3.1.
absl::StatusOr<std::vector<Bytes>> MerklePath(std::span<const Bytes> leaves,
                                              uint64_t index);

// OK if and only if `leaf` is leaf `index` of the tree: section 2.1.3.2.
// Refuses with "inclusion-proof".
absl::Status VerifyInclusion(ByteView leaf, uint64_t index, uint64_t tree_size,
                             std::span<const Bytes> path, ByteView root);

}  // namespace evidenced

#endif  // EVIDENCE_BINDING_MERKLE_H_
