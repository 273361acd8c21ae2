#include "evidence/raw/snp_policy.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/evidence/raw/snp_fixture.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

class AppraiseRawSnpTest : public ::testing::Test {
 protected:
  AppraiseRawSnpTest()
      : bytes_(SnpReportBytes(SnpReportSpec(), World().vcek.key)) {
    policy_.add_accept_signers("snp");
    policy_.set_min_binding(v1::NONE);
    policy_.mutable_snp()->add_products()->set_product("milan");
    policy_.mutable_snp()->set_allow_provisional_firmware(true);
  }

  RawVerdict Appraised(RawSnpFiles files = World().Files(),
                       ValidityTime time = ValidityTime::NotChecked()) const {
    RawSnpReport judged =
        JudgeSnpReport({.report = bytes_,
                        .files = std::move(files),
                        .table = std::nullopt,
                        .report_data = std::nullopt,
                        .trust = {World().Trust().roots, time}});
    AppraiseRawSnp(policy_, &judged, judged.verdict);
    return judged.verdict;
  }

  Bytes bytes_;
  v1::AppraisalPolicy policy_;
};

TEST_F(AppraiseRawSnpTest, AcceptsWhatMeetsThePolicy) {
  EXPECT_EQ(Appraised().outcome(), RawOutcome::kAccept);
}

TEST_F(AppraiseRawSnpTest, RejectsWhatDoesNot) {
  policy_.mutable_snp()->add_measurements(std::string(96, '0'));
  policy_.mutable_snp()->set_allow_provisional_firmware(false);
  const RawVerdict verdict = Appraised();
  EXPECT_EQ(verdict.outcome(), RawOutcome::kReject);
  EXPECT_EQ(verdict.error_class(), ErrorClass::kDigestMismatch);
  EXPECT_EQ(OutcomeOf(verdict, "policy/snp/measurement"), Outcome::kFail);
  EXPECT_EQ(OutcomeOf(verdict, "policy/snp/provisional-firmware"),
            Outcome::kFail);
}

TEST_F(AppraiseRawSnpTest, RejectsABindingLevel) {
  policy_.clear_min_binding();
  EXPECT_EQ(OutcomeOf(Appraised(), "policy/min-binding"), Outcome::kFail);
}

TEST_F(AppraiseRawSnpTest, LeavesAListThatWasNotGivenUndecided) {
  policy_.mutable_snp()->set_require_crl(true);
  EXPECT_EQ(Appraised().outcome(), RawOutcome::kIncomplete);
  EXPECT_THAT(Appraised().undecided(), testing::ElementsAre("policy/snp/crl"));
}

TEST_F(AppraiseRawSnpTest, CountsAListThatWasChecked) {
  policy_.mutable_snp()->set_require_crl(true);
  const Bytes crl = IssueCrl({.digest = "SHA384", .padding = RsaPadding::kPss},
                             World().pki.ark());
  RawSnpFiles files = World().Files();
  files.crl = crl;
  const auto now = ValidityTime::At(TestNow());
  EXPECT_EQ(OutcomeOf(Appraised(files, now), "policy/snp/crl"), Outcome::kPass);
}

// Whoever hands over an old list may know why.
TEST_F(AppraiseRawSnpTest, LeavesAListOfNoKnownTimeUndecided) {
  policy_.mutable_snp()->set_require_crl(true);
  const Bytes crl = IssueCrl({.digest = "SHA384", .padding = RsaPadding::kPss},
                             World().pki.ark());
  RawSnpFiles files = World().Files();
  files.crl = crl;
  EXPECT_EQ(Appraised(files).outcome(), RawOutcome::kIncomplete);
  EXPECT_THAT(Appraised(files).undecided(),
              testing::ElementsAre("policy/snp/crl"));
}

TEST_F(AppraiseRawSnpTest, SaysThatAListWasRefused) {
  policy_.mutable_snp()->set_require_crl(true);
  const Bytes crl = IssueCrl(
      {.serials = {0x10001}, .digest = "SHA384", .padding = RsaPadding::kPss},
      World().pki.ark());
  RawSnpFiles files = World().Files();
  files.crl = crl;
  EXPECT_EQ(FoundOf(Appraised(files), "policy/snp/crl"),
            "one that was refused");
}

TEST_F(AppraiseRawSnpTest, LeavesToTheMissingCertificateWhatOnlyItSays) {
  bytes_ = SnpReportBytes(VlekReportSpec(), World().vlek.key);
  policy_.mutable_snp()->add_signing_keys("vlek");
  policy_.mutable_snp()->add_csp_ids("CN=csp.example");
  const RawVerdict verdict = Appraised(RawSnpFiles{});
  EXPECT_EQ(verdict.outcome(), RawOutcome::kIncomplete);
  EXPECT_THAT(verdict.undecided(), testing::Contains("policy/snp/csp-id"));
  // That certificate names another.
  RawSnpFiles files = World().Files();
  files.ek = World().vlek.certificate.der();
  EXPECT_EQ(OutcomeOf(Appraised(files), "policy/snp/csp-id"), Outcome::kPass);
  policy_.mutable_snp()->set_csp_ids(0, "CN=other.example");
  EXPECT_EQ(OutcomeOf(Appraised(files), "policy/snp/csp-id"), Outcome::kFail);
}

TEST_F(AppraiseRawSnpTest, LeavesANamedAkUndecided) {
  policy_.mutable_ak()->add_spki_sha256(std::string(64, 'a'));
  EXPECT_THAT(Appraised().undecided(), testing::ElementsAre("policy/ak"));
}

TEST_F(AppraiseRawSnpTest, LeavesRegistersUndecided) {
  policy_.set_require_secure_boot(true);
  policy_.add_pcrs();
  EXPECT_THAT(Appraised().undecided(),
              testing::ElementsAre("policy/pcrs", "policy/secure-boot"));
}

TEST_F(AppraiseRawSnpTest, RejectsAPolicyWithoutRulesForReports) {
  policy_.clear_snp();
  EXPECT_EQ(OutcomeOf(Appraised(), "policy/snp"), Outcome::kFail);
}

TEST_F(AppraiseRawSnpTest, HasNoAnswerWithoutAReport) {
  RawVerdict verdict;
  AppraiseRawSnp(policy_, nullptr, verdict);
  EXPECT_EQ(verdict.outcome(), RawOutcome::kIncomplete);
}

}  // namespace
}  // namespace evidenced
