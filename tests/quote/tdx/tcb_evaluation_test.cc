#include "quote/tdx/tcb_evaluation.h"

#include "gmock/gmock.h"

#include "quote/base/error_class.h"
#include "tests/quote/tdx/collateral_builder.h"

namespace evidenced {
namespace {

using tdx_quoter::PlatformLevel;
using tdx_quoter::QeIdentitySpec;
using tdx_quoter::QuoteSpec;
using tdx_quoter::TcbInfoSpec;
using ::testing::ElementsAre;

// What a verifier has; the defaults agree with each other.
struct Given {
  QuoteSpec quote{};
  TcbInfoSpec info{};
  QeIdentitySpec qe{};
};

absl::StatusOr<TdxTcb> Evaluate(const Given& given) {
  const TdxMachine& machine = SharedTdxMachine();
  const ValidityTime now = ValidityTime::At(TestNow());
  static const auto* const kPck = new VerifiedPck(machine.pki.Verified());
  static const auto* const kSigning =
      new VerifiedTcbSigning(VerifiedSigning(machine.pki));
  const auto quote =
      VerifyTdxQuote(machine.Quote(given.quote), *kPck, TestQuotingEnclaves());
  const std::string info = TcbInfoText(given.info, machine.pki);
  const std::string identity = QeIdentityText(given.qe, machine.pki);
  return EvaluateTdxTcb(
      quote.value(), VerifyTcbInfo(AsBytes(info), *kSigning, now).value(),
      VerifyQeIdentity(AsBytes(identity), *kSigning, now).value());
}

TcbStatus StatusOf(const Given& given) {
  const auto tcb = Evaluate(given);
  EXPECT_TRUE(tcb.ok()) << tcb.status();
  return tcb.ok() ? tcb->status : TcbStatus::kRevoked;
}

void ExpectRefused(const Given& given) {
  const auto tcb = Evaluate(given);
  EXPECT_EQ(tcb.status().code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(ErrorClassOf(tcb.status()), ErrorClass::kCollateralInvalid)
      << tcb.status();
}

TEST(EvaluateTdxTcb, FindsATcbThatIsUpToDate) {
  const auto tcb = Evaluate({});
  ASSERT_TRUE(tcb.ok()) << tcb.status();
  EXPECT_EQ(tcb->status, TcbStatus::kUpToDate);
  EXPECT_EQ(tcb->platform.status, TcbStatus::kUpToDate);
  ASSERT_TRUE(tcb->module.has_value());
  EXPECT_EQ(tcb->module->status, TcbStatus::kUpToDate);
  EXPECT_EQ(tcb->qe.status, TcbStatus::kUpToDate);
  EXPECT_FALSE(tcb->status_now.has_value());
  EXPECT_EQ(tcb->tcb_evaluation_data_number, 18U);
}

TEST(EvaluateTdxTcb, GivesWhatIsSaidOfEachPart) {
  Given given;
  given.info.levels[0].standing = {.status = "SWHardeningNeeded",
                                   .date = "2025-03-01T00:00:00Z",
                                   .advisories = {"INTEL-SA-2", "INTEL-SA-1"}};
  given.info.lines[1].levels[0].standing = {.status = "UpToDate",
                                            .date = "2025-02-01T00:00:00Z",
                                            .advisories = {"INTEL-SA-3"}};
  given.qe.levels[0].standing.advisories = {"INTEL-SA-1"};
  given.qe.evaluation_number = 17;
  const auto tcb = Evaluate(given);
  ASSERT_TRUE(tcb.ok()) << tcb.status();
  EXPECT_EQ(tcb->status, TcbStatus::kSwHardeningNeeded);
  EXPECT_THAT(tcb->advisory_ids,
              ElementsAre("INTEL-SA-1", "INTEL-SA-2", "INTEL-SA-3"));
  EXPECT_EQ(tcb->tcb_date, tcb->module->tcb_date);
  EXPECT_EQ(tcb->tcb_evaluation_data_number, 17U);
}

TEST(EvaluateTdxTcb, RefusesATcbInfoOfAnotherPlatform) {
  Given fmspc;
  fmspc.info.fmspc = "50806F000000";
  ExpectRefused(fmspc);
  Given pce_id;
  pce_id.info.pce_id = "0001";
  ExpectRefused(pce_id);
}

// One part is older, however new the others are: the level is not reached.
TEST(EvaluateTdxTcb, AsksEachComponentForItself) {
  const auto refused = [](const PlatformLevel& level) {
    Given given;
    given.info.levels = {level};
    ExpectRefused(given);
  };
  for (size_t i = 0; i < 16; ++i) {
    PlatformLevel level;
    level.sgx.at(i) += 1;
    refused(level);
  }
  PlatformLevel pce;
  pce.pce_svn += 1;
  refused(pce);
  for (size_t i = 2; i < 16; ++i) {
    PlatformLevel level;
    level.tdx.at(i) += 1;
    refused(level);
  }
}

// A module with a version has levels of its own, and the first two components
// are not the platform's.
TEST(EvaluateTdxTcb, LeavesTheModulesComponentsToItsLine) {
  Given given;
  given.info.levels[0].tdx[0] = 255;
  given.info.levels[0].tdx[1] = 255;
  EXPECT_EQ(StatusOf(given), TcbStatus::kUpToDate);
}

TEST(EvaluateTdxTcb, AsksAModuleWithoutVersionForAllComponents) {
  Given given;
  given.quote.td.tee_tcb_svn = {5, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  given.info.lines.clear();
  const auto tcb = Evaluate(given);
  ASSERT_TRUE(tcb.ok()) << tcb.status();
  EXPECT_FALSE(tcb->module.has_value());
  given.info.levels[0].tdx[0] = 6;
  ExpectRefused(given);
  given.info.levels[0].tdx[0] = 5;
  given.info.levels[0].tdx[1] = 1;
  ExpectRefused(given);
}

TEST(EvaluateTdxTcb, TakesTheBestLevelThatIsReached) {
  Given given;
  PlatformLevel better;
  better.sgx[0] = 6;
  PlatformLevel worse;
  worse.sgx[0] = 1;
  worse.standing.status = "OutOfDate";
  PlatformLevel own;
  own.standing.status = "ConfigurationNeeded";
  given.info.levels = {better, own, worse};
  EXPECT_EQ(StatusOf(given), TcbStatus::kConfigurationNeeded);
  given.info.levels = {better, worse};
  EXPECT_EQ(StatusOf(given), TcbStatus::kOutOfDate);
  given.info.levels = {better};
  ExpectRefused(given);
  given.info.levels = {};
  ExpectRefused(given);
}

TEST(EvaluateTdxTcb, GivesEachStatus) {
  for (const char* status :
       {"UpToDate", "SWHardeningNeeded", "ConfigurationNeeded",
        "ConfigurationAndSWHardeningNeeded", "OutOfDate",
        "OutOfDateConfigurationNeeded", "Revoked"}) {
    Given given;
    given.info.levels[0].standing.status = status;
    EXPECT_EQ(TcbStatusName(StatusOf(given)), status);
  }
}

TEST(EvaluateTdxTcb, TakesWhatIsWrongWithModuleAndQeForTheWhole) {
  Given module;
  module.info.levels[0].standing.status = "ConfigurationNeeded";
  module.info.lines[1].levels = {
      {.isv_svn = 6}, {.isv_svn = 2, .standing = {.status = "OutOfDate"}}};
  EXPECT_EQ(StatusOf(module), TcbStatus::kOutOfDateConfigurationNeeded);
  Given qe;
  qe.qe.levels = {{.isv_svn = 5},
                  {.isv_svn = 4, .standing = {.status = "OutOfDate"}}};
  EXPECT_EQ(StatusOf(qe), TcbStatus::kOutOfDate);
  qe.qe.levels[1].standing.status = "Revoked";
  EXPECT_EQ(StatusOf(qe), TcbStatus::kRevoked);
}

TEST(EvaluateTdxTcb, RefusesAModuleThatIntelDoesNotVouchFor) {
  Given line;
  line.quote.td.tee_tcb_svn[1] = 2;
  ExpectRefused(line);
  Given no_lines;
  no_lines.info.lines.clear();
  ExpectRefused(no_lines);
  Given level;
  level.quote.td.tee_tcb_svn[0] = 3;
  ExpectRefused(level);
  Given signer;
  signer.quote.td.mrsigner_seam.back() = 1;
  ExpectRefused(signer);
  Given attributes;
  attributes.quote.td.seam_attributes = 1;
  ExpectRefused(attributes);
  for (Given given : {signer, attributes}) {
    given.quote.td.tee_tcb_svn[1] = 0;
    ExpectRefused(given);
  }
}

TEST(EvaluateTdxTcb, ComparesTheModulesAttributesUnderTheMask) {
  Given given;
  given.quote.td.seam_attributes = 0x1000000000000002;
  given.info.lines[1].module.attributes = {2, 0, 0, 0, 0, 0, 0, 0};
  given.info.lines[1].module.attributes_mask = {2, 0, 0, 0, 0, 0, 0, 0};
  EXPECT_EQ(StatusOf(given), TcbStatus::kUpToDate);
  given.info.lines[1].module.attributes_mask = {2, 0, 0, 0, 0, 0, 0, 0x10};
  ExpectRefused(given);
}

TEST(EvaluateTdxTcb, RefusesAQuotingEnclaveThatIsNotTheIdentitys) {
  Given signer;
  signer.qe.mr_signer.back() ^= 1;
  Given product;
  product.qe.isv_prod_id = 1;
  Given misc;
  misc.qe.misc_select.front() = 1;
  Given attributes;
  attributes.qe.attributes.front() = 0x01;  // without PROVISION_KEY
  Given level;
  level.qe.levels[0].isv_svn = 5;
  Given none;
  none.qe.levels.clear();
  for (const Given& given : {signer, product, misc, attributes, level, none}) {
    ExpectRefused(given);
  }
}

TEST(EvaluateTdxTcb, ComparesTheQesAttributesUnderTheMask) {
  Given given;
  given.quote.qe.misc_select = {0, 0, 0, 1};
  given.qe.misc_select_mask = {0xff, 0xff, 0xff, 0};
  EXPECT_EQ(StatusOf(given), TcbStatus::kUpToDate);
}

// The TD was launched on a module that is out of date, which was then updated.
TEST(EvaluateTdxTcb, SaysWhereToLaunchATdAgainWouldHelp) {
  Given given;
  given.quote.version = 5;
  given.quote.td15 = true;
  given.info.lines[1].levels = {
      {.isv_svn = 6}, {.isv_svn = 5, .standing = {.status = "OutOfDate"}}};
  const auto tcb = Evaluate(given);
  ASSERT_TRUE(tcb.ok()) << tcb.status();
  EXPECT_EQ(tcb->status, TcbStatus::kOutOfDate);
  EXPECT_EQ(tcb->status_now, TcbStatus::kUpToDate);
  EXPECT_TRUE(tcb->relaunch_advised());
  given.quote.td.tee_tcb_svn = given.quote.td.tee_tcb_svn_2;
  EXPECT_FALSE(Evaluate(given)->relaunch_advised());
}

// Whatever launched the TD, another module reads its memory now.
TEST(EvaluateTdxTcb, JudgesTheModuleThatRunsNow) {
  Given given;
  given.quote.version = 5;
  given.quote.td15 = true;
  given.info.lines[1].levels = {
      {.isv_svn = 6},
      {.isv_svn = 5},
      {.isv_svn = 4,
       .standing = {.status = "Revoked", .advisories = {"INTEL-SA-1"}}}};
  given.quote.td.tee_tcb_svn_2[0] = 4;
  const auto tcb = Evaluate(given);
  ASSERT_TRUE(tcb.ok()) << tcb.status();
  EXPECT_EQ(tcb->status, TcbStatus::kUpToDate);
  EXPECT_EQ(tcb->status_now, TcbStatus::kRevoked);
  EXPECT_THAT(tcb->advisory_ids, ElementsAre("INTEL-SA-1"));
  given.quote.td.tee_tcb_svn_2[0] = 3;  // reaches no level
  EXPECT_FALSE(Evaluate(given).ok());
  given.quote.td.tee_tcb_svn_2[0] = 6;
  given.quote.td.tee_tcb_svn_2[1] = 9;  // of no known line
  EXPECT_FALSE(Evaluate(given).ok());
}

}  // namespace
}  // namespace evidenced
