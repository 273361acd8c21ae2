// Who signed it, and over which registers: VerifyTpmQuote() and VerifyPcrs().
#include <string>

#include "gmock/gmock.h"

#include "quote/tpm/quote.h"
#include "tests/quote/tpm_builder.h"

namespace evidenced {
namespace {

using ::testing::HasSubstr;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kUnauthenticated = absl::StatusCode::kUnauthenticated;
constexpr auto kSha1 = HashAlgorithm::kSha1;
constexpr auto kSha256 = HashAlgorithm::kSha256;
constexpr auto kSha384 = HashAlgorithm::kSha384;

// A quote over three registers of one bank, signed by an ECC AK.
class TpmQuoteTest : public ::testing::Test {
 protected:
  absl::StatusCode Verify(ByteView attest, ByteView signature) const {
    return VerifyTpmQuote(attest, signature, area_).status().code();
  }
  VerifiedTpmQuote Quoted() const {
    return *VerifyTpmQuote(attest_, signature_, area_);
  }
  absl::StatusCode Pcrs(const PcrValues& values) const {
    return VerifyPcrs(Quoted(), values).status().code();
  }

  const TestAk ak_ = MakeEccAk();
  const TpmPublicArea area_ = ak_.PublicArea();
  const std::vector<PcrBankSelection> selection_ = {{kSha256, {0, 1, 7}}};
  const PcrValues values_ = SomePcrValues(kSha256, {0, 1, 7});
  const Bytes attest_ = QuoteBytes(Bytes(48, 0x42), selection_, values_);
  const Bytes signature_ = Sign(ak_, attest_);
};

TEST_F(TpmQuoteTest, VerifiesWhatTheAkSigned) {
  const auto quote = VerifyTpmQuote(attest_, signature_, area_);
  ASSERT_TRUE(quote.ok()) << quote.status();
  EXPECT_EQ(quote->quote().extra_data, Bytes(48, 0x42));
  EXPECT_EQ(quote->ak().Name(), area_.Name());
  const auto pcrs = VerifyPcrs(*quote, values_);
  ASSERT_TRUE(pcrs.ok()) << pcrs.status();
  EXPECT_EQ(pcrs->values(), values_);
}

TEST_F(TpmQuoteTest, RefusesEveryFlippedBitOfTheAttest) {
  for (size_t bit = 0; bit < 8 * attest_.size(); ++bit) {
    Bytes attest = attest_;
    attest[bit / 8] ^= static_cast<uint8_t>(1U << (bit % 8));
    EXPECT_FALSE(VerifyTpmQuote(attest, signature_, area_).ok()) << bit;
  }
}

TEST_F(TpmQuoteTest, RefusesEveryFlippedBitOfTheSignature) {
  for (size_t bit = 0; bit < 8 * signature_.size(); ++bit) {
    Bytes signature = signature_;
    signature[bit / 8] ^= static_cast<uint8_t>(1U << (bit % 8));
    EXPECT_FALSE(VerifyTpmQuote(attest_, signature, area_).ok()) << bit;
  }
}

TEST_F(TpmQuoteTest, RefusesEveryTruncationAndTrailingBytes) {
  for (size_t size = 0; size < attest_.size(); ++size) {
    EXPECT_EQ(Verify(ByteView(attest_).first(size), signature_), kInvalid);
  }
  for (size_t size = 0; size < signature_.size(); ++size) {
    EXPECT_EQ(Verify(attest_, ByteView(signature_).first(size)), kInvalid);
  }
  Bytes attest = attest_;
  attest.push_back(0);
  EXPECT_EQ(Verify(attest, Sign(ak_, attest)), kInvalid);
  Bytes signature = signature_;
  signature.push_back(0);
  EXPECT_EQ(Verify(attest_, signature), kInvalid);
}

TEST_F(TpmQuoteTest, RefusesAnotherMagicOrTypeUnderAValidSignature) {
  const Bytes other_magic = AttestBytes({.magic = 0x00544347});
  EXPECT_EQ(Verify(other_magic, Sign(ak_, other_magic)), kInvalid);
  const Bytes certify = AttestBytes({.type = 0x8017});
  EXPECT_EQ(Verify(certify, Sign(ak_, certify)), kInvalid);
}

TEST_F(TpmQuoteTest, RefusesAnotherKey) {
  EXPECT_EQ(Verify(attest_, Sign(MakeEccAk(), attest_)), kUnauthenticated);
  EXPECT_EQ(Verify(attest_, Sign(MakeRsaAk(kTpmAlgRsassa), attest_)),
            kUnauthenticated);
}

TEST_F(TpmQuoteTest, RefusesRAndSOfZeroOrBeyondTheOrder) {
  const auto good = ak_.key.SignEcdsa(kSha256, attest_);
  for (const Bytes& bad : {Bytes{}, Bytes{0}, Bytes(32, 0), Bytes(32, 0xff)}) {
    EXPECT_EQ(Verify(attest_, EcdsaSignatureBytes(kSha256, bad, good.s)),
              kUnauthenticated);
    EXPECT_EQ(Verify(attest_, EcdsaSignatureBytes(kSha256, good.r, bad)),
              kUnauthenticated);
  }
}

TEST_F(TpmQuoteTest, RefusesAnotherHashThanTheSchemes) {
  TestAk ak = ak_;
  ak.spec.hash = kSha384;
  EXPECT_EQ(Verify(attest_, Sign(ak, attest_)), kUnauthenticated);
}

TEST_F(TpmQuoteTest, RefusesAKeyWithoutEachAttributeAndWithDecrypt) {
  for (const uint32_t bit :
       {kTpmaFixedTpm, kTpmaFixedParent, kTpmaSensitiveDataOrigin,
        kTpmaRestricted, kTpmaSign, kTpmaDecrypt}) {
    TestAk ak = ak_;
    ak.spec.attributes = kAkAttributes ^ bit;
    const auto status =
        VerifyTpmQuote(attest_, signature_, ak.PublicArea()).status();
    EXPECT_EQ(status.code(), kUnauthenticated) << DescribeAttributes(bit);
    EXPECT_THAT(std::string(status.message()),
                HasSubstr(DescribeAttributes(ak.spec.attributes)));
  }
}

TEST(VerifyTpmQuote, RefusesSha1Signatures) {
  for (TestAk ak : {MakeEccAk(kSha1), MakeRsaAk(kTpmAlgRsassa)}) {
    ak.spec.hash = kSha1;
    const Bytes attest = AttestBytes({});
    EXPECT_EQ(VerifyTpmQuote(attest, Sign(ak, attest), ak.PublicArea())
                  .status()
                  .code(),
              kUnauthenticated);
  }
}

TEST(VerifyTpmQuote, VerifiesRsaInTheKeysSchemeAlone) {
  const Bytes attest = AttestBytes({});
  TestAk ak = MakeRsaAk(kTpmAlgRsassa);
  TestAk pss = ak;
  pss.spec.scheme = kTpmAlgRsapss;
  const Bytes by_pkcs1 = Sign(ak, attest);
  const Bytes by_pss = Sign(pss, attest);
  EXPECT_TRUE(VerifyTpmQuote(attest, by_pkcs1, ak.PublicArea()).ok());
  EXPECT_TRUE(VerifyTpmQuote(attest, by_pss, pss.PublicArea()).ok());
  EXPECT_FALSE(VerifyTpmQuote(attest, by_pss, ak.PublicArea()).ok());
  EXPECT_FALSE(VerifyTpmQuote(attest, by_pkcs1, pss.PublicArea()).ok());
  // The right name over the other's bytes.
  const Bytes mixed =
      RsaSignatureBytes(kTpmAlgRsassa, kSha256,
                        ak.key.SignRsa(kSha256, RsaPadding::kPss, attest));
  EXPECT_FALSE(VerifyTpmQuote(attest, mixed, ak.PublicArea()).ok());
}

TEST(VerifyTpmQuote, RefusesAKeyWithoutAScheme) {
  const Bytes attest = AttestBytes({});
  TestAk ak = MakeRsaAk(kTpmAlgRsapss);
  const Bytes by_pss = Sign(ak, attest);
  EXPECT_TRUE(VerifyTpmQuote(attest, by_pss, ak.PublicArea()).ok());
  ak.spec.scheme = kTpmAlgNull;
  const absl::Status status =
      VerifyTpmQuote(attest, by_pss, ak.PublicArea()).status();
  EXPECT_EQ(status.code(), kUnauthenticated);
  EXPECT_NE(status.message().find("signing scheme"), std::string::npos);
}

TEST_F(TpmQuoteTest, RefusesAChangedPcrValue) {
  PcrValues values = values_;
  values[kSha256][7].back() ^= 1;
  EXPECT_EQ(Pcrs(values), kUnauthenticated);
}

TEST_F(TpmQuoteTest, RefusesSwappedPcrValues) {
  PcrValues values = values_;
  std::swap(values[kSha256][0], values[kSha256][1]);
  EXPECT_EQ(Pcrs(values), kUnauthenticated);
}

TEST_F(TpmQuoteTest, RefusesAnotherSetThanTheSelected) {
  PcrValues fewer = values_;
  fewer[kSha256].erase(7);
  PcrValues more = values_;
  more[kSha256][8] = Bytes(32, 0);
  // The same values under another index have the same digest.
  PcrValues moved = values_;
  auto node = moved[kSha256].extract(7);
  node.key() = 8;
  moved[kSha256].insert(std::move(node));
  for (const PcrValues& values : {fewer, more, moved, PcrValues{}}) {
    EXPECT_EQ(Pcrs(values), kInvalid);
  }
}

TEST_F(TpmQuoteTest, RefusesAnotherBankOrABankTooMany) {
  EXPECT_EQ(Pcrs(SomePcrValues(kSha384, {0, 1, 7})), kInvalid);
  PcrValues more = values_;
  more[kSha384] = {};
  EXPECT_EQ(Pcrs(more), kInvalid);
}

// Bytes moved from one register to its neighbour keep the concatenation.
TEST_F(TpmQuoteTest, RefusesValuesOfAnotherLength) {
  PcrValues values = values_;
  Bytes& first = values[kSha256][0];
  Bytes& second = values[kSha256][1];
  second.insert(second.begin(), first.back());
  first.pop_back();
  EXPECT_EQ(Pcrs(values), kInvalid);
}

TEST_F(TpmQuoteTest, JoinsBanksInTheOrderOfTheSelection) {
  PcrValues values = SomePcrValues(kSha384, {3});
  values.merge(SomePcrValues(kSha256, {3}));
  for (const std::vector<PcrBankSelection>& selection :
       {std::vector<PcrBankSelection>{{kSha256, {3}}, {kSha384, {3}}},
        std::vector<PcrBankSelection>{
            {kSha384, {3}}, {kSha1, {}}, {kSha256, {3}}}}) {
    const Bytes attest = QuoteBytes({}, selection, values);
    const auto quote = VerifyTpmQuote(attest, Sign(ak_, attest), area_);
    ASSERT_TRUE(quote.ok()) << quote.status();
    EXPECT_TRUE(VerifyPcrs(*quote, values).ok());
  }
}

TEST(VerifyPcrs, TakesTheHashOfTheAksScheme) {
  const TestAk ak = MakeEccAk(kSha384);
  const PcrValues values = SomePcrValues(kSha256, {0});
  const std::vector<PcrBankSelection> selection = {{kSha256, {0}}};
  const auto verify = [&](HashAlgorithm hash) {
    const Bytes attest = QuoteBytes({}, selection, values, hash);
    const auto quote =
        VerifyTpmQuote(attest, Sign(ak, attest), ak.PublicArea());
    return VerifyPcrs(*quote, values).status().code();
  };
  EXPECT_EQ(verify(kSha384), absl::StatusCode::kOk);
  EXPECT_EQ(verify(kSha256), kUnauthenticated);
}

}  // namespace
}  // namespace evidenced
