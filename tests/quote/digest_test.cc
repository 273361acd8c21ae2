#include "quote/crypto/digest.h"

#include <string>
#include <utility>

#include "gmock/gmock.h"

namespace evidenced {
namespace {

constexpr char kTwoBlocks[] =
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
constexpr char kOneBlock[] =
    "abcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcd";

constexpr HashAlgorithm kAll[] = {
    HashAlgorithm::kSha1, HashAlgorithm::kSha256, HashAlgorithm::kSha384,
    HashAlgorithm::kSha512, HashAlgorithm::kSm3_256};

struct KnownAnswer {
  HashAlgorithm algorithm;
  const char* message;
  const char* digest;
};

// The examples of FIPS 180-4 and of GB/T 32905 (SM3), and the empty message.
constexpr KnownAnswer kKnownAnswers[] = {
    {HashAlgorithm::kSha1, "", "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
    {HashAlgorithm::kSha1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"},
    {HashAlgorithm::kSha1, kTwoBlocks,
     "84983e441c3bd26ebaae4aa1f95129e5e54670f1"},
    {HashAlgorithm::kSha256, "",
     "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {HashAlgorithm::kSha256, "abc",
     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {HashAlgorithm::kSha256, kTwoBlocks,
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {HashAlgorithm::kSha384, "",
     "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da"
     "274edebfe76f65fbd51ad2f14898b95b"},
    {HashAlgorithm::kSha384, "abc",
     "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
     "8086072ba1e7cc2358baeca134c825a7"},
    {HashAlgorithm::kSha384, kTwoBlocks,
     "3391fdddfc8dc7393707a65b1b4709397cf8b1d162af05abfe8f450de5f36bc6"
     "b0455a8520bc4e6f5fe95b1fe3c8452b"},
    {HashAlgorithm::kSha512, "",
     "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
     "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"},
    {HashAlgorithm::kSha512, "abc",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
     "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
    {HashAlgorithm::kSha512, kTwoBlocks,
     "204a8fc6dda82f0a0ced7beb8e08a41657c16ef468b228a8279be331a703c335"
     "96fd15c13b1b07f9aa1d3bea57789ca031ad85c7a71dd70354ec631238ca3445"},
    {HashAlgorithm::kSm3_256, "",
     "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b"},
    {HashAlgorithm::kSm3_256, "abc",
     "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"},
    {HashAlgorithm::kSm3_256, kOneBlock,
     "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"},
};

TEST(Hash, GivesTheStandardsAnswers) {
  for (const KnownAnswer& known : kKnownAnswers) {
    const Bytes digest = Hash(known.algorithm, {AsBytes(known.message)});
    EXPECT_EQ(Hex(digest), known.digest) << HashName(known.algorithm);
    EXPECT_EQ(digest.size(), DigestSize(known.algorithm));
  }
}

TEST(Hash, JoinsItsParts) {
  for (const HashAlgorithm algorithm : kAll) {
    EXPECT_EQ(Hash(algorithm, {AsBytes("a"), {}, AsBytes("bc")}),
              Hash(algorithm, {AsBytes("abc")}));
  }
}

TEST(Hash, ForgetsTheMessageBefore) {
  const Bytes first = Sha256(AsBytes("abc"));
  Sha384(AsBytes("other"));
  EXPECT_EQ(Sha256(AsBytes("abc")), first);
}

TEST(HashAlgorithm, GoesToNamesAndIdsAndBack) {
  for (const HashAlgorithm algorithm : kAll) {
    EXPECT_EQ(HashAlgorithmFromId(static_cast<uint16_t>(algorithm)), algorithm);
    EXPECT_EQ(HashAlgorithmFromName(HashName(algorithm)), algorithm);
  }
  EXPECT_EQ(HashName(HashAlgorithm::kSm3_256), "sm3_256");
}

TEST(HashAlgorithm, KnowsNoOtherIdsOrNames) {
  int known = 0;
  for (uint32_t id = 0; id <= 0xffff; ++id) {
    if (HashAlgorithmFromId(static_cast<uint16_t>(id)).has_value()) ++known;
  }
  EXPECT_EQ(known, 5);
  for (const char* name : {"", "SHA256", "sha256 ", "sha224", "sm3", "md5"}) {
    EXPECT_EQ(HashAlgorithmFromName(name), std::nullopt) << name;
  }
}

TEST(Hasher, HashesPiecesAsOneMessage) {
  for (const HashAlgorithm algorithm : kAll) {
    Hasher hasher(algorithm);
    for (const char c : std::string(kTwoBlocks)) {
      hasher.Update(AsBytes({&c, 1}));
    }
    EXPECT_EQ(hasher.Digest(), Hash(algorithm, {AsBytes(kTwoBlocks)}));
  }
}

TEST(Hasher, GoesOnAfterADigest) {
  Hasher hasher(HashAlgorithm::kSha256);
  hasher.Update(AsBytes("a"));
  EXPECT_EQ(hasher.Digest(), Sha256(AsBytes("a")));
  EXPECT_EQ(hasher.Digest(), Sha256(AsBytes("a")));
  hasher.Update(AsBytes("bc"));
  EXPECT_EQ(hasher.Digest(), Sha256(AsBytes("abc")));
}

TEST(Hasher, CopiesGoTheirOwnWays) {
  Hasher first(HashAlgorithm::kSha384);
  first.Update(AsBytes("a"));
  Hasher second(first);
  Hasher third(HashAlgorithm::kSha1);
  third = first;
  first.Update(AsBytes("1"));
  second.Update(AsBytes("2"));
  third.Update(AsBytes("3"));
  EXPECT_EQ(first.Digest(), Sha384(AsBytes("a1")));
  EXPECT_EQ(second.Digest(), Sha384(AsBytes("a2")));
  EXPECT_EQ(third.Digest(), Sha384(AsBytes("a3")));
}

TEST(Hasher, MovesWithItsState) {
  Hasher first(HashAlgorithm::kSha256);
  first.Update(AsBytes("a"));
  Hasher second(std::move(first));
  second.Update(AsBytes("b"));
  EXPECT_EQ(second.Digest(), Sha256(AsBytes("ab")));
}

}  // namespace
}  // namespace evidenced
