// The captures of our own: their replay gives the registers that the TPM had.
#include "tests/evidence/log/captures.h"

#include <string>

#include "gtest/gtest.h"

#include "evidence/log/describe.h"
#include "evidence/log/event_log.h"
#include "evidence/log/replay.h"

namespace evidenced {
namespace {

constexpr uint32_t kImaPcr = 10;

class CaptureTest : public testing::TestWithParam<const char*> {
 protected:
  CaptureTest() : capture_(GetParam()) {}
  const Capture capture_;
};

TEST_P(CaptureTest, ReplayGivesTheRegistersInEveryBank) {
  const auto log = ParseTcgLog(capture_.tcg);
  ASSERT_TRUE(log.ok()) << log.status();
  EXPECT_EQ(log->length, capture_.tcg.size());
  const PcrValues replayed = Replay(*log, log->banks);
  ASSERT_FALSE(log->banks.empty());
  size_t compared = 0;
  for (const HashAlgorithm bank : log->banks) {
    ASSERT_EQ(capture_.pcrs.count(bank), 1) << HashName(bank);
    ASSERT_EQ(replayed.count(bank), 1);
    for (const auto& [reg, value] : replayed.at(bank)) {
      EXPECT_EQ(Hex(value), Hex(capture_.pcrs.at(bank).at(reg)))
          << HashName(bank) << " " << reg;
      ++compared;
    }
  }
  EXPECT_GE(compared, 8 * log->banks.size());
}

TEST_P(CaptureTest, VerdictMatchesEveryRegister) {
  const auto log = ParseTcgLog(capture_.tcg);
  ASSERT_TRUE(log.ok());
  const LogVerdict verdict =
      CompareWithRegisters(*log, log->events, capture_.pcrs);
  EXPECT_EQ(verdict.quoted_events, log->events.size());
  EXPECT_GE(verdict.registers.size(), 8);
  for (const RegisterVerdict& reg : verdict.registers) {
    EXPECT_EQ(reg.state, RegisterState::kMatched) << reg.reg;
    EXPECT_EQ(reg.replayed, reg.quoted);
    EXPECT_TRUE(verdict.Matched(reg.reg));
  }
}

TEST_P(CaptureTest, ImaRegisterIsAPrefixOfTheListReadAfterIt) {
  const auto before = ParseImaLog(capture_.ima);
  const auto log = ParseImaLog(capture_.ima_after);
  ASSERT_TRUE(before.ok() && log.ok());
  const LogVerdict verdict =
      CompareWithRegisters(*log, log->events, capture_.pcrs);
  ASSERT_TRUE(verdict.quoted_events.has_value());
  EXPECT_GE(*verdict.quoted_events, before->events.size());
  EXPECT_LE(*verdict.quoted_events, log->events.size());
  EXPECT_TRUE(verdict.Matched(kImaPcr));
  for (const LogEvent& event : log->events) {
    EXPECT_TRUE(TemplateDigestMatches(*log, event)) << event.offset;
  }
  // The list read before lacks events, unless nothing was measured between.
  const LogVerdict behind =
      CompareWithRegisters(*before, before->events, capture_.pcrs);
  EXPECT_EQ(behind.quoted_events.has_value(),
            *verdict.quoted_events == before->events.size());
}

TEST_P(CaptureTest, EveryEventIsPutIntoPrintableWords) {
  for (const Bytes* bytes : {&capture_.tcg, &capture_.ima_after}) {
    const auto log =
        bytes == &capture_.tcg ? ParseTcgLog(*bytes) : ParseImaLog(*bytes);
    ASSERT_TRUE(log.ok());
    for (const LogEvent& event : log->events) {
      const EventDescription words = DescribeEvent(*log, event);
      EXPECT_FALSE(words.type.empty());
      EXPECT_EQ(words.type.find("type 0x"), std::string::npos) << words.type;
      EXPECT_FALSE(words.meaning.empty()) << words.type;
      EXPECT_EQ(words.meaning.find("malformed"), std::string::npos)
          << words.type << ": " << words.meaning;
      for (const char c : words.meaning) {
        EXPECT_TRUE(c >= 0x20 && c < 0x7f);
      }
    }
  }
}

TEST_P(CaptureTest, SecureBootIsAsTheFirmwareMeasuredIt) {
  const auto log = ParseTcgLog(capture_.tcg);
  ASSERT_TRUE(log.ok());
  const auto verdict = CompareWithRegisters(*log, log->events, capture_.pcrs);
  const auto state = SecureBootState(*log, log->events, verdict);
  ASSERT_TRUE(state.has_value());
  EXPECT_EQ(*state, GetParam() == std::string("secureboot_uki_crb"));
}

TEST_P(CaptureTest, AFlippedDigestMovesItsRegister) {
  const auto log = ParseTcgLog(capture_.tcg);
  ASSERT_TRUE(log.ok());
  for (const LogEvent& event : log->events) {
    if (!event.extends) continue;
    for (const EventDigest& digest : event.digests) {
      Bytes changed = capture_.tcg;
      const auto at = digest.value.data() - capture_.tcg.data();
      changed[static_cast<size_t>(at)] ^= 1;
      const auto other = ParseTcgLog(changed);
      ASSERT_TRUE(other.ok());
      const auto verdict =
          CompareWithRegisters(*other, other->events, capture_.pcrs);
      EXPECT_FALSE(verdict.Matched(event.reg)) << event.offset;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Captures, CaptureTest, testing::ValuesIn(kCaptures),
                         [](const auto& name) {
                           return std::string(name.param);
                         });

TEST(Captures, OneHasAViolationThatExtendsOnes) {
  const Capture capture("ima_ng_violation");
  const auto log = ParseImaLog(capture.ima_after);
  ASSERT_TRUE(log.ok());
  size_t violations = 0;
  size_t buffers = 0;
  for (const LogEvent& event : log->events) {
    violations += event.violation ? 1 : 0;
    buffers += event.template_name == "ima-buf" ? 1 : 0;
    EXPECT_EQ(DataCovered(*log, event), !event.violation);
  }
  EXPECT_EQ(violations, 1);
  EXPECT_EQ(buffers, 1);
}

}  // namespace
}  // namespace evidenced
