#include "evidence/verify/tdx_collateral.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "quote/base/error_class.h"
#include "tests/evidence/verify/tdx_attester.h"
#include "tests/quote/tdx/collateral_builder.h"

namespace evidenced {
namespace {

using ::testing::HasSubstr;

const TdxTestPki& Pki() { return SharedTdxMachine().pki; }

RevocationList List(const CrlSpec& spec, const Issued& issuer) {
  return RevocationList::FromFile(IssueCrl(spec, issuer)).value();
}

class TdxCollateralCacheTest : public ::testing::Test {
 protected:
  TdxCollateralCacheTest()
      : quote_(ParseTdxQuote(Td10Attester().Quote(Bytes(64, 0))).value()),
        collateral_(WithTcb(Td10Attester().Collateral())) {
    collateral_.cache = &cache_;
  }

  absl::Status Endorse() { return EndorseTdxPck(quote_, collateral_).status(); }
  absl::Status Verify() { return VerifyTcbCollateral(collateral_).status(); }
  void SetTime(absl::Duration later) {
    collateral_.time = ValidityTime::At(TestNow() + later);
  }
  // Lists of which the next are due in an hour and in a day, or the other way
  // round.
  void SetCrlEnds(absl::Duration root, absl::Duration pck) {
    collateral_.crls = {
        .root = List({.next_update = TestNow() + root}, Pki().root()),
        .pck = List({.next_update = TestNow() + pck}, Pki().platform_ca())};
  }

  TdxCollateralCache cache_{2};
  TdxQuote quote_;
  TdxCollateral collateral_;
};

TEST_F(TdxCollateralCacheTest, KeepsEachOnce) {
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(Endorse().ok());
    EXPECT_TRUE(Verify().ok());
  }
  EXPECT_EQ(cache_.pcks(), 1);
  EXPECT_EQ(cache_.collateral(), 1);
}

TEST_F(TdxCollateralCacheTest, GivesTheSameAsWithoutIt) {
  EXPECT_TRUE(Endorse().ok());
  EXPECT_TRUE(Verify().ok());
  const auto pck = EndorseTdxPck(quote_, collateral_);
  ASSERT_TRUE(pck.ok()) << pck.status();
  EXPECT_EQ(pck->pck().certificate.sha256(), Pki().pck().certificate.sha256());
  EXPECT_TRUE(pck->crls().has_value());
  const auto kept = VerifyTcbCollateral(collateral_);
  ASSERT_TRUE(kept.ok()) << kept.status();
  EXPECT_EQ(kept->tcb_info->info().tcb_evaluation_data_number, 18);
  EXPECT_TRUE(kept->qe_identity->dates_checked());
}

TEST_F(TdxCollateralCacheTest, DoesNotKeepRefusals) {
  collateral_.roots = IntelTdxRoots();
  EXPECT_EQ(ErrorClassOf(Endorse()), ErrorClass::kUntrustedRoot);
  EXPECT_EQ(ErrorClassOf(Verify()), ErrorClass::kUntrustedRoot);
  EXPECT_EQ(cache_.pcks(), 0);
  EXPECT_EQ(cache_.collateral(), 0);
}

TEST_F(TdxCollateralCacheTest, DoesNotTakeAnotherRootsAnswer) {
  EXPECT_TRUE(Endorse().ok());
  EXPECT_TRUE(Verify().ok());
  collateral_.roots = IntelTdxRoots();
  EXPECT_EQ(ErrorClassOf(Endorse()), ErrorClass::kUntrustedRoot);
  EXPECT_EQ(ErrorClassOf(Verify()), ErrorClass::kUntrustedRoot);
}

TEST_F(TdxCollateralCacheTest, ChecksDatesOfCertificatesEachTime) {
  collateral_.crls.reset();
  EXPECT_TRUE(Endorse().ok());
  EXPECT_TRUE(Verify().ok());
  SetTime(absl::Hours(48));
  EXPECT_EQ(ErrorClassOf(Endorse()), ErrorClass::kChainInvalid);
  EXPECT_EQ(ErrorClassOf(Verify()), ErrorClass::kChainInvalid);
}

TEST_F(TdxCollateralCacheTest, ChecksDatesOfEachListEachTime) {
  SetCrlEnds(absl::Hours(1), absl::Hours(20));
  EXPECT_TRUE(Endorse().ok());
  EXPECT_TRUE(Verify().ok());
  SetTime(absl::Hours(2));
  EXPECT_EQ(ErrorClassOf(Endorse()), ErrorClass::kCollateralInvalid);
  EXPECT_EQ(ErrorClassOf(Verify()), ErrorClass::kCollateralInvalid);
  SetTime(absl::ZeroDuration());
  SetCrlEnds(absl::Hours(20), absl::Hours(1));
  EXPECT_TRUE(Endorse().ok());
  SetTime(absl::Hours(2));
  EXPECT_EQ(ErrorClassOf(Endorse()), ErrorClass::kCollateralInvalid);
}

TEST_F(TdxCollateralCacheTest, ChecksDatesOfInfoAndIdentityEachTime) {
  collateral_.tcb_info = ToBytes(
      AsBytes(TcbInfoText({.next_update = "2026-01-01T01:00:00Z"}, Pki())));
  EXPECT_TRUE(Verify().ok());
  SetTime(absl::Hours(2));
  EXPECT_EQ(ErrorClassOf(Verify()), ErrorClass::kCollateralInvalid);
  SetTime(absl::ZeroDuration());
  collateral_.tcb_info.reset();
  collateral_.qe_identity = ToBytes(
      AsBytes(QeIdentityText({.next_update = "2026-01-01T01:00:00Z"}, Pki())));
  EXPECT_TRUE(Verify().ok());
  SetTime(absl::Hours(2));
  EXPECT_EQ(ErrorClassOf(Verify()), ErrorClass::kCollateralInvalid);
}

TEST_F(TdxCollateralCacheTest, DoesNotTakeTheAnswerWithOtherLists) {
  EXPECT_TRUE(Endorse().ok());
  EXPECT_TRUE(Verify().ok());
  collateral_.crls = Pki().Crls({}, {kPckSerial});
  EXPECT_EQ(ErrorClassOf(Endorse()), ErrorClass::kChainInvalid);
  collateral_.crls = Pki().Crls({0x30}, {});  // TCB signing
  EXPECT_EQ(ErrorClassOf(Verify()), ErrorClass::kChainInvalid);
}

TEST_F(TdxCollateralCacheTest, DoesNotTakeTheAnswerForAnotherQuotesChain) {
  EXPECT_TRUE(Endorse().ok());
  quote_.pck_data = ToBytes(AsBytes(Pem(Pki().pck().certificate)));
  EXPECT_EQ(ErrorClassOf(Endorse()), ErrorClass::kChainInvalid);
}

// Of the same certificates another one signed.
TEST_F(TdxCollateralCacheTest, DoesNotTakeTheAnswerForAnotherEnclavesReport) {
  const Issued other =
      Issue(PckSpec(PckExtensionFor({1, 2, 3, 4, 5, 6})), Pki().platform_ca());
  collateral_.ca = {other.certificate};
  const auto first = EndorseTdxPck(quote_, collateral_);
  ASSERT_TRUE(first.ok()) << first.status();
  quote_.qe_report_signature =
      tdx_quoter::SignP256(other.key.evp(), quote_.qe_report_bytes);
  const auto second = EndorseTdxPck(quote_, collateral_);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_NE(second->pck().extensions.fmspc, first->pck().extensions.fmspc);
}

TEST_F(TdxCollateralCacheTest, DoesNotTakeTheAnswerForOtherTexts) {
  EXPECT_TRUE(Verify().ok());
  Bytes& info = *collateral_.tcb_info;
  info[40] ^= 1;
  EXPECT_FALSE(Verify().ok());
  info[40] ^= 1;
  (*collateral_.qe_identity)[40] ^= 1;
  EXPECT_FALSE(Verify().ok());
}

TEST_F(TdxCollateralCacheTest, DoesNotTakeAnAnswerWithoutDatesForOneWith) {
  collateral_.time = ValidityTime::NotChecked();
  EXPECT_TRUE(Endorse().ok());
  EXPECT_TRUE(Verify().ok());
  SetTime(absl::ZeroDuration());
  EXPECT_TRUE(EndorseTdxPck(quote_, collateral_)->dates_checked());
  EXPECT_TRUE(VerifyTcbCollateral(collateral_)->tcb_info->dates_checked());
}

TEST_F(TdxCollateralCacheTest, KeepsTheOnesUsedLast) {
  for (int i = 0; i < 5; ++i) {
    // Each is another chain with the same certificates.
    quote_.pck_data.push_back('\n');
    EXPECT_TRUE(Endorse().ok());
    EXPECT_LE(cache_.pcks(), 2);
  }
}

TEST_F(TdxCollateralCacheTest, OfNoCapacityKeepsNothing) {
  TdxCollateralCache none(0);
  collateral_.cache = &none;
  EXPECT_TRUE(Endorse().ok());
  EXPECT_TRUE(Verify().ok());
  EXPECT_EQ(none.pcks() + none.collateral(), 0);
}

// A PCK of another platform family.
const Bytes& OtherFamily() {
  static const auto* const kFamily = new Bytes{1, 2, 3, 4, 5, 6};
  return *kFamily;
}

Certificate OtherPck(const TestKey& key) {
  return Issue(PckSpec(PckExtensionFor(OtherFamily())), Pki().platform_ca(),
               key)
      .certificate;
}

Bytes EndorsedFamily(const TdxQuote& quote, const TdxCollateral& collateral) {
  const auto pck = EndorseTdxPck(quote, collateral);
  EXPECT_TRUE(pck.ok()) << pck.status();
  return pck.ok() ? pck->pck().extensions.fmspc : Bytes();
}

// Of two certificates for the key that signed.
TEST(EndorseTdxPck, TakesTheVerifiersOwnFirst) {
  const TdxQuote quote =
      ParseTdxQuote(Td10Attester().Quote(Bytes(64, 0))).value();
  TdxCollateral collateral = Td10Attester().Collateral();
  collateral.ca = {OtherPck(Pki().pck().key)};
  EXPECT_EQ(EndorsedFamily(quote, collateral), OtherFamily());
}

TEST(EndorseTdxPck, TakesThePckThatSignedWhoeverGaveIt) {
  TdxQuote quote = ParseTdxQuote(Td10Attester().Quote(Bytes(64, 0))).value();
  TdxCollateral collateral = Td10Attester().Collateral();
  const Certificate foreign = OtherPck(TestKey(KeyKind::kP256));
  const Bytes family = EndorsedFamily(quote, collateral);
  collateral.ca = {foreign};
  EXPECT_EQ(EndorsedFamily(quote, collateral), family);
  collateral.ca = Pki().ca();
  collateral.ca.push_back(Pki().pck().certificate);
  quote.pck_data = ToBytes(AsBytes(Pem(foreign)));
  EXPECT_EQ(EndorsedFamily(quote, collateral), family);
  collateral.ca = Pki().ca();
  quote.pck_data =
      ToBytes(AsBytes(Pem(foreign) + Pem(Pki().pck().certificate)));
  EXPECT_EQ(EndorsedFamily(quote, collateral), family);
}

TEST(EndorseTdxPck, IsNotHinderedByManyCertificatesInTheQuote) {
  TdxQuote quote = ParseTdxQuote(Td10Attester().Quote(Bytes(64, 0))).value();
  std::string many;
  for (size_t i = 0; i < kMaxPckCertificates; ++i) {
    many += Pem(Pki().pck().certificate);
  }
  quote.pck_data = ToBytes(AsBytes(many));
  TdxCollateral collateral = Td10Attester().Collateral();
  EXPECT_FALSE(EndorseTdxPck(quote, collateral).ok());
  collateral.ca = Pki().ca();
  EXPECT_TRUE(EndorseTdxPck(quote, collateral).ok());
}

TEST(VerifyTcbCollateral, OfNothingIsNothing) {
  const auto none = VerifyTcbCollateral(Td10Attester().Collateral());
  ASSERT_TRUE(none.ok()) << none.status();
  EXPECT_FALSE(none->tcb_info.has_value());
  EXPECT_FALSE(none->qe_identity.has_value());
}

TEST(VerifyTcbCollateral, RefusesATextWithoutAChain) {
  TdxCollateral collateral = WithTcb(Td10Attester().Collateral());
  collateral.tcb_signing.clear();
  const auto refused = VerifyTcbCollateral(collateral);
  EXPECT_EQ(ErrorClassOf(refused.status()), ErrorClass::kCollateralInvalid);
  EXPECT_THAT(std::string(refused.status().message()),
              HasSubstr("chain of TCB signing"));
}

}  // namespace
}  // namespace evidenced
