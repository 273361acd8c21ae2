#include "evidence/raw/tdx_policy.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"

#include "quote/crypto/digest.h"
#include "tests/evidence/raw/tdx_fixture.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class AppraiseRawTdxTest : public ::testing::Test {
 protected:
  AppraiseRawTdxTest() {
    spec_.version = 5;
    spec_.td15 = true;
    spec_.td.mr_service_td = Bytes(48, 0);
    policy_.add_accept_signers("tdx");
    policy_.set_min_binding(v1::NONE);
    policy_.mutable_tdx()->add_mr_tds(Hex(spec_.td.mr_td));
    trust_.time = ValidityTime::At(TestNow());
    trust_.collateral_time = ValidityTime::At(TestNow());
  }

  RawTdxInput Input() {
    quote_ = SharedTdxMachine().Quote(spec_);
    RawTdxInput input = InputOf(quote_);
    if (with_collateral_) input.collateral = set_.Files();
    input.trust = trust_;
    return input;
  }
  RawVerdict Appraised() {
    RawTdxQuote judged = JudgeTdxQuote(Input());
    AppraiseRawTdx(policy_, {.quote = &judged}, judged.verdict);
    return judged.verdict;
  }
  RawVerdict AppraisedWith(const std::vector<RtmrEvent>& events) {
    RawTdxLog judged = JudgeTdxLog({.quote = Input(),
                                    .log = std::nullopt,
                                    .events = events,
                                    .covered = std::nullopt});
    AppraiseRawTdx(policy_, {.quote = &judged.quote, .log = &judged},
                   judged.verdict);
    return judged.verdict;
  }
  void ExpectFail(absl::string_view rule, ErrorClass error_class) {
    const RawVerdict verdict = Appraised();
    EXPECT_EQ(OutcomeOf(verdict, rule), Outcome::kFail) << rule;
    EXPECT_EQ(verdict.error_class(), error_class) << rule;
  }
  void ExpectUndecided(const std::string& rule) {
    EXPECT_THAT(Appraised().undecided(), ElementsAre(rule));
  }

  tdx_quoter::QuoteSpec spec_;
  RawTdxCollateralSet set_;
  RawTdxTrust trust_ = RawTdxTestTrust();
  bool with_collateral_ = true;
  v1::AppraisalPolicy policy_;
  Bytes quote_;
};

TEST_F(AppraiseRawTdxTest, AcceptsWhatMeetsThePolicy) {
  policy_.mutable_tdx()->set_require_crl(true);
  policy_.mutable_tdx()->set_min_tcb_evaluation_data_number(18);
  policy_.mutable_tdx()->add_fmspcs("90c06f000000");
  const RawVerdict verdict = Appraised();
  EXPECT_EQ(verdict.outcome(), RawOutcome::kAccept);
  EXPECT_EQ(OutcomeOf(verdict, "policy/tdx/tcb"), Outcome::kPass);
  EXPECT_EQ(OutcomeOf(verdict, "policy/tdx/crl"), Outcome::kPass);
}

TEST_F(AppraiseRawTdxTest, RejectsAnotherMeasurement) {
  policy_.mutable_tdx()->set_mr_tds(0, std::string(96, '0'));
  ExpectFail("policy/tdx/mr-td", ErrorClass::kDigestMismatch);
}

TEST_F(AppraiseRawTdxTest, RejectsDebugByDefault) {
  spec_.td.attributes |= 1;
  EXPECT_EQ(Appraised().outcome(), RawOutcome::kReject);
}

TEST_F(AppraiseRawTdxTest, RejectsABindingLevel) {
  policy_.clear_min_binding();
  ExpectFail("policy/min-binding", ErrorClass::kBindingMismatch);
}

TEST_F(AppraiseRawTdxTest, RejectsAPolicyWithoutRulesForTdx) {
  policy_.clear_tdx();
  ExpectFail("policy/tdx", ErrorClass::kDigestMismatch);
}

TEST_F(AppraiseRawTdxTest, RejectsATcbThatIsOutOfDate) {
  tdx_quoter::TcbInfoSpec info;
  info.levels[0].standing.status = "OutOfDate";
  set_.tcb_info = TcbInfoText(info, RawTdxTestPki());
  ExpectFail("policy/tdx/tcb-status", ErrorClass::kDigestMismatch);
  policy_.mutable_tdx()->add_tcb_statuses("OutOfDate");
  EXPECT_EQ(Appraised().outcome(), RawOutcome::kAccept);
}

// Whether a TCB may stay open, the policy says.
TEST_F(AppraiseRawTdxTest, RejectsATcbThatWasNotEvaluatedUnlessThatIsAllowed) {
  with_collateral_ = false;
  ExpectFail("policy/tdx/tcb", ErrorClass::kCollateralInvalid);
  policy_.mutable_tdx()->set_allow_unevaluated_tcb(true);
  EXPECT_EQ(Appraised().outcome(), RawOutcome::kAccept);
}

// Whoever hands over old collateral may know why.
TEST_F(AppraiseRawTdxTest, LeavesCollateralOfNoKnownTimeUndecided) {
  trust_ = RawTdxTestTrust();
  ExpectUndecided("policy/tdx/tcb");
  policy_.mutable_tdx()->set_allow_unevaluated_tcb(true);
  policy_.mutable_tdx()->set_require_crl(true);
  ExpectUndecided("policy/tdx/crl");
}

TEST_F(AppraiseRawTdxTest, SaysThatCollateralWasRefused) {
  tdx_quoter::TcbInfoSpec info;
  info.fmspc = "00806F050000";
  set_.tcb_info = TcbInfoText(info, RawTdxTestPki());
  policy_.mutable_tdx()->set_allow_unevaluated_tcb(true);
  const RawVerdict verdict = Appraised();
  EXPECT_EQ(OutcomeOf(verdict, "policy/tdx/tcb"), Outcome::kFail);
  EXPECT_THAT(FoundOf(verdict, "policy/tdx/tcb"), HasSubstr("refused"));
}

TEST_F(AppraiseRawTdxTest, LeavesAPlatformThatNobodyNamedUndecided) {
  with_collateral_ = false;
  spec_.pck_type = 3;
  spec_.pck_chain = Bytes(36, 0);
  policy_.mutable_tdx()->set_allow_unevaluated_tcb(true);
  policy_.mutable_tdx()->add_fmspcs("90c06f000000");
  EXPECT_THAT(Appraised().undecided(),
              ElementsAre("qe_report_signature_valid", "policy/tdx/fmspc"));
}

TEST_F(AppraiseRawTdxTest, ReadsEventsOfALogThatIsThere) {
  const Bytes digest(48, 1);
  spec_.td.rtmr[0] = Hash(HashAlgorithm::kSha384, {Bytes(48, 0), digest});
  v1::TdxRtmrRule& rule = *policy_.mutable_tdx()->add_rtmrs();
  rule.set_index(0);
  rule.add_required_events(Hex(digest));
  ExpectUndecided("policy/tdx/rtmr0/required-events");
  EXPECT_EQ(AppraisedWith({{0, digest}}).outcome(), RawOutcome::kAccept);
  // A log that does not replay to the register tells nothing of it.
  EXPECT_EQ(OutcomeOf(AppraisedWith({{0, digest}, {0, digest}}),
                      "policy/tdx/rtmr0/required-events"),
            Outcome::kFail);
}

TEST_F(AppraiseRawTdxTest, LeavesRulesForATpmUndecided) {
  policy_.mutable_ak()->add_spki_sha256(std::string(64, '0'));
  ExpectUndecided("policy/ak");
}

}  // namespace
}  // namespace evidenced
