#include <map>
#include <memory>
#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "evidence/log/event_log.h"
#include "evidence/log/replay.h"
#include "tests/agent/collect/collector_fixture.h"
#include "tests/support/raw_tpm.h"

namespace evidenced {
namespace {

using ::testing::IsEmpty;

// A collector whose IMA list grows, and PCR 10 with it, between its reading of
// the log and its quote.
class GrowingLogTest : public CollectorTest {
 protected:
  std::unique_ptr<Collector> MakeGrowing(const Bytes& file_then) {
    return MakeHooked([this, file_then] { Grow(file_then); });
  }

  // The first 5 events by which the longer list is longer.
  Bytes Further() const {
    const auto whole = ParseImaLog(longer_ima_log_);
    const size_t held = ParseImaLog(ima_log_)->events.size();
    EXPECT_GT(whole->events.size(), held + 6);
    return ToBytes(ByteView(longer_ima_log_)
                       .first(whole->events[held + 5].offset)
                       .subspan(ima_log_.size()));
  }

  void Grow(const Bytes& file_then) {
    if (std::exchange(grown_, true)) return;
    const auto tpm = RawTpm::Open(swtpm_.tcti());
    ASSERT_TRUE(tpm.ok()) << tpm.status();
    const Bytes further = Further();
    const auto log = ParseImaLog(further);
    ASSERT_TRUE(log.ok()) << log.status();
    for (const LogEvent& event : log->events) {
      std::map<HashAlgorithm, Bytes> digests;
      for (const auto hash : {HashAlgorithm::kSha1, HashAlgorithm::kSha256,
                              HashAlgorithm::kSha384}) {
        digests[hash] = *ExtendValue(*log, event, hash);
      }
      ASSERT_TRUE((*tpm)->Extend(event.reg, digests).ok());
    }
    WriteFile(dir_.File("ima"), file_then);
  }

  bool grown_ = false;
};

TEST_F(GrowingLogTest, SendsTheTailThatTheRegistersHold) {
  const auto collector = MakeGrowing(longer_ima_log_);
  const Challenge challenge = MakeChallenge();
  const auto evidence = Get(*collector, challenge);
  ASSERT_TRUE(evidence.ok()) << evidence.status();
  const auto accepted = Verify(*evidence, challenge, AkPublic(*collector));
  ASSERT_TRUE(accepted.ok()) << accepted.status();
  EXPECT_EQ(accepted->binding.parts().at("log.ima"), ima_log_);
  EXPECT_EQ(accepted->binding.tails().at("log.ima"), Further());
  EXPECT_EQ(evidence->hints().quoted_events().at("log.ima"),
            ParseImaLog(ima_log_)->events.size() + 5);

  const auto later = Get(*collector, challenge);
  ASSERT_TRUE(later.ok()) << later.status();
  EXPECT_EQ(FindPart(*later, "log.ima")->data(), ToString(longer_ima_log_));
  EXPECT_THAT(FindPart(*later, "log.ima")->tail(), IsEmpty());
  EXPECT_EQ(later->hints().quoted_events().at("log.ima"),
            ParseImaLog(ima_log_)->events.size() + 5);
}

TEST_F(GrowingLogTest, SendsNoTailIfTheLogStaysBehind) {
  const auto collector = MakeGrowing(ima_log_);
  for (int i = 0; i < 3; ++i) {
    const auto evidence = Get(*collector, MakeChallenge());
    ASSERT_TRUE(evidence.ok()) << evidence.status();
    EXPECT_THAT(FindPart(*evidence, "log.ima")->tail(), IsEmpty());
    EXPECT_EQ(evidence->hints().quoted_events().count("log.ima"), 0U);
    EXPECT_EQ(evidence->hints().quoted_events().count("log.tcg2"), 1U);
  }
}

TEST_F(GrowingLogTest, SendsNoTailOfAnotherLog) {
  Bytes other = longer_ima_log_;
  other[10] ^= 1;
  const auto collector = MakeGrowing(other);
  const auto evidence = Get(*collector, MakeChallenge());
  ASSERT_TRUE(evidence.ok()) << evidence.status();
  EXPECT_THAT(FindPart(*evidence, "log.ima")->tail(), IsEmpty());
}

}  // namespace
}  // namespace evidenced
