#include "evidence/binding/merkle.h"

#include <vector>

#include "gtest/gtest.h"

#include "quote/crypto/digest.h"
#include "tests/evidence/binding/binding_builders.h"

namespace evidenced {
namespace {

constexpr uint8_t kNodePrefix[] = {0x01};

std::vector<Bytes> Leaves(size_t count) {
  std::vector<Bytes> leaves;
  for (size_t i = 0; i < count; ++i) {
    const Bytes seed = {static_cast<uint8_t>(i), static_cast<uint8_t>(i >> 8)};
    leaves.push_back(MerkleLeaf(seed));
  }
  return leaves;
}

// The largest power of two below `n`.
size_t Split(size_t n) {
  size_t k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

// RFC 9162, section 2.1.1, word by word.
Bytes NaiveRoot(std::span<const Bytes> leaves) {
  if (leaves.size() == 1) return leaves[0];
  const size_t k = Split(leaves.size());
  return Hash(HashAlgorithm::kSha384, {kNodePrefix, NaiveRoot(leaves.first(k)),
                                       NaiveRoot(leaves.subspan(k))});
}

// RFC 9162, section 2.1.3.1, word by word.
std::vector<Bytes> NaivePath(std::span<const Bytes> leaves, size_t index) {
  if (leaves.size() == 1) return {};
  const size_t k = Split(leaves.size());
  const bool left = index < k;
  std::vector<Bytes> path = left ? NaivePath(leaves.first(k), index)
                                 : NaivePath(leaves.subspan(k), index - k);
  path.push_back(NaiveRoot(left ? leaves.subspan(k) : leaves.first(k)));
  return path;
}

TEST(Merkle, AgreesWithTheRecursiveDefinition) {
  for (size_t size = 1; size <= 70; ++size) {
    const std::vector<Bytes> leaves = Leaves(size);
    const Bytes root = *MerkleRoot(leaves);
    EXPECT_EQ(root, NaiveRoot(leaves)) << size;
    for (size_t i = 0; i < size; ++i) {
      const std::vector<Bytes> path = *MerklePath(leaves, i);
      EXPECT_EQ(path, NaivePath(leaves, i)) << size << " " << i;
      EXPECT_TRUE(VerifyInclusion(leaves[i], i, size, path, root).ok())
          << size << " " << i;
    }
  }
}

TEST(Merkle, RefusesEveryOtherIndexAndLeaf) {
  for (size_t size = 1; size <= 20; ++size) {
    const std::vector<Bytes> leaves = Leaves(size);
    const Bytes root = *MerkleRoot(leaves);
    for (size_t i = 0; i < size; ++i) {
      const std::vector<Bytes> path = *MerklePath(leaves, i);
      for (size_t other = 0; other < size + 2; ++other) {
        if (other == i) continue;
        EXPECT_EQ(
            RefusalReason(VerifyInclusion(leaves[i], other, size, path, root)),
            "inclusion-proof");
      }
      EXPECT_FALSE(VerifyInclusion(MerkleLeaf(root), i, size, path, root).ok());
    }
  }
}

TEST(Merkle, RefusesPathsOfAnotherLength) {
  for (size_t size = 1; size <= 20; ++size) {
    const std::vector<Bytes> leaves = Leaves(size);
    const Bytes root = *MerkleRoot(leaves);
    for (size_t i = 0; i < size; ++i) {
      std::vector<Bytes> path = *MerklePath(leaves, i);
      path.push_back(root);
      EXPECT_FALSE(VerifyInclusion(leaves[i], i, size, path, root).ok());
      path.pop_back();
      if (path.empty()) continue;
      path.pop_back();
      EXPECT_FALSE(VerifyInclusion(leaves[i], i, size, path, root).ok());
    }
  }
}

TEST(Merkle, RefusesFlippedNodes) {
  const std::vector<Bytes> leaves = Leaves(11);
  const Bytes root = *MerkleRoot(leaves);
  for (size_t i = 0; i < leaves.size(); ++i) {
    const std::vector<Bytes> path = *MerklePath(leaves, i);
    for (size_t node = 0; node < path.size(); ++node) {
      std::vector<Bytes> flipped = path;
      flipped[node][i % 48] ^= 1;
      EXPECT_FALSE(VerifyInclusion(leaves[i], i, 11, flipped, root).ok());
    }
  }
}

TEST(Merkle, RefusesTreeSizesOutOfBounds) {
  const std::vector<Bytes> leaves = Leaves(1);
  for (const uint64_t size : {uint64_t{0}, kMaxTreeSize + 1, ~uint64_t{0}}) {
    EXPECT_EQ(RefusalReason(VerifyInclusion(leaves[0], 0, size, {}, leaves[0])),
              "inclusion-proof");
  }
}

TEST(Merkle, RefusesAPathOfManyNodes) {
  const std::vector<Bytes> leaves = Leaves(2);
  const std::vector<Bytes> path(1000, leaves[1]);
  EXPECT_FALSE(
      VerifyInclusion(leaves[0], 0, kMaxTreeSize, path, leaves[0]).ok());
}

TEST(Merkle, BuildsTheLargestTreeAndNoLarger) {
  std::vector<Bytes> leaves(kMaxTreeSize, MerkleLeaf({}));
  const auto root = MerkleRoot(leaves);
  ASSERT_TRUE(root.ok()) << root.status();
  const auto path = MerklePath(leaves, kMaxTreeSize - 1);
  ASSERT_TRUE(path.ok()) << path.status();
  EXPECT_EQ(path->size(), 16u);
  leaves.push_back(leaves[0]);
  EXPECT_FALSE(MerkleRoot(leaves).ok());
  EXPECT_FALSE(MerklePath(leaves, 0).ok());
}

TEST(Merkle, RefusesNoLeavesShortLeavesAndIndexesBeyond) {
  EXPECT_FALSE(MerkleRoot({}).ok());
  std::vector<Bytes> leaves = Leaves(3);
  EXPECT_FALSE(MerklePath(leaves, 3).ok());
  leaves[1].pop_back();
  EXPECT_FALSE(MerkleRoot(leaves).ok());
}

}  // namespace
}  // namespace evidenced
