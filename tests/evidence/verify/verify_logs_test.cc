// What verification says of logs, tails and PCR selections.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "evidence/log/replay.h"
#include "evidence/verify/appraise.h"
#include "evidence/verify/verify.h"
#include "tests/evidence/verify/evidence_builder.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

using ::testing::HasSubstr;

const std::vector<HashAlgorithm> kSha256Only = {HashAlgorithm::kSha256};

BootEvent Separator(uint32_t pcr) {
  return {.pcr = pcr, .type = kEvSeparator, .data = {0, 0, 0, 0}};
}

// SmallBoot(), the last `in_tail` events of it as a tail.
EvidenceBuilder SplitBoot(size_t in_tail) {
  EvidenceBuilder builder;
  std::vector<BootEvent> head = SmallBoot();
  std::vector<BootEvent> tail;
  for (size_t i = 0; i < in_tail; ++i) {
    tail.insert(tail.begin(), head.back());
    head.pop_back();
  }
  builder.boot_log = BootLog(kSha256Only, head);
  builder.boot_tail = BootTail(kSha256Only, tail);
  return builder;
}

TEST(VerifyLogs, TakesATailThatTheQuoteCovers) {
  const auto evidence = MustVerify(SplitBoot(2).Build());
  ASSERT_NE(evidence, nullptr);
  const VerifiedLog* log = evidence->FindLog("log.tcg2");
  ASSERT_NE(log, nullptr);
  EXPECT_EQ(log->verdict.quoted_events, 4);
  EXPECT_EQ(evidence->secure_boot(), true);
  EXPECT_GT(log->events[3].offset, log->part.size());
}

TEST(VerifyLogs, RefusesATailBeyondTheQuotedEvents) {
  EvidenceBuilder builder = SplitBoot(1);
  const Bytes more = BootTail(kSha256Only, {Separator(0)});
  builder.boot_tail.insert(builder.boot_tail.end(), more.begin(), more.end());
  // PCR 0 had its quoted value before the last event.
  EXPECT_THAT(Refusal(builder.Build()), HasSubstr("tail-beyond-quoted-events"));
}

TEST(VerifyLogs, RefusesATailOfALogThatExplainsNothing) {
  EvidenceBuilder builder = SplitBoot(1);
  for (const uint32_t pcr : {0, 7}) {
    builder.overrides[HashAlgorithm::kSha256][pcr] = Bytes(32, 0xee);
  }
  EXPECT_THAT(Refusal(builder.Build()), HasSubstr("tail-beyond-quoted-events"));
}

TEST(VerifyLogs, RefusesATailWithAFlippedDigest) {
  VerifyInput input = SplitBoot(1).Build();
  std::string* tail = input.evidence.mutable_parts(1)->mutable_tail();
  // PCR, type, count and algorithm come first.
  (*tail)[14] ^= 1;
  EXPECT_NE(Refusal(input), "accepted");
}

TEST(VerifyLogs, RefusesATailThatIsNoEvents) {
  VerifyInput input = SplitBoot(1).Build();
  input.evidence.mutable_parts(1)->mutable_tail()->pop_back();
  EXPECT_THAT(Refusal(input), HasSubstr("log/log.tcg2: "));
}

TEST(VerifyLogs, RefusesAnHonestlySignedPartThatIsNoLog) {
  EvidenceBuilder builder;
  builder.boot_log = {'n', 'o'};
  EXPECT_THAT(Refusal(builder.Build()), HasSubstr("log/log.tcg2: "));
}

TEST(VerifyLogs, RefusesPadding) {
  EvidenceBuilder builder;
  builder.boot_log.resize(builder.boot_log.size() + 64);
  EXPECT_THAT(Refusal(builder.Build()), HasSubstr("without padding"));
}

TEST(VerifyLogs, ClaimsNothingFromEventsBeyondTheQuotedOnes) {
  EvidenceBuilder builder;
  builder.SetBoot({Separator(0)});
  std::vector<BootEvent> sent = {Separator(0)};
  sent.push_back(SecureBootEvent(SecureBoot::kOn));
  builder.boot_log = BootLog(kSha256Only, sent);
  const auto evidence = MustVerify(builder.Build());
  ASSERT_NE(evidence, nullptr);
  const VerifiedLog* log = evidence->FindLog("log.tcg2");
  EXPECT_EQ(log->events.size(), 3);
  EXPECT_EQ(log->quoted().size(), 2);
  EXPECT_TRUE(log->Vouched(1));
  EXPECT_FALSE(log->Vouched(2));
  EXPECT_EQ(evidence->secure_boot(), std::nullopt);
}

TEST(VerifyLogs, ClaimsNothingFromEventsThatChangedPlaces) {
  // An agent that signs a reordered log: PCR 7 is not what the events give.
  EvidenceBuilder builder;
  std::vector<BootEvent> events = SmallBoot();
  std::swap(events[1], events[2]);
  builder.boot_log = BootLog(kSha256Only, events);
  const Verification result = VerifyEvidence(builder.Build());
  ASSERT_NE(result.evidence, nullptr);
  EXPECT_EQ(result.evidence->secure_boot(), std::nullopt);
  const Check* check = FindCheck(result.checks, "replay/log.tcg2/pcr7");
  ASSERT_NE(check, nullptr);
  EXPECT_EQ(check->outcome, Outcome::kNotChecked);
  EXPECT_THAT(check->found, HasSubstr("unlogged"));
}

TEST(VerifyLogs, SaysWhichRegisterOthersMovedAndFailsNothing) {
  EvidenceBuilder builder;
  std::vector<BootEvent> events = SmallBoot();
  events.insert(events.begin(), Separator(11));
  builder.SetBoot(events);
  builder.overrides[HashAlgorithm::kSha256][11] = Bytes(32, 0xee);
  const Verification result = VerifyEvidence(builder.Build());
  ASSERT_NE(result.evidence, nullptr);
  EXPECT_EQ(FindCheck(result.checks, "replay/log.tcg2/pcr11")->outcome,
            Outcome::kNotChecked);
  EXPECT_EQ(FindCheck(result.checks, "replay/log.tcg2/pcr7")->outcome,
            Outcome::kPass);
  const VerifiedLog* log = result.evidence->FindLog("log.tcg2");
  // Event 0 is the SpecID event. The one in PCR 11 is among the quoted ones,
  // and yet nothing vouches for it.
  EXPECT_EQ(log->quoted().size(), 5);
  EXPECT_FALSE(log->Vouched(0));
  EXPECT_FALSE(log->Vouched(1));
  EXPECT_TRUE(log->Vouched(2));
}

TEST(VerifyLogs, SaysThatALogIsBehindItsRegisters) {
  EvidenceBuilder builder;
  builder.ima_log = ImaLog({"/another"});
  const Verification result = VerifyEvidence(builder.Build());
  ASSERT_NE(result.evidence, nullptr);
  EXPECT_THAT(FindCheck(result.checks, "replay/log.ima")->found,
              HasSubstr("LOG_BEHIND_REGISTER"));
  EXPECT_TRUE(result.evidence->FindLog("log.ima")->quoted().empty());
}

TEST(VerifyLogs, ComparesEveryBank) {
  EvidenceBuilder builder;
  builder.banks = {HashAlgorithm::kSha1, HashAlgorithm::kSha256,
                   HashAlgorithm::kSha384};
  builder.SetBoot(SmallBoot());
  const auto evidence = MustVerify(builder.Build());
  ASSERT_NE(evidence, nullptr);
  EXPECT_EQ(evidence->secure_boot(), true);
}

// Firmware measured SHA-256 with Secure Boot off. Whoever it let boot extended
// the other bank with a boot that had it on, and wrote a log of that bank.
TEST(VerifyLogs, ClaimsNothingFromALogThatLeavesOutAMeasuredBank) {
  const std::vector<HashAlgorithm> sha384 = {HashAlgorithm::kSha384};
  std::vector<BootEvent> honest = SmallBoot();
  honest[1] = SecureBootEvent(SecureBoot::kOff);
  EvidenceBuilder builder;
  builder.SetBoot(honest);
  builder.banks = {HashAlgorithm::kSha256, HashAlgorithm::kSha384};
  builder.boot_log = BootLog(sha384, SmallBoot());
  const auto forged = ParseTcgLog(builder.boot_log);
  ASSERT_TRUE(forged.ok());
  builder.overrides = Replay(*forged, sha384);
  const Verification result = VerifyEvidence(builder.Build());
  ASSERT_NE(result.evidence, nullptr);
  EXPECT_EQ(result.evidence->secure_boot(), std::nullopt);
  EXPECT_FALSE(result.evidence->FindLog("log.tcg2")->verdict.Matched(7));
  EXPECT_THAT(FindCheck(result.checks, "replay/log.tcg2/pcr7")->found,
              HasSubstr("its sha256 bank, which the log does not have"));
  v1::AppraisalPolicy policy;
  policy.add_accept_signers("tpm");
  policy.set_require_secure_boot(true);
  EXPECT_THAT(Failures(Appraise(*result.evidence, policy, {})),
              HasSubstr("policy/secure-boot"));
}

TEST(VerifyLogs, TakesALogWithoutABankThatNobodyMeasuredInto) {
  EvidenceBuilder builder;
  builder.banks.push_back(HashAlgorithm::kSha384);
  // SetBoot() was of SHA-256 alone, and IMA measures into every bank.
  const auto evidence = MustVerify(builder.Build());
  ASSERT_NE(evidence, nullptr);
  EXPECT_EQ(evidence->secure_boot(), true);
  const LogVerdict& verdict = evidence->FindLog("log.tcg2")->verdict;
  EXPECT_EQ(verdict.quoted_events, 4);
  EXPECT_EQ(verdict.registers[0].compared, kSha256Only);
}

// Nobody here knows which registers these extend, so nothing vouches for a
// tail.
TEST(VerifyLogs, RefusesATailOfALogThatIsNotReplayed) {
  for (const std::string label : {"log.runtime", "log.foo"}) {
    EvidenceBuilder builder;
    builder.further_entries.push_back(
        PresentEntry(label, kMediaTcg2, Bytes{1}));
    VerifyInput input = builder.Build();
    v1::Part* part = input.evidence.add_parts();
    part->set_label(label);
    part->set_media_type(std::string(kMediaTcg2));
    part->set_data("\x01");
    EXPECT_EQ(Refusal(input), "accepted");
    part->set_tail("more");
    EXPECT_THAT(Refusal(input),
                HasSubstr("tail/" + label + ": tail-beyond-quoted-events"));
  }
}

TEST(VerifyLogs, RefusesALogUnderAnotherMediaType) {
  EvidenceBuilder builder;
  builder.ima_media_type = "text/plain";
  EXPECT_THAT(Refusal(builder.Build()),
              HasSubstr("media-type/log.ima: media-type: found text/plain"));
}

TEST(VerifyLogs, SaysThatATemplateDigestIsOfOtherData) {
  EvidenceBuilder builder;
  builder.ima_log[4] ^= 1;  // after the PCR
  const Verification result = VerifyEvidence(builder.Build());
  ASSERT_NE(result.evidence, nullptr);
  EXPECT_TRUE(result.evidence->FindLog("log.ima")->verdict.Matched(10));
  const Check* check = FindCheck(result.checks, "template-digest/log.ima");
  ASSERT_NE(check, nullptr);
  EXPECT_EQ(check->outcome, Outcome::kNotChecked);
  EXPECT_THAT(check->found, HasSubstr("1 of 2 entries"));
  EXPECT_EQ(FindCheck(VerifyEvidence(EvidenceBuilder().Build()).checks,
                      "template-digest/log.ima"),
            nullptr);
}

TEST(VerifyLogs, SaysThatNoEventReachedARegister) {
  EvidenceBuilder builder;
  builder.extended_ima.clear();
  const Verification result = VerifyEvidence(builder.Build());
  ASSERT_NE(result.evidence, nullptr);
  EXPECT_THAT(FindCheck(result.checks, "replay/log.ima/pcr10")->found,
              HasSubstr("no event reached it"));
}

TEST(PcrSelection, RefusesSha1Alone) {
  EvidenceBuilder builder;
  builder.banks = {HashAlgorithm::kSha1};
  builder.SetBoot(SmallBoot());
  VerifyInput input = builder.Build();
  EXPECT_THAT(Refusal(input), HasSubstr("pcr-selection: "));
  // Not even to a verifier that asked for nothing else.
  input.requested_pcrs = {{HashAlgorithm::kSha1, {0, 7}}};
  EXPECT_THAT(Refusal(input), HasSubstr("pcr-bank: "));
}

TEST(PcrSelection, RefusesAQuoteOfNothing) {
  EvidenceBuilder builder;
  builder.pcrs.clear();
  EXPECT_THAT(Refusal(builder.Build()), HasSubstr("pcr-bank: "));
}

TEST(PcrSelection, DemandsTheDefaultWhereNothingWasAskedFor) {
  for (const uint32_t left_out : {0, 15, 17, 22}) {
    EvidenceBuilder builder;
    std::erase(builder.pcrs, left_out);
    EXPECT_THAT(Refusal(builder.Build()), HasSubstr("pcr-selection: "))
        << left_out;
  }
}

// Firmware measured SHA-256 too, and the attester chose not to quote it.
TEST(PcrSelection, DemandsSha256WhereNoBankWasAskedFor) {
  EvidenceBuilder builder;
  builder.banks = {HashAlgorithm::kSha384};
  builder.SetBoot(SmallBoot());
  VerifyInput input = builder.Build();
  EXPECT_THAT(Refusal(input), HasSubstr("pcr-selection: "));
  input.requested_pcrs = {{HashAlgorithm::kSha384, builder.pcrs}};
  const auto evidence = MustVerify(input);
  ASSERT_NE(evidence, nullptr);
  EXPECT_TRUE(evidence->FindLog("log.tcg2")->verdict.Matched(7));
  // Asked for or not: the bank that firmware fills is not to be seen.
  EXPECT_EQ(evidence->secure_boot(), std::nullopt);
}

TEST(PcrSelection, DemandsWhatWasAskedFor) {
  EvidenceBuilder builder;
  builder.pcrs = {0, 7};
  VerifyInput input = builder.Build();
  input.requested_pcrs = {{HashAlgorithm::kSha256, {7, 0}}};
  EXPECT_EQ(Refusal(input), "accepted");
  input.requested_pcrs = {{HashAlgorithm::kSha256, {0, 4, 7}}};
  EXPECT_THAT(Refusal(input), HasSubstr("pcr-selection: "));
  input.requested_pcrs = {{HashAlgorithm::kSha384, {0}}};
  EXPECT_THAT(Refusal(input), HasSubstr("pcr-selection: "));
}

TEST(PcrSelection, RefusesARegisterTooFewOrTooMany) {
  VerifyInput input = EvidenceBuilder().Build();
  auto* registers = input.evidence.mutable_registers(0)->mutable_registers();
  registers->RemoveLast();
  EXPECT_THAT(Refusal(input), HasSubstr("pcr-digest: "));
  input = EvidenceBuilder().Build();
  auto* added = input.evidence.mutable_registers(0)->add_registers();
  added->set_index(23);
  added->set_value(std::string(32, '\0'));
  EXPECT_THAT(Refusal(input), HasSubstr("pcr-digest: "));
}

}  // namespace
}  // namespace evidenced
