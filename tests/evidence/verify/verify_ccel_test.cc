// What verification says of a TD's own log and registers.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "evidence/verify/appraise.h"
#include "evidence/verify/verify.h"
#include "tests/evidence/verify/evidence_builder.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

using ::testing::HasSubstr;

const std::vector<HashAlgorithm> kSha384Only = {HashAlgorithm::kSha384};

// An event of register `reg` of a CC log.
BootEvent Event(uint32_t reg, uint8_t data = 1) {
  return {.pcr = reg, .type = kEvAction, .data = {data}};
}

// One event in each RTMR.
std::vector<BootEvent> EachRtmr() {
  return {Event(1), Event(2), Event(3), Event(4)};
}

EvidenceBuilder WithoutTpm() {
  EvidenceBuilder builder = TdxEvidence();
  builder.has_tpm = false;
  return builder;
}

const VerifiedLog* Ccel(const Verification& result) {
  EXPECT_NE(result.evidence, nullptr) << Failures(result.checks);
  return result.evidence == nullptr ? nullptr
                                    : result.evidence->FindLog("log.ccel");
}

Outcome OutcomeOf(const Verification& result, const std::string& name) {
  const Check* check = FindCheck(result.checks, name);
  EXPECT_NE(check, nullptr) << name;
  return check == nullptr ? Outcome::kFail : check->outcome;
}

TEST(VerifyCcel, ExplainsEachRtmr) {
  EvidenceBuilder builder = WithoutTpm();
  builder.SetCcel(EachRtmr());
  const Verification result = VerifyEvidence(builder.Build());
  const VerifiedLog* log = Ccel(result);
  ASSERT_NE(log, nullptr);
  EXPECT_EQ(log->verdict.quoted_events, 5);
  for (const uint32_t reg : {1U, 2U, 3U, 4U}) {
    EXPECT_TRUE(log->verdict.Matched(reg)) << reg;
    EXPECT_EQ(OutcomeOf(result, absl::StrCat("replay/log.ccel/rtmr", reg - 1)),
              Outcome::kPass);
  }
}

// Of each RTMR: something that the log does not have moved it.
TEST(VerifyCcel, SaysWhichRtmrOthersMovedAndFailsNothing) {
  for (size_t index = 0; index < 4; ++index) {
    EvidenceBuilder builder = WithoutTpm();
    builder.SetCcel(EachRtmr());
    builder.rtmrs[index] = Bytes(48, 0x55);
    const Verification result = VerifyEvidence(builder.Build());
    const VerifiedLog* log = Ccel(result);
    ASSERT_NE(log, nullptr);
    EXPECT_TRUE(log->verdict.quoted_events.has_value());
    for (uint32_t reg = 1; reg <= 4; ++reg) {
      EXPECT_EQ(log->verdict.Matched(reg), reg != index + 1);
    }
    const Check* check =
        FindCheck(result.checks, absl::StrCat("replay/log.ccel/rtmr", index));
    ASSERT_NE(check, nullptr);
    EXPECT_EQ(check->outcome, Outcome::kNotChecked);
    EXPECT_THAT(check->found, HasSubstr("unlogged"));
  }
}

// Of each RTMR: the log goes on where the quote stops.
TEST(VerifyCcel, ClaimsNothingFromEventsBeyondTheQuotedOnes) {
  for (uint32_t reg = 1; reg <= 4; ++reg) {
    EvidenceBuilder builder = WithoutTpm();
    builder.SetCcel(EachRtmr());
    std::vector<BootEvent> longer = EachRtmr();
    longer.push_back(Event(reg, 2));
    builder.ccel_log = BootLog(kSha384Only, longer);
    const Verification result = VerifyEvidence(builder.Build());
    const VerifiedLog* log = Ccel(result);
    ASSERT_NE(log, nullptr);
    EXPECT_EQ(log->verdict.quoted_events, 5);
    EXPECT_FALSE(log->Vouched(5));
  }
}

// Of each RTMR: the part lacks the last event, and the tail has it.
TEST(VerifyCcel, TakesATailThatTheQuoteCovers) {
  for (uint32_t reg = 1; reg <= 4; ++reg) {
    EvidenceBuilder builder = WithoutTpm();
    std::vector<BootEvent> all = EachRtmr();
    all.push_back(Event(reg, 2));
    builder.SetCcel(all);
    builder.ccel_log = BootLog(kSha384Only, EachRtmr());
    builder.ccel_tail = BootTail(kSha384Only, {Event(reg, 2)});
    const Verification result = VerifyEvidence(builder.Build());
    const VerifiedLog* log = Ccel(result);
    ASSERT_NE(log, nullptr);
    EXPECT_EQ(log->verdict.quoted_events, 6);
    EXPECT_TRUE(log->Vouched(5));
    // Without it, nothing is claimed of that register.
    builder.ccel_tail.clear();
    const Verification without = VerifyEvidence(builder.Build());
    ASSERT_NE(Ccel(without), nullptr);
    EXPECT_FALSE(Ccel(without)->verdict.Matched(reg));
  }
}

TEST(VerifyCcel, RefusesATailBeyondTheQuotedEvents) {
  EvidenceBuilder builder = WithoutTpm();
  builder.ccel_tail = BootTail(kSha384Only, {Event(4)});
  EXPECT_THAT(Refusal(builder.Build()), HasSubstr("tail-beyond-quoted-events"));
}

TEST(VerifyCcel, RefusesATailThatIsNoWholeEvents) {
  EvidenceBuilder builder = WithoutTpm();
  const std::vector<BootEvent> events = {Event(1), Event(2)};
  builder.SetCcel(events);
  builder.ccel_log = BootLog(kSha384Only, {Event(1)});
  builder.ccel_tail = BootTail(kSha384Only, {Event(2)});
  EXPECT_EQ(Refusal(builder.Build()), "accepted");
  builder.ccel_tail.pop_back();
  EXPECT_THAT(Refusal(builder.Build()), HasSubstr("log/log.ccel: "));
}

TEST(VerifyCcel, SaysThatALogIsBehindItsRegisters) {
  EvidenceBuilder builder = WithoutTpm();
  builder.SetCcel({Event(1)});
  builder.rtmrs[0] = Bytes(48, 0x55);
  const Verification result = VerifyEvidence(builder.Build());
  const VerifiedLog* log = Ccel(result);
  ASSERT_NE(log, nullptr);
  EXPECT_EQ(log->verdict.quoted_events, std::nullopt);
  EXPECT_THAT(FindCheck(result.checks, "replay/log.ccel")->found,
              HasSubstr("LOG_BEHIND_REGISTER"));
}

// Registers that match only at other lengths of the log: between two of them
// somebody extended one.
TEST(VerifyCcel, SaysThatNoLengthGivesEveryRtmrAtOnce) {
  EvidenceBuilder builder = WithoutTpm();
  builder.SetCcel({Event(2), Event(1)});
  builder.ccel_log = BootLog(kSha384Only, {Event(1), Event(1, 2), Event(2)});
  const Verification result = VerifyEvidence(builder.Build());
  ASSERT_NE(Ccel(result), nullptr);
  EXPECT_EQ(Ccel(result)->verdict.quoted_events, std::nullopt);
}

TEST(VerifyCcel, RefusesARegisterThatNoTdHas) {
  EvidenceBuilder builder = WithoutTpm();
  builder.ccel_log = BootLog(kSha384Only, {Event(1), Event(5)});
  EXPECT_THAT(Refusal(builder.Build()), HasSubstr("a CC register of 0 to 4"));
  builder = WithoutTpm();
  builder.ccel_tail = BootTail(kSha384Only, {Event(5)});
  EXPECT_THAT(Refusal(builder.Build()), HasSubstr("a CC register of 0 to 4"));
}

// Its index 0 is MRTD, which no event extends.
TEST(VerifyCcel, ClaimsNothingFromEventsOfMrtd) {
  EvidenceBuilder builder = WithoutTpm();
  std::vector<BootEvent> events = {Event(0)};
  for (const BootEvent& event : EachRtmr()) events.push_back(event);
  builder.SetCcel(events);
  const Verification result = VerifyEvidence(builder.Build());
  const VerifiedLog* log = Ccel(result);
  ASSERT_NE(log, nullptr);
  EXPECT_EQ(log->verdict.quoted_events, 6);
  EXPECT_FALSE(log->Vouched(1));
  EXPECT_TRUE(log->Vouched(2));
}

TEST(VerifyCcel, RefusesPadding) {
  EvidenceBuilder builder = WithoutTpm();
  builder.ccel_log.resize(builder.ccel_log.size() + 8, 0xff);
  EXPECT_THAT(Refusal(builder.Build()), HasSubstr("a log without padding"));
}

// A log of a TPM is replayed against a TPM's registers alone, whatever signs.
TEST(VerifyCcel, KeepsTheRegistersOfTdAndTpmApart) {
  EvidenceBuilder builder = TdxEvidence();
  const Verification result = VerifyEvidence(builder.Build());
  ASSERT_NE(result.evidence, nullptr);
  EXPECT_TRUE(result.evidence->FindLog("log.tcg2")->verdict.Matched(7));
  EXPECT_FALSE(result.evidence->FindLog("log.ccel")->verdict.Matched(7));
  EXPECT_TRUE(result.evidence->FindLog("log.ccel")->verdict.Matched(1));
  EXPECT_EQ(result.evidence->pcrs().size(), 1);
}

TEST(VerifyCcel, TellsOfSecureBootByRtmr0) {
  const auto state = [](const EvidenceBuilder& builder) {
    const auto evidence = MustVerify(builder.Build());
    return evidence == nullptr ? std::nullopt : evidence->secure_boot();
  };
  EvidenceBuilder builder = WithoutTpm();
  EXPECT_EQ(state(builder), true);
  std::vector<BootEvent> events = SmallCcel();
  events[0] = SecureBootEvent(SecureBoot::kOff);
  events[0].pcr = 1;
  builder.SetCcel(events);
  EXPECT_EQ(state(builder), false);
  // After the separator it is not firmware that says it.
  std::swap(events[0], events[1]);
  builder.SetCcel(events);
  EXPECT_EQ(state(builder), std::nullopt);
  // What moved RTMR 0 is unknown.
  builder = WithoutTpm();
  builder.rtmrs[0] = Bytes(48, 0x55);
  EXPECT_EQ(state(builder), std::nullopt);
  // A TPM beside it is not who signs.
  builder = TdxEvidence();
  builder.rtmrs[0] = Bytes(48, 0x55);
  EXPECT_EQ(state(builder), std::nullopt);
}

class AppraiseTdxEvidence : public ::testing::Test {
 protected:
  AppraiseTdxEvidence() {
    policy_.add_accept_signers("tdx");
    policy_.mutable_tdx();
    context_.now = context_.as_of = context_.requested_at = TestNow();
  }

  Checks Appraised() const {
    const auto evidence = MustVerify(builder_.Build());
    if (evidence == nullptr) return {};
    return Appraise(*evidence, policy_, context_);
  }

  v1::TdxRtmrRule& Rule(uint32_t index) {
    v1::TdxRtmrRule* rule = policy_.mutable_tdx()->add_rtmrs();
    rule->set_index(index);
    return *rule;
  }

  EvidenceBuilder builder_ = TdxEvidence();
  v1::AppraisalPolicy policy_;
  AppraisalContext context_;
};

std::string Digest(uint8_t data) {
  return Hex(Hash(HashAlgorithm::kSha384, {Bytes{data}}));
}

TEST_F(AppraiseTdxEvidence, AcceptsByTheDefaults) {
  EXPECT_EQ(Failures(Appraised()), "");
  builder_.tdx = Td15Attester();
  EXPECT_EQ(Failures(Appraised()), "");
}

TEST_F(AppraiseTdxEvidence, RejectsAPolicyWithoutRulesForQuotes) {
  policy_.clear_tdx();
  EXPECT_THAT(Failures(Appraised()), HasSubstr("policy/tdx: "));
}

TEST_F(AppraiseTdxEvidence, ReadsTheEventsOfTheLog) {
  builder_.SetCcel({Event(1), Event(2, 7), Event(2, 8), Event(4)});
  Rule(1).add_required_events(Digest(8));
  EXPECT_EQ(Failures(Appraised()), "");
  policy_.mutable_tdx()->mutable_rtmrs(0)->add_required_events(Digest(1));
  EXPECT_THAT(Failures(Appraised()), HasSubstr("rtmr1/required-events: "));
  policy_.mutable_tdx()->clear_rtmrs();
  v1::TdxRtmrRule& allowed = Rule(1);
  allowed.add_allowed_events(Digest(7));
  EXPECT_THAT(Failures(Appraised()), HasSubstr("rtmr1/allowed-events: "));
  allowed.add_allowed_events(Digest(8));
  EXPECT_EQ(Failures(Appraised()), "");
}

// What the log says beyond the quote, or of a register that it does not give,
// meets no rule.
TEST_F(AppraiseTdxEvidence, RejectsRulesForEventsThatTheQuoteDoesNotReach) {
  builder_.SetCcel({Event(1), Event(2)});
  builder_.ccel_log = BootLog(kSha384Only, {Event(1), Event(2), Event(2, 9)});
  Rule(1).add_required_events(Digest(9));
  EXPECT_THAT(Failures(Appraised()), HasSubstr("rtmr1/required-events: "));
  policy_.mutable_tdx()->mutable_rtmrs(0)->set_required_events(0, Digest(1));
  EXPECT_EQ(Failures(Appraised()), "");
  builder_.rtmrs[1] = Bytes(48, 0x55);
  EXPECT_THAT(Failures(Appraised()), HasSubstr("rtmr1/required-events: "));
  builder_.rtmrs = {{0, Bytes(48, 0x55)}};
  EXPECT_EQ(Failures(Appraised()), "");
}

TEST_F(AppraiseTdxEvidence, TakesSecureBootFromTheTdsOwnLog) {
  policy_.set_require_secure_boot(true);
  EXPECT_EQ(Failures(Appraised()), "");
  builder_.rtmrs[0] = Bytes(48, 0x55);
  EXPECT_THAT(Failures(Appraised()), HasSubstr("policy/secure-boot: "));
}

TEST_F(AppraiseTdxEvidence, NeedsTheTpmWhoseRegistersItReads) {
  v1::PcrRule* rule = policy_.add_pcrs();
  rule->set_algorithm(v1::SHA256);
  rule->set_index(1);
  rule->add_values(std::string(64, '0'));
  EXPECT_THAT(Failures(Appraised()), HasSubstr("policy/ak: "));
  policy_.mutable_ak()->add_spki_sha256(
      Hex(builder_.ak.PublicArea().key.spki_sha256()));
  EXPECT_EQ(Failures(Appraised()), "");
}

}  // namespace
}  // namespace evidenced
