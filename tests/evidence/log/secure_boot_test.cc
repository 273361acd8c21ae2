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

}  // namespace
}  // namespace evidenced
