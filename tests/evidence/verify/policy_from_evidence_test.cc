#include <set>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "evidence/policy/policy.h"
#include "evidence/verify/appraise.h"
#include "tests/evidence/verify/evidence_builder.h"
#include "tests/quote/certificate_builder.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

using ::testing::HasSubstr;

AppraisalContext Live() {
  AppraisalContext context;
  context.now = TestNow();
  context.requested_at = TestNow();
  return context;
}

std::set<uint32_t> RuledPcrs(const v1::AppraisalPolicy& policy) {
  std::set<uint32_t> pcrs;
  for (const v1::PcrRule& rule : policy.pcrs()) pcrs.insert(rule.index());
  return pcrs;
}

TEST(PolicyFromEvidence, MakesAFileThatItsEvidenceMeets) {
  const auto evidence = MustVerify(EvidenceBuilder().Build());
  ASSERT_NE(evidence, nullptr);
  const auto policy = ParsePolicy(PolicyToJson(PolicyFromEvidence(*evidence)));
  ASSERT_TRUE(policy.ok()) << policy.status();
  EXPECT_THAT(policy->description(), HasSubstr("trust on first use"));
  EXPECT_TRUE(policy->require_secure_boot());
  EXPECT_EQ(policy->min_binding(), v1::B1);
  EXPECT_EQ(Failures(Appraise(*evidence, *policy, Live())), "");
}

TEST(PolicyFromEvidence, RejectsAnotherMachine) {
  const auto first = MustVerify(EvidenceBuilder().Build());
  const auto second = MustVerify(EvidenceBuilder().Build());
  ASSERT_NE(first, nullptr);
  ASSERT_NE(second, nullptr);
  EXPECT_THAT(Failures(Appraise(*second, PolicyFromEvidence(*first), Live())),
              HasSubstr("policy/ak: "));
}

TEST(PolicyFromEvidence, PinsFirmwarePcrsAndThoseThatTheBootLogExplains) {
  EvidenceBuilder builder;
  std::vector<BootEvent> events = SmallBoot();
  for (const uint32_t pcr : {9, 11}) {
    events.push_back({.pcr = pcr, .type = kEvIpl, .data = {1}});
  }
  builder.SetBoot(events);
  // Moved later, without a log entry.
  builder.overrides[HashAlgorithm::kSha256][11] = Bytes(32, 0xee);
  const auto evidence = MustVerify(builder.Build());
  ASSERT_NE(evidence, nullptr);
  EXPECT_EQ(RuledPcrs(PolicyFromEvidence(*evidence)),
            (std::set<uint32_t>{0, 1, 2, 3, 4, 5, 6, 7, 9}));
}

TEST(PolicyFromEvidence, UsesTheStrongestBank) {
  EvidenceBuilder builder;
  builder.banks = {HashAlgorithm::kSha1, HashAlgorithm::kSha256,
                   HashAlgorithm::kSha384};
  builder.SetBoot(SmallBoot());
  const auto evidence = MustVerify(builder.Build());
  ASSERT_NE(evidence, nullptr);
  const v1::AppraisalPolicy policy = PolicyFromEvidence(*evidence);
  EXPECT_GT(policy.pcrs_size(), 0);
  for (const v1::PcrRule& rule : policy.pcrs()) {
    EXPECT_EQ(rule.algorithm(), v1::SHA384);
  }
}

TEST(PolicyFromEvidence, DoesNotDemandSecureBootThatWasOff) {
  EvidenceBuilder builder;
  std::vector<BootEvent> events = SmallBoot();
  events[1] = SecureBootEvent(SecureBoot::kOff);
  builder.SetBoot(events);
  const auto evidence = MustVerify(builder.Build());
  ASSERT_NE(evidence, nullptr);
  EXPECT_FALSE(PolicyFromEvidence(*evidence).require_secure_boot());
}

}  // namespace
}  // namespace evidenced
