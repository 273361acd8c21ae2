#include "evidence/log/describe_ima.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/evidence/log/log_builder.h"

namespace evidenced {
namespace {

using ::testing::EndsWith;
using ::testing::StartsWith;

EventDescription Describe(absl::string_view name, const Bytes& data,
                          const Bytes& digest = Bytes(20, 1)) {
  const Bytes bytes = ImaEntry(10, digest, name, data);
  const auto log = ParseImaLog(bytes);
  EXPECT_TRUE(log.ok()) << log.status();
  return DescribeEvent(*log, log->events.at(0));
}

const std::string kDigestText = "sha256:" + std::string(64, '1');

Bytes Digest() { return DigestNg(Bytes(32, 0x11)); }

TEST(DescribeImaEntry, SaysDigestAndPath) {
  const auto words = Describe("ima-ng", Fields({Digest(), NameNg("/bin/sh")}));
  EXPECT_EQ(words.type, "ima-ng");
  EXPECT_EQ(words.meaning, kDigestText + " /bin/sh");
  EXPECT_TRUE(words.data_covered);
}

TEST(DescribeImaEntry, SaysSignatureAndBuffer) {
  EXPECT_EQ(Describe("ima-sig", Fields({Digest(), NameNg("/a"), Bytes(9, 3)}))
                .meaning,
            kDigestText + " /a signature of 9 bytes");
  EXPECT_EQ(Describe("ima-sig", Fields({Digest(), NameNg("/a"), {}})).meaning,
            kDigestText + " /a");
  EXPECT_EQ(Describe("ima-buf", Fields({Digest(), NameNg("kernel_version"),
                                        Bytes(7, '6')}))
                .meaning,
            kDigestText + " kernel_version data of 7 bytes");
}

TEST(DescribeImaEntry, ReadsATemplateThatIsItsFields) {
  EXPECT_EQ(
      Describe("n-ng|d-ng|iuid", Fields({NameNg("/a"), Digest(), Bytes(4, 0)}))
          .meaning,
      "/a " + kDigestText + " uid 0");
}

TEST(DescribeImaEntry, WhatTheFieldsOfACustomTemplateAreIsTheHostsWord) {
  // As "ima-ng" it would tell the path.
  const auto words = Describe("sig|sig", Fields({Digest(), NameNg("/evil")}));
  EXPECT_FALSE(words.data_covered);
  EXPECT_TRUE(words.text_covered);
}

TEST(DescribeImaEntry, APathCannotLookLikeOtherFields) {
  EXPECT_EQ(
      Describe("ima-sig",
               Fields({Digest(), NameNg("/evil signature of 9 bytes"), {}}))
          .meaning,
      kDigestText + " \"/evil signature of 9 bytes\"");
}

TEST(DescribeImaEntry, AViolationIsSaidAndNotCovered) {
  const auto words =
      Describe("ima-ng", Fields({Digest(), NameNg("/a")}), Bytes(20, 0));
  EXPECT_THAT(words.meaning, StartsWith("violation: "));
  EXPECT_FALSE(words.data_covered);
}

TEST(DescribeImaEntry, MalformedFieldsAreSaidToBe) {
  Bytes data = Fields({Digest(), NameNg("/a")});
  data.push_back(0);
  EXPECT_THAT(Describe("ima-ng", data).meaning, EndsWith("(malformed fields)"));
  EXPECT_THAT(Describe("ima-ng", Bytes(4, 0xff)).meaning,
              EndsWith("(malformed fields)"));
  EXPECT_EQ(Describe("of-tomorrow", Bytes(4, 0xff)).meaning, "4 bytes");
}

TEST(DescribeImaEntry, APathCannotSendEscapes) {
  EXPECT_EQ(
      Describe("ima-ng", Fields({Digest(), NameNg("/\x1b[2J\n")})).meaning,
      kDigestText + " /\\x1b[2J\\x0a");
}

}  // namespace
}  // namespace evidenced
