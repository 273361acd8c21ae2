// What a policy demands of evidence that an SNP report signs.
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "evidence/verify/appraise.h"
#include "tests/evidence/verify/evidence_builder.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

using ::testing::HasSubstr;

class AppraiseSnpEvidence : public ::testing::Test {
 protected:
  AppraiseSnpEvidence() {
    policy_.add_accept_signers("snp");
    policy_.mutable_snp()->add_products()->set_product("milan");
    context_.now = context_.as_of = context_.requested_at = TestNow();
  }

  Checks Appraised() const {
    const auto evidence = MustVerify(builder_.Build());
    if (evidence == nullptr) return {};
    return Appraise(*evidence, policy_, context_);
  }

  EvidenceBuilder builder_ = SnpEvidence();
  v1::AppraisalPolicy policy_;
  AppraisalContext context_;
};

TEST_F(AppraiseSnpEvidence, NeedsTheTpmWhoseAkThePolicyNames) {
  policy_.mutable_ak()->add_spki_sha256(
      Hex(MustVerify(builder_.Build())->tpm()->quote.ak().key.spki_sha256()));
  EXPECT_EQ(Failures(Appraised()), "");
  builder_.has_tpm = false;
  EXPECT_THAT(Failures(Appraised()), HasSubstr("policy/ak"));
}

TEST_F(AppraiseSnpEvidence, NeedsNoAkWhereNoRegisterIsRead) {
  const Checks checks = Appraised();
  EXPECT_EQ(Failures(checks), "");
  const Check* ak = FindCheck(checks, "policy/ak");
  ASSERT_NE(ak, nullptr);
  EXPECT_EQ(ak->outcome, Outcome::kNotChecked);
  EXPECT_THAT(ak->found, HasSubstr("nothing says whose TPM it is"));
  EXPECT_EQ(FindCheck(checks, "policy/backing"), nullptr);
}

TEST_F(AppraiseSnpEvidence, RejectsRegistersOfATpmThatThePolicyDoesNotName) {
  policy_.set_require_secure_boot(true);
  EXPECT_THAT(Failures(Appraised()), HasSubstr("policy/ak: "));
  policy_.mutable_ak()->add_spki_sha256(
      Hex(builder_.ak.PublicArea().key.spki_sha256()));
  const Checks checks = Appraised();
  EXPECT_EQ(Failures(checks), "");
  EXPECT_NE(FindCheck(checks, "policy/backing"), nullptr);
}

// It may quote this very anchor: only its key gives it away.
TEST_F(AppraiseSnpEvidence, RejectsTheTpmOfAnotherMachineByItsKey) {
  policy_.mutable_ak()->add_spki_sha256(
      Hex(builder_.ak.PublicArea().key.spki_sha256()));
  EXPECT_EQ(Failures(Appraised()), "");
  builder_.ak = MakeEccAk();
  EXPECT_THAT(Failures(Appraised()), HasSubstr("policy/ak: "));
}

TEST_F(AppraiseSnpEvidence, WithoutATpmRejectsWhatReadsRegisters) {
  builder_.has_tpm = false;
  EXPECT_EQ(Failures(Appraised()), "");
  policy_.set_require_secure_boot(true);
  EXPECT_THAT(Failures(Appraised()), HasSubstr("policy/secure-boot: "));
  policy_.set_require_secure_boot(false);
  policy_.add_require_parts("tpm");
  EXPECT_THAT(Failures(Appraised()),
              HasSubstr("policy/part/tpm: missing: no-device"));
}

TEST_F(AppraiseSnpEvidence, RejectsAPolicyWithoutRulesForReports) {
  policy_.clear_snp();
  EXPECT_THAT(Failures(Appraised()), HasSubstr("policy/snp: "));
}

}  // namespace
}  // namespace evidenced
