#include "evidence/verify/snp_collateral.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "quote/base/error_class.h"
#include "tests/evidence/verify/snp_attester.h"

namespace evidenced {
namespace {

using ::testing::HasSubstr;

class SnpEndorsementCacheTest : public ::testing::Test {
 protected:
  SnpEndorsementCacheTest()
      : attester_(MilanAttester()), collateral_(attester_.Collateral()) {
    collateral_.cache = &cache_;
  }

  absl::Status Endorse() {
    return EndorseSnpKey(SnpKeyKind::kVcek, attester_.table, collateral_)
        .status();
  }

  SnpEndorsementCache cache_{2};
  SnpAttester attester_;
  SnpCollateral collateral_;
};

TEST_F(SnpEndorsementCacheTest, KeepsAnEndorsementOnce) {
  EXPECT_TRUE(Endorse().ok());
  EXPECT_TRUE(Endorse().ok());
  EXPECT_EQ(cache_.size(), 1);
}

TEST_F(SnpEndorsementCacheTest, GivesTheSameAsWithoutIt) {
  EXPECT_TRUE(Endorse().ok());
  const auto kept =
      EndorseSnpKey(SnpKeyKind::kVcek, attester_.table, collateral_);
  ASSERT_TRUE(kept.ok()) << kept.status();
  EXPECT_EQ(kept->endorsement().certificate.sha256(),
            attester_.key.certificate.sha256());
  EXPECT_EQ(kept->chain().ark.sha256(),
            attester_.pki->ark().certificate.sha256());
}

TEST_F(SnpEndorsementCacheTest, DoesNotKeepRefusals) {
  collateral_.roots = AmdSnpRoots();
  EXPECT_EQ(ErrorClassOf(Endorse()), ErrorClass::kUntrustedRoot);
  EXPECT_EQ(cache_.size(), 0);
}

TEST_F(SnpEndorsementCacheTest, ChecksDatesEachTime) {
  EXPECT_TRUE(Endorse().ok());
  collateral_.time = ValidityTime::At(TestNow() + absl::Hours(48));
  EXPECT_EQ(ErrorClassOf(Endorse()), ErrorClass::kChainInvalid);
}

TEST_F(SnpEndorsementCacheTest, ChecksTheDatesOfTheListEachTime) {
  collateral_.crl =
      SnpCrl(attester_.pki->ark(), {.next_update = TestNow() + absl::Hours(1)});
  EXPECT_TRUE(Endorse().ok());
  collateral_.time = ValidityTime::At(TestNow() + absl::Hours(2));
  EXPECT_EQ(ErrorClassOf(Endorse()), ErrorClass::kCollateralInvalid);
}

TEST_F(SnpEndorsementCacheTest, DoesNotTakeAnotherRootsAnswer) {
  EXPECT_TRUE(Endorse().ok());
  collateral_.roots = AmdSnpRoots();
  EXPECT_EQ(ErrorClassOf(Endorse()), ErrorClass::kUntrustedRoot);
}

TEST_F(SnpEndorsementCacheTest, DoesNotTakeTheAnswerWithoutAList) {
  EXPECT_TRUE(Endorse().ok());
  collateral_.crl = SnpCrl(attester_.pki->ark(), {.serials = {0x10001}});
  EXPECT_EQ(ErrorClassOf(Endorse()), ErrorClass::kChainInvalid);
}

TEST_F(SnpEndorsementCacheTest, DoesNotTakeTheAnswerForTheOtherKindOfKey) {
  EXPECT_TRUE(Endorse().ok());
  EXPECT_THAT(EndorseSnpKey(SnpKeyKind::kVlek, attester_.table, collateral_)
                  .status()
                  .message(),
              HasSubstr("of the VLEK"));
}

TEST_F(SnpEndorsementCacheTest, DoesNotTakeTheAnswerForAnotherTable) {
  EXPECT_TRUE(Endorse().ok());
  attester_.table = SnpTable({{kVcekGuid, attester_.key.certificate.der()}});
  EXPECT_EQ(ErrorClassOf(Endorse()), ErrorClass::kChainInvalid);
}

TEST_F(SnpEndorsementCacheTest, KeepsTheOnesUsedLast) {
  EXPECT_TRUE(Endorse().ok());
  // Each padding is another table with the same certificates.
  for (size_t padding = 1; padding < 5; ++padding) {
    attester_.table.push_back(0);
    EXPECT_TRUE(Endorse().ok());
    EXPECT_LE(cache_.size(), 2);
  }
}

TEST_F(SnpEndorsementCacheTest, OfNoCapacityKeepsNothing) {
  SnpEndorsementCache none(0);
  collateral_.cache = &none;
  EXPECT_TRUE(Endorse().ok());
  EXPECT_TRUE(Endorse().ok());
  EXPECT_EQ(none.size(), 0);
}

TEST(EndorseSnpKey, IsNotHinderedByMoreCasThanItsLimit) {
  SnpAttester attester = MilanAttester();
  SnpCollateral collateral = attester.Collateral();
  collateral.key = attester.key.certificate;
  collateral.ca = attester.pki->ca();
  std::string many;
  for (size_t i = 0; i < 2 * kMaxSnpCas; ++i) {
    many += Pem(attester.key.certificate);
  }
  attester.table = SnpTable({{kArkGuid, ToBytes(AsBytes(many))}});
  EXPECT_TRUE(
      EndorseSnpKey(SnpKeyKind::kVcek, attester.table, collateral).ok());
  // Where they are needed, the reason says so.
  collateral.ca.clear();
  EXPECT_THAT(EndorseSnpKey(SnpKeyKind::kVcek, attester.table, collateral)
                  .status()
                  .message(),
              HasSubstr("expected at most 16 CA certificates"));
}

TEST_F(SnpEndorsementCacheTest, DoesNotTakeAnAnswerWithoutDatesForOneWith) {
  collateral_.time = ValidityTime::NotChecked();
  EXPECT_TRUE(Endorse().ok());
  collateral_.time = ValidityTime::At(TestNow());
  const auto dated =
      EndorseSnpKey(SnpKeyKind::kVcek, attester_.table, collateral_);
  ASSERT_TRUE(dated.ok()) << dated.status();
  EXPECT_TRUE(dated->dates_checked());
}

}  // namespace
}  // namespace evidenced
