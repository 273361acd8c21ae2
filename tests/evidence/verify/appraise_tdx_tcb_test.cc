// What a policy demands of the TCB, the platform and revocation.
#include <string>
#include <tuple>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "evidence/verify/appraise_tdx.h"
#include "tests/evidence/verify/appraise_tdx_fixture.h"
#include "tests/evidence/verify/evidence_builder.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(AppraiseTdx, RejectsATcbThatWasNotEvaluatedUnlessAllowed) {
  Known known(Td10Attester());
  v1::TdxPolicy allows;
  allows.set_allow_unevaluated_tcb(true);
  for (const auto& [state, by_default, allowed] :
       std::vector<std::tuple<CollateralState, bool, bool>>{
           {CollateralState::kNone, false, true},
           {CollateralState::kRefused, false, false},
           {CollateralState::kDatesUnknown, false, true},
           {CollateralState::kCurrent, true, true}}) {
    known.tcb_collateral = state;
    EXPECT_EQ(Failed(ChecksFor(known, {})).empty(), by_default);
    EXPECT_EQ(Failed(ChecksFor(known, allows)).empty(), allowed);
  }
}

TEST(AppraiseTdx, RejectsRulesForATcbThatWasNotEvaluated) {
  Known known(Td10Attester());
  known.tcb_collateral = CollateralState::kNone;
  v1::TdxPolicy policy;
  policy.set_allow_unevaluated_tcb(true);
  policy.add_tcb_statuses("UpToDate");
  EXPECT_THAT(Failed(ChecksFor(known, policy)), IsEmpty());
  policy.add_advisories("INTEL-SA-00837");
  policy.add_deny_advisories("INTEL-SA-00001");
  policy.set_min_tcb_evaluation_data_number(1);
  EXPECT_THAT(Failed(ChecksFor(known, policy)),
              ElementsAre("advisories", "deny-advisories",
                          "min-tcb-evaluation-data-number"));
}

// Whether or not it had to be evaluated.
TEST(AppraiseTdx, RejectsEveryOtherStatusThanUpToDateByDefault) {
  Known known(Td10Attester());
  for (const TcbStatus status :
       {TcbStatus::kSwHardeningNeeded, TcbStatus::kConfigurationNeeded,
        TcbStatus::kConfigurationAndSwHardeningNeeded, TcbStatus::kOutOfDate,
        TcbStatus::kOutOfDateConfigurationNeeded, TcbStatus::kRevoked}) {
    known.tcb.status = status;
    v1::TdxPolicy policy;
    EXPECT_THAT(Failed(ChecksFor(known, policy)), ElementsAre("tcb-status"));
    policy.set_allow_unevaluated_tcb(true);
    EXPECT_THAT(Failed(ChecksFor(known, policy)), ElementsAre("tcb-status"));
    if (status == TcbStatus::kRevoked) continue;  // no policy may accept it
    policy.add_tcb_statuses(std::string(TcbStatusName(status)));
    EXPECT_THAT(Failed(ChecksFor(known, policy)), IsEmpty());
  }
}

TEST(AppraiseTdx, SaysThatALaunchWouldHelp) {
  Known known(Td15Attester());
  known.tcb.status = TcbStatus::kOutOfDate;
  known.tcb.status_now = TcbStatus::kUpToDate;
  const Checks checks = ChecksFor(known, {});
  EXPECT_THAT(FindCheck(checks, "policy/tdx/tcb-status")->found,
              HasSubstr("the TD was launched before"));
}

TEST(AppraiseTdx, RejectsTheStatusOfAModuleThatRunsNow) {
  Known known(Td15Attester());
  known.tcb.status = TcbStatus::kUpToDate;
  known.tcb.status_now = TcbStatus::kOutOfDate;
  v1::TdxPolicy policy;
  EXPECT_THAT(Failed(ChecksFor(known, policy)), ElementsAre("tcb-status"));
  policy.add_tcb_statuses("UpToDate");
  EXPECT_THAT(Failed(ChecksFor(known, policy)), ElementsAre("tcb-status"));
  policy.add_tcb_statuses("OutOfDate");
  EXPECT_THAT(Failed(ChecksFor(known, policy)), IsEmpty());
}

TEST(AppraiseTdx, RejectsAPlatformWithoutAnIdWhereThereIsAnyList) {
  Known known(Td10Attester());
  PckExtensions single = known.quote.pck().pck().extensions;
  single.platform_instance_id.clear();
  const auto failed = [&](const v1::TdxPolicy& policy,
                          const PckExtensions* pck) {
    TdxFacts facts = known.Facts();
    facts.pck = pck;
    Checks checks;
    AppraiseTdx(facts, policy, checks);
    return Failed(checks);
  };
  v1::TdxPolicy policy;
  EXPECT_THAT(failed(policy, &single), IsEmpty());
  EXPECT_THAT(failed(policy, nullptr), IsEmpty());
  policy.add_platform_instance_ids(std::string(32, 'a'));
  policy.add_deny_platform_instance_ids(std::string(32, 'b'));
  EXPECT_THAT(failed(policy, &single),
              ElementsAre("platform-instance-id", "deny-platform-instance-id"));
  policy.add_fmspcs("90c06f000000");
  EXPECT_THAT(failed(policy, nullptr),
              ElementsAre("fmspc", "platform-instance-id",
                          "deny-platform-instance-id"));
}

TEST(AppraiseTdx, RejectsAListOfNoKnownTimeWhereOneIsRequired) {
  const Known known(Td10Attester());
  v1::TdxPolicy policy;
  policy.set_require_crl(true);
  for (const CollateralState state :
       {CollateralState::kNone, CollateralState::kRefused,
        CollateralState::kDatesUnknown, CollateralState::kCurrent}) {
    TdxFacts facts = known.Facts();
    facts.crl = state;
    Checks checks;
    AppraiseTdx(facts, policy, checks);
    EXPECT_EQ(NoneFailed(checks), state == CollateralState::kCurrent);
  }
}

}  // namespace
}  // namespace evidenced
