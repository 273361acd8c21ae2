#include "evidence/raw/tdx_collateral.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"

#include "evidence/raw/tdx_evaluation.h"
#include "tests/evidence/raw/tdx_fixture.h"

namespace evidenced {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

// A quote, and collateral for it, of which a test breaks one thing.
class JudgeWithCollateral : public ::testing::Test {
 protected:
  RawTdxQuote Judge() {
    quote_ = SharedTdxMachine().Quote(spec_);
    RawTdxInput input = InputOf(quote_);
    input.collateral = set_.Files();
    input.trust = trust_;
    return JudgeTdxQuote(input);
  }
  void ExpectReject(absl::string_view check, ErrorClass error_class) {
    const RawTdxQuote judged = Judge();
    EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kReject);
    EXPECT_EQ(judged.verdict.error_class(), error_class)
        << FoundOf(judged.verdict, check);
    EXPECT_EQ(OutcomeOf(judged.verdict, check), Outcome::kFail) << check;
  }
  // Refused collateral gives no status of the TCB.
  void ExpectRefused(absl::string_view check,
                     ErrorClass error_class = ErrorClass::kCollateralInvalid) {
    ExpectReject(check, error_class);
    EXPECT_FALSE(Judge().tcb().has_value());
  }

  tdx_quoter::QuoteSpec spec_;
  RawTdxCollateralSet set_;
  RawTdxTrust trust_ = RawTdxTestTrust();
  Bytes quote_;
};

TEST_F(JudgeWithCollateral, SaysHowTheTcbStands) {
  trust_.time = ValidityTime::At(TestNow());
  trust_.collateral_time = ValidityTime::At(TestNow());
  const RawTdxQuote judged = Judge();
  EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kAccept);
  ASSERT_TRUE(judged.tcb().has_value());
  EXPECT_EQ(judged.tcb()->status, TcbStatus::kUpToDate);
  EXPECT_EQ(FoundOf(judged.verdict, "tcb"),
            "UpToDate, TCB of 2025-06-01, evaluation data 18; a body of TD 1.0 "
            "does not show the TDX module that runs now");
  for (const char* name :
       {"tcb_info_signature_valid", "qe_identity_signature_valid",
        "tcb_signing_chain_valid_ignoring_time",
        "tcb_signing_root_is_intel_sgx_root_ca", "pck_crl_signature_valid",
        "root_crl_signature_valid", "tcb_signing_not_revoked",
        "collateral-freshness", "certificate-validity", "revocation"}) {
    EXPECT_EQ(OutcomeOf(judged.verdict, name), Outcome::kPass) << name;
  }
}

// Both roots are trusted, but one vouches for the platform and the other not.
TEST_F(JudgeWithCollateral, RefusesThatByAnotherRootThanThePlatforms) {
  const TdxTestPki other;
  trust_.roots.push_back(other.root().certificate.spki_sha256());
  EXPECT_EQ(Judge().verdict.outcome(), RawOutcome::kAccept);
  set_.tcb_info = TcbInfoText({}, other);
  set_.qe_identity = QeIdentityText({}, other);
  set_.tcb_signing_chain =
      Pem(other.tcb_signing().certificate) + Pem(other.root().certificate);
  ExpectRefused("collateral_root_is_the_platforms");
}

// Which is good enough, a policy says.
TEST_F(JudgeWithCollateral, AcceptsAnyStatusAndNamesIt) {
  tdx_quoter::TcbInfoSpec info;
  info.levels[0].standing = {.status = "OutOfDate",
                             .date = "2023-08-09T00:00:00Z",
                             .advisories = {"INTEL-SA-00837"}};
  set_.tcb_info = TcbInfoText(info, RawTdxTestPki());
  const RawTdxQuote judged = Judge();
  EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kAccept);
  EXPECT_EQ(FoundOf(judged.verdict, "tcb"),
            "OutOfDate (INTEL-SA-00837), TCB of 2023-08-09, evaluation data "
            "18; a body of TD 1.0 does not show the TDX module that runs now");
}

TEST_F(JudgeWithCollateral, AdvisesARelaunchWhenTheModuleWasUpdatedSince) {
  spec_.version = 5;
  spec_.td15 = true;
  spec_.td.tee_tcb_svn[0] = 2;  // below TDX_01's level of 4; now it is 6
  tdx_quoter::TcbInfoSpec info;
  info.lines[1].levels.push_back(
      {.isv_svn = 1, .standing = {.status = "OutOfDate"}});
  set_.tcb_info = TcbInfoText(info, RawTdxTestPki());
  const RawTdxQuote judged = Judge();
  ASSERT_TRUE(judged.tcb().has_value());
  EXPECT_TRUE(judged.tcb()->relaunch_advised());
  EXPECT_THAT(FoundOf(judged.verdict, "tcb"), HasSubstr("relaunch advised"));
}

TEST_F(JudgeWithCollateral, SaysThatTheTcbWasNotEvaluatedWithoutAny) {
  const Bytes quote = SharedTdxMachine().Quote();
  const RawTdxQuote judged = JudgeTdxQuote(InputOf(quote));
  EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kAccept);
  EXPECT_EQ(OutcomeOf(judged.verdict, "tcb"), Outcome::kNotChecked);
  EXPECT_THAT(FoundOf(judged.verdict, "tcb"), HasSubstr("not evaluated"));
}

TEST_F(JudgeWithCollateral, RejectsATextThatWasEditedOrWrittenAnew) {
  const std::string good = set_.tcb_info;
  set_.tcb_info = absl::StrReplaceAll(good, {{"UpToDate", "Revoked"}});
  ExpectRefused("tcb_info_signature_valid");
  // The same values, with a space.
  set_.tcb_info =
      absl::StrReplaceAll(good, {{"\"version\":", "\"version\": "}});
  ExpectRefused("tcb_info_signature_valid");
}

TEST_F(JudgeWithCollateral, RejectsAQeIdentityOfAnotherSigner) {
  // By another key than that of TCB signing.
  set_.qe_identity =
      tdx_quoter::SignedText("enclaveIdentity", tdx_quoter::QeIdentityBody({}),
                             RawTdxTestPki().platform_ca().key.evp());
  ExpectRefused("qe_identity_signature_valid");
  // Of an enclave that another signed.
  tdx_quoter::QeIdentitySpec identity;
  identity.mr_signer = Bytes(32, 0x77);
  set_.qe_identity = QeIdentityText(identity, RawTdxTestPki());
  ExpectRefused("tcb");
}

TEST_F(JudgeWithCollateral, RejectsATcbInfoForSgx) {
  tdx_quoter::TcbInfoSpec info;
  info.id = "SGX";
  set_.tcb_info = TcbInfoText(info, RawTdxTestPki());
  ExpectRefused("tcb_info_layout");
}

TEST_F(JudgeWithCollateral, RejectsAStatusThatNobodyKnows) {
  tdx_quoter::TcbInfoSpec info;
  info.levels[0].standing.status = "Splendid";
  set_.tcb_info = TcbInfoText(info, RawTdxTestPki());
  ExpectRefused("tcb_info_layout");
}

TEST_F(JudgeWithCollateral, RejectsATcbInfoOfAnotherPlatform) {
  tdx_quoter::TcbInfoSpec info;
  info.fmspc = "00806F050000";
  set_.tcb_info = TcbInfoText(info, RawTdxTestPki());
  ExpectRefused("tcb");
  EXPECT_FALSE(Judge().evaluation->fmspc_match);
}

TEST_F(JudgeWithCollateral, RejectsAPlatformBelowEveryLevel) {
  tdx_quoter::TcbInfoSpec info;
  info.levels[0].pce_svn = 14;
  set_.tcb_info = TcbInfoText(info, RawTdxTestPki());
  ExpectRefused("tcb");
}

TEST_F(JudgeWithCollateral, RejectsCollateralThatIsOverdueAtTheTimeGiven) {
  trust_.collateral_time = ValidityTime::At(TestNow() + absl::Hours(24 * 365));
  ExpectReject("collateral-freshness", ErrorClass::kCollateralInvalid);
  const RawTdxQuote judged = Judge();
  EXPECT_EQ(judged.collateral->tcb_info->current, false);
  EXPECT_EQ(judged.collateral->root_crl->current, false);
}

TEST_F(JudgeWithCollateral, RejectsWhatAListRevokes) {
  set_.pck_crl =
      IssueCrl({.serials = {kPckSerial}}, RawTdxTestPki().platform_ca());
  ExpectReject("revocation", ErrorClass::kChainInvalid);
  set_ = RawTdxCollateralSet();
  set_.root_crl =
      IssueCrl({.serials = {kPlatformCaSerial}}, RawTdxTestPki().root());
  ExpectReject("revocation", ErrorClass::kChainInvalid);
  set_ = RawTdxCollateralSet();
  set_.root_crl =
      IssueCrl({.serials = {kTcbSigningSerial}}, RawTdxTestPki().root());
  ExpectReject("tcb_signing_not_revoked", ErrorClass::kChainInvalid);
}

// Both roots are trusted and have one name, but the list is by the other, which
// may use the same serial numbers.
TEST_F(JudgeWithCollateral, AsksNoForeignListWhetherTcbSigningIsRevoked) {
  const TdxTestPki other;
  trust_.roots.push_back(other.root().certificate.spki_sha256());
  for (const std::vector<int64_t>& serials :
       {std::vector<int64_t>{}, std::vector<int64_t>{kTcbSigningSerial}}) {
    set_ = RawTdxCollateralSet();
    set_.root_crl = IssueCrl({.serials = serials}, other.root());
    set_.crl_issuer_chain += Pem(other.root().certificate);
    const RawTdxQuote judged = Judge();
    EXPECT_EQ(OutcomeOf(judged.verdict, "root_crl_signature_valid"),
              Outcome::kPass);
    EXPECT_EQ(OutcomeOf(judged.verdict, "tcb_signing_not_revoked"),
              Outcome::kFail);
    EXPECT_THAT(FoundOf(judged.verdict, "tcb_signing_not_revoked"),
                Not(HasSubstr("revoked")));
    EXPECT_EQ(judged.verdict.error_class(), ErrorClass::kCollateralInvalid);
    const auto alone = JudgeTdxCollateral({.files = set_.Files(),
                                           .quotes = {},
                                           .pck_chain = {},
                                           .trust = trust_});
    EXPECT_EQ(alone.verdict.error_class(), ErrorClass::kCollateralInvalid);
    EXPECT_EQ(OutcomeOf(alone.verdict, "tcb_signing_not_revoked"),
              Outcome::kFail);
  }
}

// Intel has two CAs, and each revokes what it issued.
TEST_F(JudgeWithCollateral, RejectsTheListOfAnotherCa) {
  set_.pck_crl = IssueCrl({}, RawTdxTestPki().processor_ca());
  set_.crl_issuer_chain = Pem(RawTdxTestPki().processor_ca().certificate) +
                          Pem(RawTdxTestPki().root().certificate);
  ExpectReject("revocation", ErrorClass::kCollateralInvalid);
}

TEST_F(JudgeWithCollateral, RejectsAnotherRootOfCollateral) {
  const TdxTestPki other;
  set_.tcb_info = TcbInfoText({}, other);
  set_.qe_identity = QeIdentityText({}, other);
  set_.tcb_signing_chain =
      Pem(other.tcb_signing().certificate) + Pem(other.root().certificate);
  ExpectRefused("tcb_signing_root_is_intel_sgx_root_ca",
                ErrorClass::kUntrustedRoot);
}

// A chain is positional; Intel's header has the signing certificate first.
TEST_F(JudgeWithCollateral, RejectsASigningChainInAnotherOrder) {
  set_.tcb_signing_chain = Pem(RawTdxTestPki().root().certificate) +
                           Pem(RawTdxTestPki().tcb_signing().certificate);
  const RawTdxQuote judged = Judge();
  EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kReject);
  EXPECT_FALSE(judged.collateral->signing_chain_valid);
}

TEST_F(JudgeWithCollateral, DecidesNothingWithPartOfIt) {
  quote_ = SharedTdxMachine().Quote();
  RawTdxInput input = InputOf(quote_);
  input.collateral = {.tcb_info = AsBytes(set_.tcb_info)};
  EXPECT_THAT(JudgeTdxQuote(input).verdict.undecided(),
              ElementsAre("tcb_info_signature_valid", "tcb"));
  input.collateral.tcb_signing_chain = AsBytes(set_.tcb_signing_chain);
  EXPECT_THAT(JudgeTdxQuote(input).verdict.undecided(), ElementsAre("tcb"));
  input.collateral = {.root_crl = set_.root_crl};
  EXPECT_THAT(JudgeTdxQuote(input).verdict.undecided(),
              ElementsAre("revocation"));
  input.collateral.pck_crl = set_.pck_crl;
  EXPECT_EQ(JudgeTdxQuote(input).verdict.outcome(), RawOutcome::kAccept);
}

TEST_F(JudgeWithCollateral, RejectsFilesThatAreNoneOfTheirKind) {
  RawTdxCollateralSet none;
  const Bytes garbage = {1, 2, 3};
  quote_ = SharedTdxMachine().Quote();
  const auto judge = [&](auto member) {
    RawTdxInput input = InputOf(quote_);
    input.collateral = none.Files();
    input.collateral.*member = garbage;
    const RawTdxQuote judged = JudgeTdxQuote(input);
    EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kReject);
    EXPECT_FALSE(judged.collateral->layout.ok());
  };
  judge(&RawTdxCollateralFiles::tcb_info);
  judge(&RawTdxCollateralFiles::qe_identity);
  judge(&RawTdxCollateralFiles::tcb_signing_chain);
  judge(&RawTdxCollateralFiles::pck_crl);
  judge(&RawTdxCollateralFiles::root_crl);
  judge(&RawTdxCollateralFiles::crl_issuer_chain);
}

RawTdxCollateralInput Alone(const RawTdxCollateralSet& set,
                            const Bytes& quote) {
  return {.files = set.Files(),
          .quotes = {{.name = "quote.bin", .bytes = quote}},
          .pck_chain = {},
          .trust = RawTdxTestTrust()};
}

TEST(JudgeTdxCollateral, ShowsHowAPlatformStandsAndJudgesTheCollateralAlone) {
  RawTdxCollateralSet set;
  set.pck_crl =
      IssueCrl({.serials = {kPckSerial}}, RawTdxTestPki().platform_ca());
  tdx_quoter::TcbInfoSpec info;
  info.levels[0].pce_svn = 14;
  set.tcb_info = TcbInfoText(info, RawTdxTestPki());
  const Bytes quote = SharedTdxMachine().Quote();
  const auto judged = JudgeTdxCollateral(Alone(set, quote));
  EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kAccept);
  ASSERT_EQ(judged.evaluations.size(), 1U);
  const RawTdxEvaluated& one = judged.evaluations.front();
  EXPECT_FALSE(one.evaluation->level.has_value());
  EXPECT_THAT(one.revoked, Contains(Pair("Intel SGX PCK Certificate", true)));
  EXPECT_THAT(one.revoked, Contains(Pair("Intel SGX Root CA", false)));
}

// Whoever signed a chain that does not hold, the collateral is at fault.
TEST(JudgeTdxCollateral, RejectsASigningChainThatDoesNotHold) {
  RawTdxCollateralSet set;
  set.tcb_signing_chain = Pem(RawTdxTestPki().platform_ca().certificate) +
                          Pem(RawTdxTestPki().root().certificate);
  set.tcb_info =
      tdx_quoter::SignedText("tcbInfo", tdx_quoter::TcbInfoBody({}),
                             RawTdxTestPki().platform_ca().key.evp());
  set.qe_identity =
      tdx_quoter::SignedText("enclaveIdentity", tdx_quoter::QeIdentityBody({}),
                             RawTdxTestPki().platform_ca().key.evp());
  const Bytes quote = SharedTdxMachine().Quote();
  const auto judged = JudgeTdxCollateral(Alone(set, quote));
  EXPECT_EQ(judged.verdict.error_class(), ErrorClass::kCollateralInvalid);
  EXPECT_EQ(OutcomeOf(judged.verdict, "tcb_signing_chain_valid_ignoring_time"),
            Outcome::kFail);
}

TEST(JudgeTdxCollateral, IsIncompleteWithoutThoseThatSigned) {
  const RawTdxCollateralSet set;
  RawTdxCollateralInput input{
      .files = {.tcb_info = AsBytes(set.tcb_info), .pck_crl = set.pck_crl},
      .quotes = {},
      .pck_chain = {},
      .trust = RawTdxTestTrust()};
  EXPECT_THAT(
      JudgeTdxCollateral(input).verdict.undecided(),
      ElementsAre("tcb_info_signature_valid", "pck_crl_signature_valid"));
}

TEST(JudgeTdxCollateral, RejectsAListInThePlaceOfAnother) {
  RawTdxCollateralSet set;
  std::swap(set.root_crl, set.pck_crl);
  const Bytes quote = SharedTdxMachine().Quote();
  const auto judged = JudgeTdxCollateral(Alone(set, quote));
  EXPECT_EQ(judged.verdict.error_class(), ErrorClass::kCollateralInvalid);
  EXPECT_EQ(
      OutcomeOf(judged.verdict, "pck_crl_issuer_chain_valid_ignoring_time"),
      Outcome::kFail);
  EXPECT_EQ(
      OutcomeOf(judged.verdict, "root_crl_issuer_chain_valid_ignoring_time"),
      Outcome::kFail);
}

TEST(JudgeTdxCollateral, NamesAQuoteThatIsNone) {
  const RawTdxCollateralSet set;
  const Bytes garbage = {1, 2, 3};
  const auto judged = JudgeTdxCollateral(Alone(set, garbage));
  EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kReject);
  EXPECT_FALSE(judged.layout().ok());
}

}  // namespace
}  // namespace evidenced
