// The layout alone: ParseTpmQuote() and SplitTpmStatement().
#include <string>

#include "gmock/gmock.h"

#include "quote/base/byte_writer.h"
#include "quote/tpm/quote.h"
#include "tests/quote/tpm_builder.h"

namespace evidenced {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kSha256 = HashAlgorithm::kSha256;

AttestSpec GoodAttest() {
  return {.qualified_signer = Bytes(34, 0x11),
          .extra_data = Bytes(48, 0x22),
          .selection = {{kSha256, {0, 7, 8, 23}}, {HashAlgorithm::kSha1, {}}},
          .pcr_digest = Bytes(32, 0x33)};
}

absl::StatusCode ParseCode(ByteView attest) {
  return ParseTpmQuote(attest).status().code();
}

// Puts `selections`, as written, in place of the empty ones of an attest.
Bytes WithSelections(uint32_t count, ByteView selections) {
  AttestSpec spec = GoodAttest();
  spec.selection = {};
  const Bytes whole = AttestBytes(spec);
  const size_t tail = 2 + spec.pcr_digest.size();
  const size_t head = whole.size() - tail - 4;
  ByteWriter out;
  out.Put(ByteView(whole).first(head)).Be(count).Put(selections);
  out.Put(ByteView(whole).last(tail));
  return std::move(out).Take();
}

TEST(ParseTpmQuote, ReadsEveryField) {
  const AttestSpec spec = GoodAttest();
  const auto quote = ParseTpmQuote(AttestBytes(spec));
  ASSERT_TRUE(quote.ok()) << quote.status();
  EXPECT_EQ(quote->qualified_signer, spec.qualified_signer);
  EXPECT_EQ(quote->extra_data, spec.extra_data);
  EXPECT_EQ(quote->clock.clock_ms, 5000U);
  EXPECT_EQ(quote->clock.reset_count, 3U);
  EXPECT_EQ(quote->clock.restart_count, 1U);
  EXPECT_TRUE(quote->clock.safe);
  EXPECT_EQ(quote->firmware_version, 0x2019102300163636U);
  EXPECT_EQ(quote->selection, spec.selection);
  EXPECT_EQ(quote->pcr_digest, spec.pcr_digest);
}

TEST(ParseTpmQuote, RefusesEveryTruncationAndTrailingBytes) {
  Bytes attest = AttestBytes(GoodAttest());
  for (size_t size = 0; size < attest.size(); ++size) {
    EXPECT_EQ(ParseCode(ByteView(attest).first(size)), kInvalid) << size;
  }
  attest.push_back(0);
  EXPECT_EQ(ParseCode(attest), kInvalid);
}

TEST(ParseTpmQuote, RefusesAnotherMagicAndSaysBoth) {
  AttestSpec spec = GoodAttest();
  spec.magic = 0xfe544347;
  const auto status = ParseTpmQuote(AttestBytes(spec)).status();
  EXPECT_EQ(status.code(), kInvalid);
  EXPECT_THAT(std::string(status.message()), HasSubstr("0xff544347"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("0xfe544347"));
}

TEST(ParseTpmQuote, RefusesEveryOtherType) {
  AttestSpec spec = GoodAttest();
  for (uint32_t type = 0x8014; type <= 0x801d; ++type) {
    if (type == 0x8018) continue;
    spec.type = static_cast<uint16_t>(type);
    EXPECT_EQ(ParseCode(AttestBytes(spec)), kInvalid) << type;
  }
}

TEST(ParseTpmQuote, RefusesASafeThatIsNeitherYesNorNo) {
  const AttestSpec spec = GoodAttest();
  Bytes attest = AttestBytes(spec);
  const size_t safe = 6 + 2 + spec.qualified_signer.size() + 2 +
                      spec.extra_data.size() + 8 + 4 + 4;
  ASSERT_EQ(attest[safe], 1);
  attest[safe] = 0;
  EXPECT_FALSE(ParseTpmQuote(attest)->clock.safe);
  attest[safe] = 2;
  EXPECT_EQ(ParseCode(attest), kInvalid);
}

TEST(ParseTpmQuote, RefusesMoreThanSixteenBanks) {
  for (const uint32_t count : {17U, 0x10000U, 0xffffffffU}) {
    const auto status = ParseTpmQuote(WithSelections(count, {})).status();
    EXPECT_EQ(status.code(), kInvalid) << count;
    EXPECT_THAT(std::string(status.message()), HasSubstr("at most 16"));
  }
}

TEST(ParseTpmQuote, RefusesFewerBanksThanItCounts) {
  const Bytes one = SelectionBytes({kSha256, {1}});
  EXPECT_TRUE(ParseTpmQuote(WithSelections(1, one)).ok());
  EXPECT_EQ(ParseCode(WithSelections(2, one)), kInvalid);
  EXPECT_EQ(ParseCode(WithSelections(0, one)), kInvalid);
}

TEST(ParseTpmQuote, RefusesABankTwice) {
  ByteWriter out;
  out.Put(SelectionBytes({kSha256, {1}})).Put(SelectionBytes({kSha256, {2}}));
  EXPECT_EQ(ParseCode(WithSelections(2, out.view())), kInvalid);
}

TEST(ParseTpmQuote, RefusesAnUnknownBank) {
  Bytes selection = SelectionBytes({kSha256, {1}});
  selection[1] = 0x27;  // SHA3-256
  EXPECT_EQ(ParseCode(WithSelections(1, selection)), kInvalid);
}

TEST(ParseTpmQuote, TakesUpToThreeOctetsOfPcrs) {
  for (uint8_t octets = 0; octets <= 3; ++octets) {
    ByteWriter out;
    out.Be(uint16_t{0x000B}).Be(octets).Put(Bytes(octets, 0x80));
    const auto quote = ParseTpmQuote(WithSelections(1, out.view()));
    ASSERT_TRUE(quote.ok()) << quote.status();
    EXPECT_THAT(quote->selection[0].pcrs, SizeIs(octets));
  }
  for (const int octets : {4, 32, 255}) {
    ByteWriter out;
    out.Be(uint16_t{0x000B}).Be(static_cast<uint8_t>(octets));
    out.Put(Bytes(octets, 0));
    EXPECT_EQ(ParseCode(WithSelections(1, out.view())), kInvalid) << octets;
  }
}

TEST(SplitTpmStatement, GivesBothParts) {
  const Bytes attest = AttestBytes(GoodAttest());
  const Bytes signature = {1, 2, 3};
  const Bytes statement = Statement(attest, signature);
  const auto split = SplitTpmStatement(statement);
  ASSERT_TRUE(split.ok()) << split.status();
  EXPECT_EQ(ToBytes(split->attest), attest);
  EXPECT_EQ(ToBytes(split->signature), signature);
}

TEST(SplitTpmStatement, RefusesEveryTruncationOfTheAttest) {
  const Bytes attest = AttestBytes(GoodAttest());
  const Bytes statement = Statement(attest, {});
  for (size_t size = 0; size < statement.size(); ++size) {
    const auto split = SplitTpmStatement(ByteView(statement).first(size));
    EXPECT_EQ(split.status().code(), kInvalid) << size;
  }
  const auto whole = SplitTpmStatement(statement);
  ASSERT_TRUE(whole.ok());
  EXPECT_THAT(ToBytes(whole->signature), IsEmpty());
}

}  // namespace
}  // namespace evidenced
