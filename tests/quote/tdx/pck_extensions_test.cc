#include "quote/tdx/pck_extensions.h"

#include "gmock/gmock.h"

#include "quote/base/error_class.h"
#include "tests/support/tdx_quoter/pck_extension.h"

namespace evidenced {
namespace {

using tdx_quoter::Blob;
using tdx_quoter::Der;
using tdx_quoter::DerInteger;
using tdx_quoter::DerPair;
using tdx_quoter::PckExtension;
using tdx_quoter::PckPairs;
using tdx_quoter::Platform;

void ExpectRefused(const Bytes& der) {
  const auto extensions = ParsePckExtensions(der);
  EXPECT_EQ(extensions.status().code(), absl::StatusCode::kInvalidArgument)
      << Hex(der);
}

// The pair at `index` replaced.
Bytes With(size_t index, const Blob& pair) {
  std::vector<Blob> pairs = PckPairs({});
  pairs.at(index) = pair;
  return PckExtension(pairs);
}

// The TCB with the pair of `arc` replaced.
Bytes WithTcb(uint8_t arc, const Blob& value) {
  std::vector<Blob> tcb;
  for (uint8_t i = 1; i <= 18; ++i) {
    const Blob good = i == 18 ? Der(0x04, Blob(16, 1)) : DerInteger(i);
    tcb.push_back(DerPair({2, i}, i == arc ? value : good));
  }
  return With(1, DerPair({2}, Der(0x30, tdx_quoter::Join(tcb))));
}

TEST(ParsePckExtensions, FindsEachValue) {
  const auto found = ParsePckExtensions(PckExtension(Platform()));
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->ppid, Bytes(16, 0x99));
  EXPECT_EQ(Hex(found->tcb_comp_svn), "050502020301000300000000000000c8");
  EXPECT_EQ(found->pce_svn, 13);
  EXPECT_EQ(found->cpu_svn, Bytes(16, 0xc5));
  EXPECT_EQ(found->pce_id, Bytes(2, 0));
  EXPECT_EQ(Hex(found->fmspc), "90c06f000000");
  EXPECT_EQ(found->sgx_type, 1);
  EXPECT_EQ(found->platform_instance_id, Bytes(16, 0x1d));
  ASSERT_TRUE(found->configuration.has_value());
  EXPECT_TRUE(found->configuration->dynamic_platform);
  EXPECT_TRUE(found->configuration->cached_keys);
  EXPECT_FALSE(found->configuration->smt_enabled);
}

// A PCE SVN takes two bytes, and a third where the first bit would be a sign.
TEST(ParsePckExtensions, ReadsIntegersOfEachLength) {
  for (const uint16_t svn : {0, 1, 127, 128, 255, 256, 32767, 32768, 65535}) {
    Platform platform;
    platform.pce_svn = svn;
    const auto found = ParsePckExtensions(PckExtension(platform));
    ASSERT_TRUE(found.ok()) << found.status();
    EXPECT_EQ(found->pce_svn, svn);
  }
}

TEST(ParsePckExtensions, GoesWithoutInstanceAndConfiguration) {
  std::vector<Blob> pairs = PckPairs({});
  pairs.resize(5);
  const auto found = ParsePckExtensions(PckExtension(pairs));
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_TRUE(found->platform_instance_id.empty());
  EXPECT_FALSE(found->configuration.has_value());
}

TEST(ParsePckExtensions, LeavesOutWhatItDoesNotKnow) {
  std::vector<Blob> pairs = PckPairs({});
  pairs.push_back(DerPair({8}, Der(0x04, Blob(300, 1))));
  EXPECT_TRUE(ParsePckExtensions(PckExtension(pairs)).ok());
}

TEST(ParsePckExtensions, RefusesAMissingValue) {
  for (size_t i = 0; i < 5; ++i) {
    std::vector<Blob> pairs = PckPairs({});
    pairs.erase(pairs.begin() + static_cast<std::ptrdiff_t>(i));
    ExpectRefused(PckExtension(pairs));
  }
}

TEST(ParsePckExtensions, RefusesAValueTwice) {
  for (size_t i = 0; i < 7; ++i) {
    std::vector<Blob> pairs = PckPairs({});
    pairs.push_back(pairs.at(i));
    ExpectRefused(PckExtension(pairs));
  }
}

TEST(ParsePckExtensions, RefusesValuesOfOtherTypesAndLengths) {
  ExpectRefused(With(0, DerPair({1}, Der(0x04, Blob(15, 1)))));
  ExpectRefused(With(0, DerPair({1}, Der(0x04, Blob(17, 1)))));
  ExpectRefused(With(0, DerPair({1}, Der(0x03, Blob(16, 1)))));
  ExpectRefused(With(1, DerPair({2}, DerInteger(2))));
  ExpectRefused(With(2, DerPair({3}, Der(0x04, Blob(3, 1)))));
  ExpectRefused(With(3, DerPair({4}, Der(0x04, Blob(5, 1)))));
  ExpectRefused(With(4, DerPair({5}, DerInteger(1))));
  ExpectRefused(With(4, DerPair({5}, Der(0x0a, {}))));
  ExpectRefused(With(4, DerPair({5}, Der(0x0a, {0x01, 0x00}))));
  ExpectRefused(With(5, DerPair({6}, Der(0x04, Blob(15, 1)))));
  ExpectRefused(
      With(6, DerPair({7}, Der(0x30, DerPair({7, 1}, Der(0x01, {0x01}))))));
  ExpectRefused(
      With(6, DerPair({7}, Der(0x30, DerPair({7, 1}, DerInteger(1))))));
}

TEST(ParsePckExtensions, RefusesSvnsThatAreNone) {
  for (uint8_t arc = 1; arc <= 16; ++arc) {
    EXPECT_TRUE(ParsePckExtensions(WithTcb(arc, DerInteger(255))).ok());
    ExpectRefused(WithTcb(arc, DerInteger(256)));
    ExpectRefused(WithTcb(arc, Der(0x02, {0x80})));        // negative
    ExpectRefused(WithTcb(arc, Der(0x02, {0x00, 0x01})));  // not the shortest
    ExpectRefused(WithTcb(arc, Der(0x02, {})));
  }
  ExpectRefused(WithTcb(17, Der(0x02, {0x01, 0x00, 0x00})));  // 65536
  ExpectRefused(WithTcb(17, Der(0x02, {0x00, 0x00, 0x80})));
  ExpectRefused(WithTcb(18, Der(0x04, Blob(15, 1))));
}

TEST(ParsePckExtensions, RefusesOtherOids) {
  Blob pair = DerPair({1}, Der(0x04, Blob(16, 1)));
  pair.at(4) ^= 1;  // the first byte of the OID
  ExpectRefused(With(0, pair));
  ExpectRefused(With(0, DerPair({}, Der(0x04, Blob(16, 1)))));
  ExpectRefused(With(0, DerPair({1, 1}, Der(0x04, Blob(16, 1)))));
}

TEST(ParsePckExtensions, RefusesEveryTruncation) {
  const Bytes der = PckExtension(Platform());
  for (size_t size = 0; size < der.size(); ++size) {
    ExpectRefused({der.begin(), der.begin() + static_cast<int64_t>(size)});
  }
  Bytes longer = der;
  longer.push_back(0);
  ExpectRefused(longer);
}

TEST(ParsePckExtensions, RefusesLengthsThatAreNotTheShortest) {
  const Bytes good = PckExtension(Platform());
  ASSERT_EQ(good.at(1), 0x82);
  Bytes longer = good;
  longer.at(1) = 0x83;
  longer.insert(longer.begin() + 2, 0);
  ExpectRefused(longer);
  Bytes indefinite = good;
  indefinite.at(1) = 0x80;
  ExpectRefused(indefinite);
  Bytes huge = good;
  huge.at(1) = 0x84;
  ExpectRefused(huge);
}

}  // namespace
}  // namespace evidenced
