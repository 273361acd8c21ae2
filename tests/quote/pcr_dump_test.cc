#include "quote/tpm/pcr_dump.h"

#include "gmock/gmock.h"

#include "quote/base/byte_writer.h"
#include "quote/base/error_class.h"
#include "tests/quote/tpm_builder.h"

namespace evidenced {
namespace {

constexpr auto kSha1 = HashAlgorithm::kSha1;
constexpr auto kSha256 = HashAlgorithm::kSha256;
constexpr size_t kHeadSize = 4 + 16 * 8 + 4;
constexpr size_t kListSize = 4 + 8 * (2 + 64);

std::vector<PcrBankSelection> Selection() {
  return {{kSha1, {1, 2}}, {kSha256, {0, 1, 2, 3, 4, 5, 6, 7, 23}}};
}

PcrValues Values() {
  PcrValues values = SomePcrValues(kSha1, {1, 2});
  values.merge(SomePcrValues(kSha256, {0, 1, 2, 3, 4, 5, 6, 7, 23}));
  return values;
}

TEST(ParsePcrDump, ReadsListsThatAreFilledWithoutRegardToBanks) {
  const auto dump = ParsePcrDump(PcrDumpBytes(Selection(), Values()));
  ASSERT_TRUE(dump.ok()) << dump.status();
  EXPECT_EQ(dump->selection, Selection());
  EXPECT_EQ(dump->values.size(), 11U);
  EXPECT_EQ(dump->Values(), Values());
}

TEST(ParsePcrDump, RefusesEveryTruncationAndTrailingBytes) {
  Bytes whole = PcrDumpBytes(Selection(), Values());
  for (size_t size = 1; size < whole.size(); ++size) {
    EXPECT_EQ(ErrorClassOf(ParsePcrDump(ByteView(whole).first(size)).status()),
              ErrorClass::kTruncated)
        << size;
  }
  whole.push_back(0);
  EXPECT_EQ(ErrorClassOf(ParsePcrDump(whole).status()), ErrorClass::kMalformed);
  EXPECT_EQ(ErrorClassOf(ParsePcrDump({}).status()), ErrorClass::kEmpty);
}

TEST(ParsePcrDump, RefusesNumbersBeyondItsRoom) {
  const Bytes whole = PcrDumpBytes(Selection(), Values());
  // Banks, octets of the first, lists, digests of the first, size of its first.
  for (const size_t offset : {size_t{0}, size_t{6}, kHeadSize - 3, kHeadSize,
                              kHeadSize + 4, kHeadSize + 5}) {
    Bytes bad = whole;
    bad[offset] = 0xff;
    EXPECT_FALSE(ParsePcrDump(bad).ok()) << offset;
  }
}

TEST(ParsePcrDump, RefusesMoreOrFewerValuesThanSelected) {
  const Bytes whole = PcrDumpBytes(Selection(), Values());
  // The bitmap of the first bank: PCRs 0 to 2, and PCR 1 alone.
  for (const uint8_t bitmap : {uint8_t{7}, uint8_t{2}}) {
    Bytes bad = whole;
    ASSERT_EQ(bad[7], 6);
    bad[7] = bitmap;
    EXPECT_FALSE(ParsePcrDump(bad).ok());
  }
  Bytes fewer = whole;
  fewer[kHeadSize + kListSize] -= 1;
  EXPECT_FALSE(ParsePcrDump(fewer).ok());
}

TEST(ParsePcrDump, RefusesABankTwiceAndAnUnknownOne) {
  const Bytes whole = PcrDumpBytes(Selection(), Values());
  Bytes twice = whole;
  twice[4] = 0x0b;
  EXPECT_EQ(ErrorClassOf(ParsePcrDump(twice).status()), ErrorClass::kMalformed);
  Bytes unknown = whole;
  unknown[4] = 0x27;
  EXPECT_EQ(ErrorClassOf(ParsePcrDump(unknown).status()),
            ErrorClass::kUnsupportedAlgorithm);
}

TEST(EncodePcrDump, WritesWhatTpm2ToolsWrite) {
  EXPECT_EQ(*EncodePcrDump(Selection(), Values()),
            PcrDumpBytes(Selection(), Values()));
}

TEST(EncodePcrDump, RefusesAMissingValueAndOneOfAnotherLength) {
  PcrValues values = Values();
  values[kSha256][3].pop_back();
  EXPECT_FALSE(EncodePcrDump(Selection(), values).ok());
  values[kSha256].erase(3);
  EXPECT_FALSE(EncodePcrDump(Selection(), values).ok());
}

TEST(ParsePcrValueDump, TakesExactlyTheValuesOfTheSelection) {
  ByteWriter out;
  for (const PcrBankSelection& bank : Selection()) {
    for (const uint32_t pcr : bank.pcrs) {
      out.Put(Values().at(bank.algorithm).at(pcr));
    }
  }
  Bytes bytes = ToBytes(out.view());
  EXPECT_EQ(ParsePcrValueDump(bytes, Selection())->Values(), Values());
  bytes.push_back(0);
  EXPECT_FALSE(ParsePcrValueDump(bytes, Selection()).ok());
  bytes.erase(bytes.end() - 2, bytes.end());
  EXPECT_FALSE(ParsePcrValueDump(bytes, Selection()).ok());
}

}  // namespace
}  // namespace evidenced
