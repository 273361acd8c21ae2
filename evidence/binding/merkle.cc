#include "evidence/binding/merkle.h"

#include <utility>

#include "absl/strings/str_format.h"

#include "evidence/binding/refusal.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/digest.h"

namespace evidenced {
namespace {

constexpr size_t kNodeSize = 48;
constexpr uint8_t kLeafPrefix[] = {0x00};
constexpr uint8_t kNodePrefix[] = {0x01};
constexpr absl::string_view kLeafDomain("evidenced leaf v1\0", 18);

Bytes Node(ByteView left, ByteView right) {
  return Hash(HashAlgorithm::kSha384, {kNodePrefix, left, right});
}

absl::Status CheckLeaves(std::span<const Bytes> leaves) {
  if (leaves.empty() || leaves.size() > kMaxTreeSize) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected 1 to %d leaves, found %d", kMaxTreeSize, leaves.size()));
  }
  for (const Bytes& leaf : leaves) {
    if (leaf.size() != kNodeSize) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "expected leaves of %d bytes, found %d", kNodeSize, leaf.size()));
    }
  }
  return absl::OkStatus();
}

// The level above `level`: pairs are hashed, an odd last node goes up as it
// is. That is the tree of RFC 9162, whose left half is the largest power of
// two below its size.
std::vector<Bytes> LevelAbove(std::span<const Bytes> level) {
  std::vector<Bytes> above;
  above.reserve((level.size() + 1) / 2);
  for (size_t i = 0; i + 1 < level.size(); i += 2) {
    above.push_back(Node(level[i], level[i + 1]));
  }
  if (level.size() % 2 != 0) above.push_back(level.back());
  return above;
}

}  // namespace

Bytes MerkleLeaf(ByteView leaf_transcript) {
  return Hash(HashAlgorithm::kSha384,
              {kLeafPrefix, AsBytes(kLeafDomain), leaf_transcript});
}

absl::StatusOr<Bytes> MerkleRoot(std::span<const Bytes> leaves) {
  RETURN_IF_ERROR(CheckLeaves(leaves));
  std::vector<Bytes> level(leaves.begin(), leaves.end());
  while (level.size() > 1) level = LevelAbove(level);
  return std::move(level.front());
}

absl::StatusOr<std::vector<Bytes>> MerklePath(std::span<const Bytes> leaves,
                                              uint64_t index) {
  RETURN_IF_ERROR(CheckLeaves(leaves));
  if (index >= leaves.size()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected a leaf index below %d, found %d", leaves.size(), index));
  }
  std::vector<Bytes> path;
  std::vector<Bytes> level(leaves.begin(), leaves.end());
  for (; level.size() > 1; level = LevelAbove(level), index /= 2) {
    const uint64_t sibling = index ^ 1;
    if (sibling < level.size()) path.push_back(level[sibling]);
  }
  return path;
}

absl::Status VerifyInclusion(ByteView leaf, uint64_t index, uint64_t tree_size,
                             std::span<const Bytes> path, ByteView root) {
  constexpr absl::string_view kReason = "inclusion-proof";
  if (tree_size == 0 || tree_size > kMaxTreeSize) {
    return Refuse(kReason, absl::StrFormat("expected a tree size of 1 to %d, "
                                           "found %d",
                                           kMaxTreeSize, tree_size));
  }
  if (index >= tree_size) {
    return Refuse(kReason,
                  absl::StrFormat("expected a leaf index below %d, found %d",
                                  tree_size, index));
  }
  uint64_t node = index;
  uint64_t last = tree_size - 1;
  Bytes hash = ToBytes(leaf);
  for (const Bytes& sibling : path) {
    if (sibling.size() != kNodeSize) {
      return Refuse(kReason,
                    absl::StrFormat("expected path nodes of %d bytes, found %d",
                                    kNodeSize, sibling.size()));
    }
    if (last == 0) {
      return Refuse(kReason, absl::StrFormat("expected a shorter path for leaf "
                                             "%d of %d, found %d nodes",
                                             index, tree_size, path.size()));
    }
    if (node % 2 != 0 || node == last) {
      hash = Node(sibling, hash);
      // A node that went up alone has no sibling on those levels.
      while (node % 2 == 0 && node != 0) {
        node /= 2;
        last /= 2;
      }
    } else {
      hash = Node(hash, sibling);
    }
    node /= 2;
    last /= 2;
  }
  if (last != 0) {
    return Refuse(kReason, absl::StrFormat("expected a longer path for leaf %d "
                                           "of %d, found %d nodes",
                                           index, tree_size, path.size()));
  }
  if (!ConstantTimeEqual(hash, root)) {
    return Refuse(kReason,
                  absl::StrFormat("expected the root %s from leaf %d and its "
                                  "path, found %s",
                                  Hex(root), index, Hex(hash)));
  }
  return absl::OkStatus();
}

}  // namespace evidenced
