#include <vector>

#include "gtest/gtest.h"

#include "evidence/log/describe.h"
#include "evidence/log/replay.h"
#include "tests/evidence/log/log_builder.h"

namespace evidenced {
namespace {

const std::vector<uint16_t> kBoth = {kSha256Id, kSha384Id};

Bytes Variable(uint8_t value) {
  return GlobalVariable("SecureBoot", Bytes{value});
}

Bytes SecureBoot(uint8_t value) {
  return Measured(7, kDriverConfig, Variable(value), kBoth);
}

Bytes Separator() { return Measured(7, kSeparator, Bytes(4, 0), kBoth); }

// The digests of `measured`, but other data.
Bytes Relabelled(uint32_t type, const Bytes& measured, const Bytes& data) {
  return Tcg2Event(
      7, type, {{kSha256Id, Sha256(measured)}, {kSha384Id, Sha384(measured)}},
      data);
}

// What the events say if the TPM extended what their digests in SHA-256 are.
std::optional<bool> State(const std::vector<Bytes>& events) {
  const Bytes bytes =
      Join({SpecId({{kSha256Id, 32}, {kSha384Id, 48}}), Join(events)});
  const auto log = ParseTcgLog(bytes);
  EXPECT_TRUE(log.ok()) << log.status();
  const std::vector<HashAlgorithm> quoted = {HashAlgorithm::kSha256};
  const auto verdict =
      CompareWithRegisters(*log, log->events, Replay(*log, quoted));
  return SecureBootState(*log, log->events, verdict);
}

TEST(SecureBootState, IsTheVariable) {
  EXPECT_EQ(State({SecureBoot(1), Separator()}), true);
  EXPECT_EQ(State({SecureBoot(0), Separator()}), false);
}

TEST(SecureBootState, NothingSaysNothing) {
  EXPECT_EQ(State({Separator()}), std::nullopt);
}

TEST(SecureBootState, OfAnotherPcrNameGuidOrTypeIsNone) {
  EXPECT_EQ(
      State({Measured(1, kDriverConfig, Variable(1), kBoth), Separator()}),
      std::nullopt);
  EXPECT_EQ(State({Measured(7, kDriverConfig,
                            GlobalVariable("SecureBoo", Bytes{1}), kBoth),
                   Separator()}),
            std::nullopt);
  Bytes other_guid = Variable(1);
  other_guid[0] ^= 1;
  EXPECT_EQ(State({Measured(7, kDriverConfig, other_guid, kBoth), Separator()}),
            std::nullopt);
  EXPECT_EQ(State({Measured(7, kAction, Variable(1), kBoth), Separator()}),
            std::nullopt);
}

TEST(SecureBootState, TwiceIsNone) {
  EXPECT_EQ(State({SecureBoot(1), SecureBoot(1), Separator()}), std::nullopt);
  EXPECT_EQ(State({SecureBoot(1), Separator(), SecureBoot(1)}), std::nullopt);
}

TEST(SecureBootState, AfterTheSeparatorIsNone) {
  EXPECT_EQ(State({Separator(), SecureBoot(1)}), std::nullopt);
}

TEST(SecureBootState, WithoutASeparatorIsNone) {
  EXPECT_EQ(State({SecureBoot(1)}), std::nullopt);
  EXPECT_EQ(
      State({SecureBoot(1), Measured(7, kSeparator, Bytes{9, 9, 9, 9}, kBoth)}),
      std::nullopt);
}

// Types are not measured: a guest that extends PCR 7 after the boot could call
// the real events something else.
TEST(SecureBootState, ASeparatorUnderAnotherTypeIsStillOne) {
  EXPECT_EQ(State({Relabelled(kAction, Variable(0), Bytes{1}),
                   Relabelled(kAction, Bytes(4, 0), Bytes{2}), SecureBoot(1),
                   Separator()}),
            std::nullopt);
}

TEST(SecureBootState, DataThatNoDigestCoversIsNone) {
  EXPECT_EQ(
      State({Relabelled(kDriverConfig, Variable(0), Variable(1)), Separator()}),
      std::nullopt);
}

// SHA-384 is in the log, but was not quoted: its digests are anyone's.
TEST(SecureBootState, DataThatOnlyAnUnquotedBankCoversIsNone) {
  EXPECT_EQ(State({Tcg2Event(7, kDriverConfig,
                             {{kSha256Id, Sha256(Variable(0))},
                              {kSha384Id, Sha384(Variable(1))}},
                             Variable(1)),
                   Separator()}),
            std::nullopt);
  EXPECT_EQ(State({Tcg2Event(7, kDriverConfig,
                             {{kSha384Id, Sha384(Variable(1))}}, Variable(1)),
                   Separator()}),
            std::nullopt);
}

TEST(SecureBootState, WithoutAValueIsOff) {
  EXPECT_EQ(State({Measured(7, kDriverConfig, GlobalVariable("SecureBoot", {}),
                            kBoth),
                   Separator()}),
            false);
}

TEST(SecureBootState, AnotherValueIsNone) {
  EXPECT_EQ(State({SecureBoot(2), Separator()}), std::nullopt);
  EXPECT_EQ(State({Measured(7, kDriverConfig,
                            GlobalVariable("SecureBoot", Bytes{1, 0}), kBoth),
                   Separator()}),
            std::nullopt);
}

TEST(SecureBootState, EventsBeyondTheQuotedOnesDoNotCount) {
  const Bytes bytes = Join(
      {SpecId({{kSha256Id, 32}, {kSha384Id, 48}}), Separator(), SecureBoot(1)});
  const auto log = ParseTcgLog(bytes);
  ASSERT_TRUE(log.ok());
  EventLog prefix = *log;
  prefix.events.resize(2);
  const std::vector<HashAlgorithm> banks = {HashAlgorithm::kSha256};
  auto verdict = CompareWithRegisters(*log, log->events, Replay(prefix, banks));
  EXPECT_EQ(verdict.quoted_events, 2);
  EXPECT_EQ(SecureBootState(*log, log->events, verdict), std::nullopt);
}

TEST(SecureBootState, AnUnmatchedRegisterSaysNothing) {
  const Bytes bytes =
      Join({SpecId({{kSha256Id, 32}, {kSha384Id, 48}}), SecureBoot(1),
            Separator(), Measured(1, kAction, Bytes{1}, kBoth)});
  const auto log = ParseTcgLog(bytes);
  ASSERT_TRUE(log.ok());
  const std::vector<HashAlgorithm> banks = {HashAlgorithm::kSha256};
  PcrValues quoted = Replay(*log, banks);
  quoted[HashAlgorithm::kSha256][7][0] ^= 1;
  const auto verdict = CompareWithRegisters(*log, log->events, quoted);
  EXPECT_TRUE(verdict.Matched(1));
  EXPECT_EQ(SecureBootState(*log, log->events, verdict), std::nullopt);
}

// Firmware filled SHA-256 with Secure Boot off; whoever booted then filled
// SHA-384 with a boot of another machine, and wrote the log.
class ForgedBankTest : public testing::Test {
 protected:
  static PcrValues Quoted() {
    const Bytes honest = Join({SpecId({{kSha256Id, 32}}),
                               Measured(7, kDriverConfig, Variable(0)),
                               Measured(7, kSeparator, Bytes(4, 0))});
    const std::vector<uint16_t> sha384 = {kSha384Id};
    const Bytes forged = Join({SpecId({{kSha384Id, 48}}),
                               Measured(7, kDriverConfig, Variable(1), sha384),
                               Measured(7, kSeparator, Bytes(4, 0), sha384)});
    PcrValues quoted = ValuesOf(honest);
    quoted.merge(ValuesOf(forged));
    return quoted;
  }
  static PcrValues ValuesOf(const Bytes& bytes) {
    const auto log = ParseTcgLog(bytes);
    EXPECT_TRUE(log.ok()) << log.status();
    return Replay(*log, log->banks);
  }
  static std::optional<bool> StateOf(const Bytes& bytes,
                                     const PcrValues& quoted) {
    const auto log = ParseTcgLog(bytes);
    EXPECT_TRUE(log.ok()) << log.status();
    return SecureBootState(*log, log->events,
                           CompareWithRegisters(*log, log->events, quoted));
  }
};

TEST_F(ForgedBankTest, ALogOfTheForgedBankAloneSaysNothing) {
  const std::vector<uint16_t> sha384 = {kSha384Id};
  const Bytes log = Join({SpecId({{kSha384Id, 48}}),
                          Measured(7, kDriverConfig, Variable(1), sha384),
                          Measured(7, kSeparator, Bytes(4, 0), sha384)});
  EXPECT_EQ(StateOf(log, ValuesOf(log)), true);
  EXPECT_EQ(StateOf(log, Quoted()), std::nullopt);
}

TEST_F(ForgedBankTest, ALogOfTheHonestBankAloneSaysNothing) {
  const Bytes log =
      Join({SpecId({{kSha256Id, 32}}), Measured(7, kDriverConfig, Variable(0)),
            Measured(7, kSeparator, Bytes(4, 0))});
  PcrValues quoted = ValuesOf(log);
  quoted[HashAlgorithm::kSha384][7] = Bytes(48, 0);
  EXPECT_EQ(StateOf(log, quoted), false);
  EXPECT_EQ(StateOf(log, Quoted()), std::nullopt);
}

// What firmware measured keeps its place in its bank, and the variable that is
// extended into both comes after the separator of that one.
TEST_F(ForgedBankTest, ALogOfBothIsNotBelievedAfterTheFirstSeparator) {
  const Bytes spec = SpecId({{kSha256Id, 32}, {kSha384Id, 48}});
  const auto event = [](uint32_t type, const Bytes& in256, const Bytes& in384,
                        const Bytes& data) {
    return Tcg2Event(7, type,
                     {{kSha256Id, Sha256(in256)}, {kSha384Id, Sha384(in384)}},
                     data);
  };
  const Bytes zeros(4, 0);
  const Bytes log =
      Join({spec, event(kAction, Variable(0), Bytes{1}, Bytes{1}),
            event(kAction, zeros, Bytes{2}, Bytes{2}),
            event(kDriverConfig, Variable(1), Variable(1), Variable(1)),
            event(kSeparator, zeros, zeros, zeros)});
  EXPECT_EQ(StateOf(log, ValuesOf(log)), std::nullopt);
}

// A bank in which firmware never came to its separator is not firmware's.
TEST_F(ForgedBankTest, ASeparatorInOneBankAloneIsNotEnough) {
  const Bytes zeros(4, 0);
  const Bytes log = Join(
      {SpecId({{kSha256Id, 32}, {kSha384Id, 48}}), SecureBoot(1),
       Tcg2Event(7, kSeparator,
                 {{kSha256Id, Sha256(Bytes{9})}, {kSha384Id, Sha384(zeros)}},
                 zeros)});
  EXPECT_EQ(StateOf(log, ValuesOf(log)), std::nullopt);
}

}  // namespace
}  // namespace evidenced
