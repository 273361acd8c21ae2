#include "evidence/raw/tdx_policy.h"

#include <optional>
#include <string>
#include <vector>

#include "gmock/gmock.h"

#include "quote/crypto/digest.h"
#include "tests/evidence/raw/tdx_fixture.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

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
  RawVerdict Appraised() { return Appraised(Input()); }
  RawVerdict Appraised(const RawTdxInput& input) {
    RawTdxQuote judged = JudgeTdxQuote(input);
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

// Nothing is known against the platform, so this is no rejection.
TEST_F(AppraiseRawTdxTest, LeavesATcbThatWasNotEvaluatedUndecided) {
  with_collateral_ = false;
  ExpectUndecided("policy/tdx/tcb");
  EXPECT_EQ(Appraised().outcome(), RawOutcome::kIncomplete);
  policy_.mutable_tdx()->set_allow_unevaluated_tcb(true);
  EXPECT_EQ(Appraised().outcome(), RawOutcome::kAccept);
}

TEST_F(AppraiseRawTdxTest, LeavesRulesForMissingCollateralUndecided) {
  with_collateral_ = false;
  v1::TdxPolicy& rules = *policy_.mutable_tdx();
  rules.set_allow_unevaluated_tcb(true);
  rules.set_min_tcb_evaluation_data_number(1);
  rules.add_advisories("INTEL-SA-00837");
  rules.add_deny_advisories("INTEL-SA-00001");
  rules.set_require_crl(true);
  const RawVerdict verdict = Appraised();
  EXPECT_EQ(verdict.outcome(), RawOutcome::kIncomplete);
  EXPECT_THAT(verdict.undecided(),
              ElementsAre("policy/tdx/advisories", "policy/tdx/deny-advisories",
                          "policy/tdx/min-tcb-evaluation-data-number",
                          "policy/tdx/crl"));
}

TEST_F(AppraiseRawTdxTest, LeavesATcbOfPartialCollateralUndecided) {
  using File = std::optional<ByteView> RawTdxCollateralFiles::*;
  for (const File missing : {File{&RawTdxCollateralFiles::tcb_info},
                             File{&RawTdxCollateralFiles::qe_identity},
                             File{&RawTdxCollateralFiles::tcb_signing_chain}}) {
    RawTdxInput input = Input();
    input.collateral.*missing = std::nullopt;
    const RawVerdict verdict = Appraised(input);
    EXPECT_EQ(verdict.outcome(), RawOutcome::kIncomplete);
    EXPECT_THAT(verdict.undecided(), Contains("policy/tdx/tcb"));
    EXPECT_THAT(FoundOf(verdict, "policy/tdx/tcb"), HasSubstr("not given"));
  }
}

// Whoever withholds the other half may know why.
TEST_F(AppraiseRawTdxTest, NeverAcceptsHalfOfTheCollateralThatIsNotDemanded) {
  policy_.mutable_tdx()->set_allow_unevaluated_tcb(true);
  using File = std::optional<ByteView> RawTdxCollateralFiles::*;
  for (const File missing : {File{&RawTdxCollateralFiles::tcb_info},
                             File{&RawTdxCollateralFiles::qe_identity}}) {
    RawTdxInput input = Input();
    input.collateral.*missing = std::nullopt;
    EXPECT_EQ(Appraised(input).outcome(), RawOutcome::kIncomplete);
  }
}

// What is there and bad stays so, whatever else is missing.
TEST_F(AppraiseRawTdxTest, RejectsPartialCollateralThatWasRefused) {
  RawTdxInput input = Input();
  set_.tcb_info[set_.tcb_info.find("UpToDate")] = 'V';
  input.collateral.tcb_info = AsBytes(set_.tcb_info);
  input.collateral.qe_identity = std::nullopt;
  const RawVerdict verdict = Appraised(input);
  EXPECT_EQ(verdict.outcome(), RawOutcome::kReject);
  EXPECT_EQ(OutcomeOf(verdict, "policy/tdx/tcb"), Outcome::kFail);
  EXPECT_THAT(FoundOf(verdict, "policy/tdx/tcb"), HasSubstr("refused"));
}

// Each is as old as it is, whatever the others are.
TEST_F(AppraiseRawTdxTest, JudgesListsAndTcbByTheirOwnDates) {
  policy_.mutable_tdx()->set_require_crl(true);
  const auto outcomes = [this](absl::string_view tcb, absl::string_view crl) {
    const RawVerdict verdict = Appraised();
    EXPECT_EQ(OutcomeOf(verdict, "collateral-freshness"), Outcome::kFail);
    EXPECT_THAT(FoundOf(verdict, "policy/tdx/tcb"), StartsWith(tcb));
    EXPECT_EQ(FoundOf(verdict, "policy/tdx/crl"), crl);
  };
  constexpr char kRevokesNone[] = "one that revokes none";
  constexpr char kRefused[] = "one that was refused";
  set_.tcb_info =
      TcbInfoText({.next_update = "2025-12-31T23:00:00Z"}, RawTdxTestPki());
  outcomes("not evaluated: TCB info or the QE's identity was refused",
           kRevokesNone);
  set_ = RawTdxCollateralSet();
  set_.qe_identity =
      QeIdentityText({.next_update = "2025-12-31T23:00:00Z"}, RawTdxTestPki());
  outcomes("not evaluated: TCB info or the QE's identity was refused",
           kRevokesNone);
  const CrlSpec old = {.next_update = TestNow() - absl::Hours(1)};
  set_ = RawTdxCollateralSet();
  set_.root_crl = IssueCrl(old, RawTdxTestPki().root());
  outcomes("evaluated", kRefused);
  set_ = RawTdxCollateralSet();
  set_.pck_crl = IssueCrl(old, RawTdxTestPki().platform_ca());
  outcomes("evaluated", kRefused);
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
