#include "evidence/log/replay.h"

#include <vector>

#include "gtest/gtest.h"

#include "evidence/log/pcr.h"
#include "tests/evidence/log/log_builder.h"

namespace evidenced {
namespace {

constexpr HashAlgorithm kSha1 = HashAlgorithm::kSha1;
constexpr HashAlgorithm kSha256 = HashAlgorithm::kSha256;
constexpr HashAlgorithm kSha384 = HashAlgorithm::kSha384;

const std::vector<uint16_t> kTwo = {kSha1Id, kSha256Id};

Bytes Event(uint32_t reg, uint8_t data) {
  return Measured(reg, kAction, Bytes{data}, kTwo);
}

// Six events: the header, then PCR 1, 2, 1, 2, 1.
class CompareTest : public testing::Test {
 protected:
  CompareTest() {
    const auto log = ParseTcgLog(bytes_);
    EXPECT_TRUE(log.ok()) << log.status();
    log_ = *log;
  }

  // The registers after the first `count` events, in `banks`.
  PcrValues After(size_t count, std::vector<HashAlgorithm> banks) const {
    EventLog prefix = log_;
    prefix.events.resize(count);
    return Replay(prefix, banks);
  }

  LogVerdict Compare(const PcrValues& quoted) const {
    return CompareWithRegisters(log_, log_.events, quoted);
  }

  const Bytes bytes_ =
      Join({SpecId({{kSha1Id, 20}, {kSha256Id, 32}}), Event(1, 1), Event(2, 2),
            Event(1, 3), Event(2, 4), Event(1, 5)});
  EventLog log_;
};

TEST(Replay, ExtendsByHand) {
  const Bytes bytes =
      Join({SpecId({{kSha256Id, 32}}), Measured(3, kAction, Bytes{9}),
            Measured(3, kNoAction, Bytes{8})});
  const auto log = ParseTcgLog(bytes);
  ASSERT_TRUE(log.ok());
  const PcrValues values = Replay(*log, log->banks);
  const PcrValues expected = {
      {kSha256, {{3, Hash(kSha256, {Bytes(32, 0), Sha256(Bytes{9})})}}}};
  EXPECT_EQ(values, expected);
}

TEST(Replay, Pcr0StartsWithTheLocality) {
  const Bytes locality =
      Join({ToBytes(AsBytes(absl::string_view("StartupLocality\0", 16))), {3}});
  const Bytes bytes =
      Join({SpecId({{kSha256Id, 32}}),
            Tcg2Event(0, kNoAction, {{kSha256Id, Bytes(32, 0)}}, locality),
            Measured(0, kAction, Bytes{9}), Measured(1, kAction, Bytes{9})});
  const auto log = ParseTcgLog(bytes);
  ASSERT_TRUE(log.ok());
  Bytes start(32, 0);
  start.back() = 3;
  PcrValues values = Replay(*log, log->banks);
  EXPECT_EQ(values[kSha256][0], Hash(kSha256, {start, Sha256(Bytes{9})}));
  EXPECT_EQ(values[kSha256][1],
            Hash(kSha256, {Bytes(32, 0), Sha256(Bytes{9})}));
}

TEST_F(CompareTest, AllEventsAreQuoted) {
  const LogVerdict verdict = Compare(After(6, {kSha1, kSha256}));
  EXPECT_EQ(verdict.quoted_events, 6);
  ASSERT_EQ(verdict.registers.size(), 2);
  EXPECT_EQ(verdict.registers[0].reg, 1);
  EXPECT_EQ(verdict.registers[0].bank, kSha256);
  EXPECT_TRUE(verdict.Matched(1));
  EXPECT_TRUE(verdict.Matched(2));
  EXPECT_FALSE(verdict.Matched(3));
}

TEST_F(CompareTest, EveryPrefixIsFoundWithTheSmallestNumber) {
  for (size_t count = 0; count <= 6; ++count) {
    PcrValues quoted = After(count, {kSha256});
    for (const uint32_t reg : {1U, 2U}) {
      quoted[kSha256].try_emplace(reg, Bytes(32, 0));
    }
    // The header does not extend, so it need not be quoted.
    EXPECT_EQ(Compare(quoted).quoted_events, count == 1 ? 0 : count);
  }
}

TEST_F(CompareTest, OneRegisterAloneNeedsItsOwnEventsAlone) {
  PcrValues quoted = After(4, {kSha256});
  quoted[kSha256].erase(2);
  const LogVerdict verdict = Compare(quoted);
  EXPECT_EQ(verdict.quoted_events, 4);
  EXPECT_FALSE(verdict.Matched(2));
  EXPECT_EQ(verdict.registers.size(), 1);
}

TEST_F(CompareTest, ARegisterThatNoPrefixGivesIsUnlogged) {
  PcrValues quoted = After(6, {kSha1, kSha256});
  quoted[kSha256][2][0] ^= 1;
  const LogVerdict verdict = Compare(quoted);
  EXPECT_EQ(verdict.quoted_events, 6);
  EXPECT_EQ(verdict.registers[0].state, RegisterState::kMatched);
  EXPECT_EQ(verdict.registers[1].state, RegisterState::kUnlogged);
  EXPECT_EQ(verdict.registers[1].quoted, quoted[kSha256][2]);
  EXPECT_NE(verdict.registers[1].replayed, quoted[kSha256][2]);
  EXPECT_FALSE(verdict.Matched(2));
}

TEST_F(CompareTest, EveryQuotedBankMustMatch) {
  PcrValues quoted = After(6, {kSha1, kSha256});
  quoted[kSha1][1][0] ^= 1;
  EXPECT_FALSE(Compare(quoted).Matched(1));
}

TEST_F(CompareTest, TheLogIsBehindIfNoRegisterMatches) {
  PcrValues quoted = After(6, {kSha256});
  quoted[kSha256][1][0] ^= 1;
  quoted[kSha256][2][0] ^= 1;
  const LogVerdict verdict = Compare(quoted);
  EXPECT_FALSE(verdict.quoted_events.has_value());
  EXPECT_FALSE(verdict.Matched(1));
}

TEST_F(CompareTest, TheLogIsBehindIfNoPrefixGivesAllAtOnce) {
  // PCR 1 is quoted as after two events, PCR 2 as after five.
  PcrValues quoted = After(5, {kSha256});
  quoted[kSha256][1] = After(2, {kSha256})[kSha256][1];
  const LogVerdict verdict = Compare(quoted);
  EXPECT_EQ(verdict.registers[0].state, RegisterState::kMatched);
  EXPECT_EQ(verdict.registers[1].state, RegisterState::kMatched);
  EXPECT_FALSE(verdict.quoted_events.has_value());
  EXPECT_FALSE(verdict.Matched(1));
}

TEST_F(CompareTest, Sha1AloneIsWeak) {
  const LogVerdict verdict = Compare(After(6, {kSha1}));
  EXPECT_EQ(verdict.registers[0].state, RegisterState::kWeak);
  EXPECT_FALSE(verdict.quoted_events.has_value());
  EXPECT_FALSE(verdict.Matched(1));
}

TEST_F(CompareTest, NamesTheBanksThatWereCompared) {
  PcrValues quoted = After(6, {kSha1, kSha256});
  quoted[kSha384][1] = Bytes(48, 0);
  const std::vector<HashAlgorithm> both = {kSha1, kSha256};
  EXPECT_EQ(Compare(quoted).registers[0].compared, both);
  quoted.erase(kSha1);
  EXPECT_EQ(Compare(quoted).registers[0].compared,
            std::vector<HashAlgorithm>{kSha256});
}

// The banks of a log are its author's word.
TEST_F(CompareTest, ABankThatTheLogLacksMustBeUntouched) {
  PcrValues quoted = After(6, {kSha256});
  quoted[kSha384][1] = Bytes(48, 0);
  quoted[kSha384][2] = Bytes(48, 1);
  const LogVerdict verdict = Compare(quoted);
  EXPECT_EQ(verdict.quoted_events, 6);
  ASSERT_EQ(verdict.registers.size(), 2);
  EXPECT_EQ(verdict.registers[0].state, RegisterState::kMatched);
  EXPECT_TRUE(verdict.registers[0].missing.empty());
  EXPECT_EQ(verdict.registers[1].state, RegisterState::kUnlogged);
  EXPECT_EQ(verdict.registers[1].missing, std::vector<HashAlgorithm>{kSha384});
  EXPECT_TRUE(verdict.Matched(1));
  EXPECT_FALSE(verdict.Matched(2));
}

TEST_F(CompareTest, IsBehindIfEveryRegisterHasABankThatTheLogLacks) {
  PcrValues quoted = After(6, {kSha256});
  for (const uint32_t reg : {1U, 2U}) quoted[kSha384][reg] = Bytes(48, 1);
  EXPECT_FALSE(Compare(quoted).quoted_events.has_value());
}

TEST_F(CompareTest, ARegisterInABankThatTheLogLacksAloneIsUnlogged) {
  const LogVerdict verdict =
      Compare({{kSha384, {{1, Bytes(48, 1)}, {2, Bytes(48, 0)}}}});
  EXPECT_FALSE(verdict.quoted_events.has_value());
  // Nothing says anything of PCR 2.
  ASSERT_EQ(verdict.registers.size(), 1);
  EXPECT_EQ(verdict.registers[0].state, RegisterState::kUnlogged);
  EXPECT_TRUE(verdict.registers[0].compared.empty());
  EXPECT_TRUE(verdict.registers[0].replayed.empty());
  EXPECT_EQ(verdict.registers[0].quoted, Bytes(48, 1));
}

// SHA-1 vouches for nothing, so nothing is hidden by leaving it out.
TEST_F(CompareTest, ASha1BankThatTheLogLacksIsNoMatter) {
  const Bytes bytes =
      Join({SpecId({{kSha256Id, 32}}), Measured(1, kAction, Bytes{1})});
  const auto log = ParseTcgLog(bytes);
  ASSERT_TRUE(log.ok());
  PcrValues quoted = Replay(*log, log->banks);
  quoted[kSha1][1] = Bytes(20, 1);
  EXPECT_TRUE(CompareWithRegisters(*log, log->events, quoted).Matched(1));
}

TEST_F(CompareTest, CountsTheEventsThatReachARegister) {
  PcrValues quoted = After(4, {kSha256});
  const LogVerdict verdict = Compare(quoted);
  EXPECT_EQ(verdict.registers[0].events, 2);
  EXPECT_EQ(verdict.registers[1].events, 1);
  const LogVerdict untouched = Compare({{kSha256, {{1, Bytes(32, 0)}}}});
  EXPECT_TRUE(untouched.Matched(1));
  EXPECT_EQ(untouched.registers[0].events, 0);
}

TEST(StartValue, IsZeroOrTheLocalityOrOnesBeforeADynamicLaunch) {
  Bytes locality(32, 0);
  locality.back() = 4;
  EXPECT_TRUE(IsStartValue(7, Bytes(32, 0)));
  EXPECT_TRUE(IsStartValue(0, Bytes(48, 0)));
  EXPECT_TRUE(IsStartValue(0, locality));
  EXPECT_FALSE(IsStartValue(1, locality));
  locality.back() = 5;
  EXPECT_FALSE(IsStartValue(0, locality));
  for (const uint32_t pcr : {17U, 22U}) {
    EXPECT_TRUE(IsStartValue(pcr, Bytes(32, 0)));
    EXPECT_TRUE(IsStartValue(pcr, Bytes(32, 0xff)));
  }
  EXPECT_FALSE(IsStartValue(16, Bytes(32, 0xff)));
  EXPECT_FALSE(IsStartValue(23, Bytes(32, 0xff)));
  EXPECT_FALSE(IsStartValue(7, Bytes{}));
}

TEST_F(CompareTest, CutOrReorderedLogsMatchNothingTheyShould) {
  const PcrValues quoted = After(6, {kSha256});
  std::vector<LogEvent> events = log_.events;
  events.pop_back();
  const LogVerdict cut = CompareWithRegisters(log_, events, quoted);
  EXPECT_EQ(cut.registers[0].state, RegisterState::kUnlogged);
  events = log_.events;
  std::swap(events[1], events[3]);
  const LogVerdict swapped = CompareWithRegisters(log_, events, quoted);
  EXPECT_EQ(swapped.registers[0].state, RegisterState::kUnlogged);
  EXPECT_EQ(swapped.registers[1].state, RegisterState::kMatched);
}

TEST_F(CompareTest, ATailGoesOnWhereThePartEnds) {
  const Bytes tail_bytes = Event(1, 6);
  const auto tail = ParseTcgLogTail(log_, tail_bytes);
  ASSERT_TRUE(tail.ok());
  PcrValues quoted = After(6, {kSha256});
  quoted[kSha256][1] = Hash(kSha256, {quoted[kSha256][1], Sha256(Bytes{6})});
  EXPECT_FALSE(Compare(quoted).Matched(1));
  std::vector<LogEvent> events = log_.events;
  events.push_back(tail->events[0]);
  const LogVerdict verdict = CompareWithRegisters(log_, events, quoted);
  EXPECT_EQ(verdict.quoted_events, 7);
  EXPECT_TRUE(verdict.Matched(1));
}

// It extends nothing that was compared, so it could be the host's invention.
TEST(CompareWithRegisters, AnEventWithoutAComparedBankEndsWhatIsKnown) {
  const Bytes bytes =
      Join({SpecId({{kSha256Id, 32}, {kSha384Id, 48}}),
            Measured(7, kAction, Bytes{1}, {kSha384Id}),
            Measured(7, kAction, Bytes{2}, {kSha256Id, kSha384Id})});
  const auto log = ParseTcgLog(bytes);
  ASSERT_TRUE(log.ok());
  const PcrValues quoted = {
      {kSha256, {{7, Hash(kSha256, {Bytes(32, 0), Sha256(Bytes{2})})}}}};
  const LogVerdict verdict = CompareWithRegisters(*log, log->events, quoted);
  ASSERT_EQ(verdict.registers.size(), 1);
  EXPECT_EQ(verdict.registers[0].state, RegisterState::kUnlogged);
}

TEST(CompareWithRegisters, ImaComparesAllQuotedBanks) {
  const Bytes bytes = Join({ImaNg(10, "/bin/sh"), ImaNg(10, "/bin/ls")});
  const auto log = ParseImaLog(bytes);
  ASSERT_TRUE(log.ok());
  const std::vector<HashAlgorithm> banks = {kSha1, kSha256, kSha384};
  PcrValues quoted = Replay(*log, banks);
  LogVerdict verdict = CompareWithRegisters(*log, log->events, quoted);
  EXPECT_EQ(verdict.quoted_events, 2);
  EXPECT_EQ(verdict.registers[0].bank, kSha384);
  quoted[kSha256][10][31] ^= 1;
  verdict = CompareWithRegisters(*log, log->events, quoted);
  EXPECT_FALSE(verdict.quoted_events.has_value());
}

}  // namespace
}  // namespace evidenced
