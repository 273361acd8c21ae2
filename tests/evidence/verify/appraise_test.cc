#include "evidence/verify/appraise.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/evidence/verify/evidence_builder.h"
#include "tests/quote/certificate_builder.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

using ::testing::AllOf;
using ::testing::HasSubstr;

class AppraiseTest : public ::testing::Test {
 protected:
  void SetUp() override {
    evidence_ = MustVerify(builder_.Build());
    ASSERT_NE(evidence_, nullptr);
    policy_.add_accept_signers("tpm");
    policy_.mutable_ak()->add_spki_sha256(
        Hex(evidence_->tpm()->quote.ak().key.spki_sha256()));
    context_.now = context_.as_of = TestNow();
    context_.requested_at = TestNow() - absl::Seconds(10);
  }

  // The one check of that name.
  Check Appraised(absl::string_view name) const {
    const Checks checks = Appraise(*evidence_, policy_, context_);
    const Check* check = FindCheck(checks, name);
    EXPECT_NE(check, nullptr) << name;
    return check == nullptr ? Check() : *check;
  }

  std::string Pcr(uint32_t pcr) const {
    return Hex(evidence_->pcrs().at(HashAlgorithm::kSha256).at(pcr));
  }

  v1::PcrRule* AddRule(v1::HashAlgorithm bank, uint32_t index,
                       const std::string& value) {
    v1::PcrRule* rule = policy_.add_pcrs();
    rule->set_algorithm(bank);
    rule->set_index(index);
    rule->add_values(value);
    return rule;
  }

  EvidenceBuilder builder_;
  std::shared_ptr<const VerifiedEvidence> evidence_;
  v1::AppraisalPolicy policy_;
  AppraisalContext context_;
};

// So that a person can compare.
TEST_F(AppraiseTest, NamesTheKeysThatItExpects) {
  policy_.mutable_ak()->clear_spki_sha256();
  for (const char digit : {'a', 'b', 'c', 'd', 'e', 'f'}) {
    policy_.mutable_ak()->add_spki_sha256(std::string(64, digit));
  }
  const Checks checks = Appraise(*evidence_, policy_, context_);
  const Check* check = FindCheck(checks, "policy/ak");
  ASSERT_NE(check, nullptr);
  EXPECT_EQ(check->outcome, Outcome::kFail);
  EXPECT_THAT(check->expected,
              AllOf(HasSubstr(std::string(64, 'a')),
                    HasSubstr(std::string(64, 'd')), HasSubstr("or 2 more")));
  EXPECT_THAT(check->found,
              HasSubstr(Hex(evidence_->tpm()->quote.ak().key.spki_sha256())));
}

TEST_F(AppraiseTest, RefusesARuleWithoutAnIndex) {
  AddRule(v1::SHA256, 0, Pcr(0))->clear_index();
  EXPECT_THAT(Failures(Appraise(*evidence_, policy_, context_)),
              HasSubstr("policy/pcr: a rule without an index"));
}

TEST_F(AppraiseTest, AcceptsTheSmallestPolicyAndStatesItsDefaults) {
  const Checks checks = Appraise(*evidence_, policy_, context_);
  EXPECT_EQ(Failures(checks), "");
  for (const char* name : {"policy/pcrs", "policy/secure-boot",
                           "policy/max-age", "policy/parts"}) {
    const Check* check = FindCheck(checks, name);
    ASSERT_NE(check, nullptr) << name;
    EXPECT_EQ(check->outcome, Outcome::kNotChecked) << name;
    EXPECT_THAT(check->expected, HasSubstr("(default)")) << name;
  }
  EXPECT_THAT(Appraised("policy/min-binding").expected,
              HasSubstr("B1 or higher (default)"));
  EXPECT_THAT(Appraised("policy/backing").found,
              HasSubstr("hypervisor (default)"));
}

TEST_F(AppraiseTest, RejectsAnEmptyPolicy) {
  policy_.Clear();
  EXPECT_EQ(Appraised("policy/accept-signers").outcome, Outcome::kFail);
  EXPECT_EQ(Appraised("policy/ak").outcome, Outcome::kFail);
}

TEST_F(AppraiseTest, RejectsAnotherSigner) {
  policy_.clear_accept_signers();
  policy_.add_accept_signers("snp");
  const Check check = Appraised("policy/accept-signers");
  EXPECT_EQ(check.outcome, Outcome::kFail);
  EXPECT_EQ(check.expected, "one of {snp}");
  EXPECT_EQ(check.found, "tpm");
}

TEST_F(AppraiseTest, RejectsAnotherKey) {
  policy_.mutable_ak()->set_spki_sha256(0, std::string(64, '0'));
  const Check check = Appraised("policy/ak");
  EXPECT_EQ(check.outcome, Outcome::kFail);
  EXPECT_THAT(check.found,
              HasSubstr(Hex(evidence_->tpm()->quote.ak().key.spki_sha256())));
}

TEST_F(AppraiseTest, RejectsALevelBelowTheMinimum) {
  builder_.state.role = 3;
  builder_.state.spki = builder_.state.certificate = builder_.state.peer = {};
  VerifyInput input = builder_.Build();
  input.min_binding = BindingLevel::kB0;
  evidence_ = MustVerify(input);
  ASSERT_NE(evidence_, nullptr);
  const Check check = Appraised("policy/min-binding");
  EXPECT_EQ(check.outcome, Outcome::kFail);
  EXPECT_EQ(check.found, "B0");
  policy_.set_min_binding(v1::B0);
  EXPECT_EQ(Appraised("policy/min-binding").outcome, Outcome::kPass);
}

TEST_F(AppraiseTest, TakesAnUnknownMinimumAsTheHighest) {
  policy_.set_min_binding(static_cast<v1::BindingLevel>(99));
  EXPECT_EQ(MinBinding(policy_), BindingLevel::kB1);
}

TEST_F(AppraiseTest, ComparesPcrValues) {
  AddRule(v1::SHA256, 7, Pcr(7));
  EXPECT_EQ(Appraised("policy/pcr/sha256/7").outcome, Outcome::kPass);
  policy_.mutable_pcrs(0)->set_values(0, std::string(64, '0'));
  const Check check = Appraised("policy/pcr/sha256/7");
  EXPECT_EQ(check.outcome, Outcome::kFail);
  EXPECT_EQ(check.expected, std::string(64, '0'));
  EXPECT_EQ(check.found, Pcr(7));
}

TEST_F(AppraiseTest, AcceptsAnyOfTheValues) {
  AddRule(v1::SHA256, 7, std::string(64, '0'))->add_values(Pcr(7));
  EXPECT_EQ(Appraised("policy/pcr/sha256/7").outcome, Outcome::kPass);
}

TEST_F(AppraiseTest, RejectsAPcrThatIsNotQuoted) {
  AddRule(v1::SHA384, 7, std::string(96, '0'));
  AddRule(v1::SHA256, 16, std::string(64, '0'));
  for (const char* name : {"policy/pcr/sha384/7", "policy/pcr/sha256/16"}) {
    EXPECT_EQ(Appraised(name).outcome, Outcome::kFail) << name;
    EXPECT_EQ(Appraised(name).found, "not quoted") << name;
  }
}

TEST_F(AppraiseTest, RejectsARuleWithoutValues) {
  AddRule(v1::SHA256, 7, "")->clear_values();
  EXPECT_EQ(Appraised("policy/pcr/sha256/7").outcome, Outcome::kFail);
}

TEST_F(AppraiseTest, RejectsRulesForBanksThatProveNothing) {
  builder_.banks = {HashAlgorithm::kSha1, HashAlgorithm::kSha256};
  builder_.SetBoot(SmallBoot());
  evidence_ = MustVerify(builder_.Build());
  ASSERT_NE(evidence_, nullptr);
  AddRule(v1::SHA1, 7, Hex(evidence_->pcrs().at(HashAlgorithm::kSha1).at(7)));
  EXPECT_EQ(Appraised("policy/pcr/sha1/7").outcome, Outcome::kFail);
  AddRule(static_cast<v1::HashAlgorithm>(0x1000B), 7, Pcr(7));
  EXPECT_EQ(Appraised("policy/pcr/65547/7").outcome, Outcome::kFail);
}

TEST_F(AppraiseTest, DemandsSecureBootFromTheQuotedLog) {
  policy_.set_require_secure_boot(true);
  EXPECT_EQ(Appraised("policy/secure-boot").outcome, Outcome::kPass);

  std::vector<BootEvent> events = SmallBoot();
  events[1] = SecureBootEvent(SecureBoot::kOff);
  builder_.SetBoot(events);
  evidence_ = MustVerify(builder_.Build());
  ASSERT_NE(evidence_, nullptr);
  Check check = Appraised("policy/secure-boot");
  EXPECT_EQ(check.outcome, Outcome::kFail);
  EXPECT_EQ(check.expected, "on");
  EXPECT_EQ(check.found, "off");

  // A log that says "on" behind a PCR 7 that says otherwise.
  builder_.boot_log = BootLog(builder_.banks, SmallBoot());
  evidence_ = MustVerify(builder_.Build());
  ASSERT_NE(evidence_, nullptr);
  check = Appraised("policy/secure-boot");
  EXPECT_EQ(check.outcome, Outcome::kFail);
  EXPECT_THAT(check.found, HasSubstr("not shown"));
}

TEST_F(AppraiseTest, LimitsTheAge) {
  policy_.set_max_age_seconds(10);
  EXPECT_EQ(Appraised("policy/max-age").outcome, Outcome::kPass);
  context_.requested_at -= absl::Milliseconds(1);
  const Check check = Appraised("policy/max-age");
  EXPECT_EQ(check.outcome, Outcome::kFail);
  EXPECT_EQ(check.expected, "at most 10 s");
  context_.requested_at = context_.now + absl::Seconds(1);
  EXPECT_EQ(Appraised("policy/max-age").outcome, Outcome::kFail);
}

TEST_F(AppraiseTest, NeverTakesARecordedStateAsFresh) {
  context_.origin = StateOrigin::kRecordedInFile;
  EXPECT_EQ(Appraised("policy/max-age").outcome, Outcome::kNotChecked);
  policy_.set_max_age_seconds(3600);
  const Check check = Appraised("policy/max-age");
  EXPECT_EQ(check.outcome, Outcome::kFail);
  EXPECT_THAT(check.found, HasSubstr("recorded"));
  context_.origin = StateOrigin::kGivenApart;
  EXPECT_EQ(Appraised("policy/max-age").outcome, Outcome::kPass);
}

TEST_F(AppraiseTest, DemandsParts) {
  builder_.further_entries = {MissingEntry("hcl", "no-device")};
  evidence_ = MustVerify(builder_.Build());
  ASSERT_NE(evidence_, nullptr);
  for (const char* label : {"log.tcg2", "tpm", "hcl", "log.ccel"}) {
    policy_.add_require_parts(label);
  }
  EXPECT_EQ(Appraised("policy/part/log.tcg2").outcome, Outcome::kPass);
  EXPECT_EQ(Appraised("policy/part/tpm").outcome, Outcome::kPass);
  EXPECT_EQ(Appraised("policy/part/hcl").outcome, Outcome::kFail);
  EXPECT_EQ(Appraised("policy/part/hcl").found, "missing: no-device");
  EXPECT_EQ(Appraised("policy/part/log.ccel").outcome, Outcome::kFail);
}

TEST_F(AppraiseTest, TakesNoPartThatNothingVerifiesForADemandedOne) {
  const Bytes junk(4, 7);
  builder_.further_entries = {
      PresentEntry("snp", "application/vnd.evidenced.snp-report", junk)};
  VerifyInput input = builder_.Build();
  v1::Part& part = *input.evidence.add_parts();
  part.set_label("snp");
  part.set_media_type("application/vnd.evidenced.snp-report");
  part.set_data(ToString(junk));
  evidence_ = MustVerify(input);
  ASSERT_NE(evidence_, nullptr);
  policy_.add_require_parts("snp");
  EXPECT_EQ(Appraised("policy/part/snp").outcome, Outcome::kFail);
}

TEST_F(AppraiseTest, SaysThatRulesForSnpReportsAreNotAppliedToATpm) {
  policy_.add_accept_signers("snp");
  policy_.mutable_snp()->add_products()->set_product("milan");
  EXPECT_EQ(Appraised("policy/snp").outcome, Outcome::kNotChecked);
}

}  // namespace
}  // namespace evidenced
