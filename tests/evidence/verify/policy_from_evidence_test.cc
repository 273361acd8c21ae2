#include <algorithm>
#include <set>
#include <vector>

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
  context.now = context.as_of = TestNow();
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
  // Moved by the firmware, without one.
  builder.overrides[HashAlgorithm::kSha256][2] = Bytes(32, 0xdd);
  const auto evidence = MustVerify(builder.Build());
  ASSERT_NE(evidence, nullptr);
  EXPECT_EQ(RuledPcrs(PolicyFromEvidence(*evidence)),
            (std::set<uint32_t>{0, 2, 7, 9}));
}

std::set<int> RuledBanks(const v1::AppraisalPolicy& policy) {
  std::set<int> banks;
  for (const v1::PcrRule& rule : policy.pcrs()) banks.insert(rule.algorithm());
  return banks;
}

TEST(PolicyFromEvidence, HasRulesForEveryBankButSha1) {
  EvidenceBuilder builder;
  builder.banks = {HashAlgorithm::kSha1, HashAlgorithm::kSha256,
                   HashAlgorithm::kSha384};
  builder.SetBoot(SmallBoot());
  const auto evidence = MustVerify(builder.Build());
  ASSERT_NE(evidence, nullptr);
  EXPECT_EQ(RuledBanks(PolicyFromEvidence(*evidence)),
            (std::set<int>{v1::SHA256, v1::SHA384}));
}

// Both banks are active, and firmware fills one.
TEST(PolicyFromEvidence, HasNoRuleForABankThatNobodyMeasuredInto) {
  EvidenceBuilder builder;
  builder.extended_ima.clear();
  builder.ima_log = ImaLog({"/another"});
  builder.banks.push_back(HashAlgorithm::kSha512);
  for (uint32_t pcr = 17; pcr < 23; ++pcr) {
    builder.overrides[HashAlgorithm::kSha512][pcr] = Bytes(64, 0xff);
  }
  builder.SetBoot(SmallBoot());
  builder.boot_log = BootLog({HashAlgorithm::kSha256}, SmallBoot());
  builder.extended_boot = builder.boot_log;
  const auto first = MustVerify(builder.Build());
  ASSERT_NE(first, nullptr);
  const v1::AppraisalPolicy policy = PolicyFromEvidence(*first);
  EXPECT_EQ(RuledBanks(policy), std::set<int>{v1::SHA256});
  // Another boot, of which that bank tells nothing.
  std::vector<BootEvent> events = SmallBoot();
  events[0].data[1] ^= 1;
  builder.boot_log = BootLog({HashAlgorithm::kSha256}, events);
  builder.extended_boot = builder.boot_log;
  const auto second = MustVerify(builder.Build());
  ASSERT_NE(second, nullptr);
  EXPECT_THAT(Failures(Appraise(*second, policy, Live())),
              HasSubstr("policy/pcr/sha256/0: "));
}

TEST(PolicyFromEvidence, LeavesOutWhatTheGuestCanReset) {
  EvidenceBuilder builder;
  std::vector<BootEvent> events = SmallBoot();
  for (const uint32_t pcr : {16, 23}) {
    events.push_back({.pcr = pcr, .type = kEvIpl, .data = {1}});
    builder.pcrs.push_back(pcr);
  }
  std::sort(builder.pcrs.begin(), builder.pcrs.end());
  builder.SetBoot(events);
  const auto evidence = MustVerify(builder.Build());
  ASSERT_NE(evidence, nullptr);
  const v1::AppraisalPolicy policy = PolicyFromEvidence(*evidence);
  EXPECT_EQ(RuledPcrs(policy), (std::set<uint32_t>{0, 7}));
  EXPECT_TRUE(ParsePolicy(PolicyToJson(policy)).ok());
}

TEST(PolicyFromEvidence, SaysThatItHasNoRule) {
  EvidenceBuilder builder;
  builder.extended_boot.clear();
  const auto evidence = MustVerify(builder.Build());
  ASSERT_NE(evidence, nullptr);
  const v1::AppraisalPolicy policy = PolicyFromEvidence(*evidence);
  EXPECT_TRUE(policy.pcrs().empty());
  EXPECT_THAT(policy.description(), HasSubstr("no register has a rule"));
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

TEST(PolicyFromEvidence, OfAnSnpReportIsMetByItsEvidence) {
  for (const SnpAttester& attester :
       {MilanAttester(), MilanVlekAttester(), TurinAttester()}) {
    const auto evidence = MustVerify(SnpEvidence(attester).Build());
    ASSERT_NE(evidence, nullptr);
    const auto policy =
        ParsePolicy(PolicyToJson(PolicyFromEvidence(*evidence)));
    ASSERT_TRUE(policy.ok()) << policy.status();
    EXPECT_EQ(policy->accept_signers(0), "snp");
    EXPECT_EQ(policy->snp().measurements(0), Hex(Bytes(48, 0x3e)));
    EXPECT_TRUE(policy->snp().chip_ids().empty());
    EXPECT_FALSE(policy->pcrs().empty());
    EXPECT_EQ(Failures(Appraise(*evidence, *policy, Live())), "");
  }
}

TEST(PolicyFromEvidence, OfAnSnpReportWithoutATpmNamesNoKey) {
  EvidenceBuilder builder = SnpEvidence();
  builder.has_tpm = false;
  const auto evidence = MustVerify(builder.Build());
  ASSERT_NE(evidence, nullptr);
  const auto policy = ParsePolicy(PolicyToJson(PolicyFromEvidence(*evidence)));
  ASSERT_TRUE(policy.ok()) << policy.status();
  EXPECT_FALSE(policy->has_ak());
  EXPECT_EQ(Failures(Appraise(*evidence, *policy, Live())), "");
}

TEST(PolicyFromEvidence, SaysThatItAcceptsDebugAndMigration) {
  SnpAttester attester = MilanAttester();
  attester.spec.policy |= 1U << 18 | 1U << 19;
  const auto evidence = MustVerify(SnpEvidence(attester).Build());
  ASSERT_NE(evidence, nullptr);
  const v1::AppraisalPolicy policy = PolicyFromEvidence(*evidence);
  EXPECT_THAT(policy.description(), HasSubstr("MAY DEBUG"));
  EXPECT_THAT(policy.description(), HasSubstr("migration agent"));
  EXPECT_EQ(Failures(Appraise(*evidence, policy, Live())), "");
}

TEST(PolicyFromEvidence, SaysThatItAcceptsProvisionalFirmware) {
  SnpAttester attester = MilanAttester();
  attester.patches[0x1E0] = {3};  // committed TCB: boot loader
  const auto evidence = MustVerify(SnpEvidence(attester).Build());
  ASSERT_NE(evidence, nullptr);
  const v1::AppraisalPolicy policy = PolicyFromEvidence(*evidence);
  EXPECT_THAT(policy.description(), HasSubstr("take back its firmware"));
  EXPECT_EQ(Failures(Appraise(*evidence, policy, Live())), "");
}

TEST(PolicyFromEvidence, OfAVlekNamesWhoseItIs) {
  const auto evidence = MustVerify(SnpEvidence(MilanVlekAttester()).Build());
  ASSERT_NE(evidence, nullptr);
  EXPECT_THAT(PolicyFromEvidence(*evidence).snp().csp_ids(),
              testing::ElementsAre("CN=csp.example"));
}

TEST(PolicyFromEvidence, OfAnSnpReportRejectsAnOlderMachine) {
  const auto evidence = MustVerify(SnpEvidence().Build());
  ASSERT_NE(evidence, nullptr);
  SnpAttester older = MilanAttester();
  older.patches[0x38] = {3};  // current TCB: boot loader
  older.patches[0x1E0] = {3};
  const auto other = MustVerify(SnpEvidence(older).Build());
  ASSERT_NE(other, nullptr);
  EXPECT_THAT(Failures(Appraise(*other, PolicyFromEvidence(*evidence), Live())),
              HasSubstr("policy/snp/min-current-tcb: "));
}

}  // namespace
}  // namespace evidenced
