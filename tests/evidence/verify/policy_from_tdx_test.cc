#include <set>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "evidence/policy/policy.h"
#include "evidence/verify/appraise.h"
#include "evidence/verify/verify.h"
#include "tests/evidence/verify/evidence_builder.h"
#include "tests/quote/tdx/collateral_builder.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

Checks Appraised(const VerifyInput& input, const v1::AppraisalPolicy& policy) {
  const auto evidence = MustVerify(input);
  if (evidence == nullptr) return {};
  AppraisalContext context;
  context.now = context.as_of = context.requested_at = TestNow();
  return Appraise(*evidence, policy, context);
}

// What the file says that is made from `input`, which must meet it.
v1::AppraisalPolicy PolicyFor(const VerifyInput& input) {
  const auto evidence = MustVerify(input);
  if (evidence == nullptr) return {};
  const auto policy = ParsePolicy(PolicyToJson(PolicyFromEvidence(*evidence)));
  EXPECT_TRUE(policy.ok()) << policy.status();
  if (!policy.ok()) return {};
  EXPECT_EQ(Failures(Appraised(input, *policy)), "");
  return *policy;
}

std::set<uint32_t> RuledRtmrs(const v1::AppraisalPolicy& policy) {
  std::set<uint32_t> rtmrs;
  for (const auto& rule : policy.tdx().rtmrs()) rtmrs.insert(rule.index());
  return rtmrs;
}

TEST(PolicyFromTdx, MakesAFileThatItsEvidenceMeets) {
  const v1::AppraisalPolicy policy = PolicyFor(TdxEvidence().Build());
  EXPECT_THAT(policy.description(), AllOf(HasSubstr("trust on first use"),
                                          Not(HasSubstr("accepts"))));
  EXPECT_THAT(policy.accept_signers(), ElementsAre("tdx"));
  EXPECT_TRUE(policy.require_secure_boot());
  EXPECT_FALSE(policy.tdx().allow_unevaluated_tcb());
  EXPECT_TRUE(policy.tdx().require_crl());
  EXPECT_THAT(policy.tdx().tcb_statuses(), ElementsAre("UpToDate"));
  EXPECT_EQ(policy.tdx().min_tcb_evaluation_data_number(), 18);
  EXPECT_THAT(policy.tdx().platform_instance_ids(), IsEmpty());
  EXPECT_THAT(policy.tdx().mr_service_tds(), IsEmpty());
}

TEST(PolicyFromTdx, RejectsAnotherImage) {
  const v1::AppraisalPolicy policy = PolicyFor(TdxEvidence().Build());
  EvidenceBuilder builder = TdxEvidence();
  builder.tdx->spec.td.mr_td = Bytes(48, 0x3e);
  EXPECT_THAT(Failures(Appraised(builder.Build(), policy)),
              HasSubstr("policy/tdx/mr-td: "));
  builder = TdxEvidence();
  builder.rtmrs[1] = Bytes(48, 0x55);
  EXPECT_THAT(Failures(Appraised(builder.Build(), policy)),
              HasSubstr("policy/tdx/rtmr1: "));
}

TEST(PolicyFromTdx, PinsRtmrsThatSayWhatBooted) {
  // RTMR 3 is zero.
  EXPECT_EQ(RuledRtmrs(PolicyFor(TdxEvidence().Build())),
            (std::set<uint32_t>{0, 1, 2}));
  EvidenceBuilder builder = TdxEvidence();
  builder.rtmrs = {{1, Bytes(48, 1)}, {2, Bytes(48, 2)}, {3, Bytes(48, 3)}};
  EXPECT_EQ(RuledRtmrs(PolicyFor(builder.Build())), (std::set<uint32_t>{0, 1}));
}

TEST(PolicyFromTdx, SaysWhatItAccepts) {
  EvidenceBuilder builder = TdxEvidence(Td15Attester());
  builder.tdx->spec.td.attributes |= 1U | uint64_t{1} << 29U;
  builder.tdx->spec.td.mr_service_td = Bytes(48, 0x5d);
  VerifyInput input = builder.Build();
  tdx_quoter::TcbInfoSpec spec;
  spec.levels[0].standing.status = "OutOfDate";
  input.tdx->tcb_info =
      ToBytes(AsBytes(TcbInfoText(spec, SharedTdxMachine().pki)));
  const v1::AppraisalPolicy policy = PolicyFor(input);
  for (const char* remark :
       {"THE HOST MAY DEBUG", "a migration TD may move this TD",
        "a service TD may act", "its TCB is OutOfDate"}) {
    EXPECT_THAT(policy.description(), HasSubstr(remark));
  }
  EXPECT_THAT(policy.tdx().tcb_statuses(),
              ElementsAre("UpToDate", "OutOfDate"));
}

TEST(PolicyFromTdx, SaysThatTheTcbWasNotEvaluated) {
  VerifyInput input = TdxEvidence().Build();
  input.tdx = Td10Attester().Collateral();
  const v1::AppraisalPolicy policy = PolicyFor(input);
  EXPECT_TRUE(policy.tdx().allow_unevaluated_tcb());
  EXPECT_FALSE(policy.tdx().require_crl());
  EXPECT_THAT(policy.description(), HasSubstr("THE TCB WAS NOT EVALUATED"));
  EXPECT_THAT(policy.tdx().tcb_statuses(), IsEmpty());
}

// A debug bit without a name cannot be allowed.
TEST(PolicyFromTdx, SaysThatNoPolicyAcceptsAnUnnamedDebugBit) {
  EvidenceBuilder builder = TdxEvidence();
  builder.tdx->spec.td.attributes |= 2U;
  const auto evidence = MustVerify(builder.Build());
  ASSERT_NE(evidence, nullptr);
  EXPECT_THAT(PolicyFromEvidence(*evidence).description(),
              HasSubstr("no policy accepts it"));
}

}  // namespace
}  // namespace evidenced
