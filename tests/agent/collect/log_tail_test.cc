#include "agent/collect/log_tail.h"

#include <array>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "gtest/gtest.h"

#include "agent/collect/log_source.h"
#include "evidence/log/event_log.h"
#include "evidence/log/replay.h"
#include "tests/support/temp_dir.h"

namespace evidenced {
namespace {

PcrValues RegistersOf(const EventLog& log) {
  constexpr std::array kBanks = {HashAlgorithm::kSha1, HashAlgorithm::kSha256};
  return Replay(log, kBanks);
}

// A captured IMA list that grew, and the registers that the longer one gives.
class ReadAfterTest : public testing::Test {
 protected:
  ReadAfterTest() {
    const std::string capture = std::string(TESTDATA) + "/vm/e2e_uki/";
    shorter_ = ReadFile(capture + "ima_binary");
    longer_ = ReadFile(capture + "ima_binary_after");
    const auto log = ParseImaLog(longer_);
    EXPECT_TRUE(log.ok()) << log.status();
    events_ = log->events.size();
    ahead_ = RegistersOf(*log);
    WriteFile(dir_.File("ima"), shorter_);
  }

  // Reads with `pause` between.
  std::shared_ptr<const CollectedLog> Read(std::function<void()> pause) {
    LogFollower follower(&source_, [&] {
      ++pauses_;
      pause();
    });
    return follower.ReadAfter(ahead_, reach_);
  }

  TempDir dir_;
  LogSource source_{LogSource::Kind::kIma, dir_.File("ima")};
  Bytes shorter_;
  Bytes longer_;
  size_t events_ = 0;
  PcrValues ahead_;
  LogReach reach_;
  int pauses_ = 0;
};

TEST_F(ReadAfterTest, ReadsAgainUntilTheRegistersAreReached) {
  const auto log = Read([&] {
    if (pauses_ == 3) WriteFile(dir_.File("ima"), longer_);
  });
  ASSERT_NE(log, nullptr);
  EXPECT_EQ(log->snapshot.bytes, longer_);
  EXPECT_EQ(reach_.quoted_events, events_);
  EXPECT_EQ(pauses_, 3);
}

TEST_F(ReadAfterTest, GivesUpAfterFiveReadingsMore) {
  const auto log = Read([] {});
  ASSERT_NE(log, nullptr);
  EXPECT_EQ(log->snapshot.bytes, shorter_);
  EXPECT_EQ(reach_.quoted_events, std::nullopt);
  EXPECT_EQ(pauses_, 5);
}

TEST_F(ReadAfterTest, ReadsOnceWhatReachesFurther) {
  WriteFile(dir_.File("ima"), longer_);
  ahead_ = RegistersOf(*ParseImaLog(shorter_));
  const auto log = Read([] {});
  ASSERT_NE(log, nullptr);
  EXPECT_EQ(log->snapshot.bytes, longer_);
  EXPECT_EQ(reach_.quoted_events, ParseImaLog(shorter_)->events.size());
  EXPECT_EQ(pauses_, 0);
}

TEST_F(ReadAfterTest, NeedsNoRegister) {
  ahead_ = {};
  const auto log = Read([] {});
  ASSERT_NE(log, nullptr);
  EXPECT_EQ(log->snapshot.bytes, shorter_);
  EXPECT_EQ(reach_.quoted_events, std::nullopt);
  EXPECT_EQ(pauses_, 0);
}

TEST_F(ReadAfterTest, BearsALogThatGoesAway) {
  EXPECT_EQ(Read([&] { std::filesystem::remove(dir_.File("ima")); }), nullptr);
  EXPECT_EQ(source_.missing().reason, "no-device");
}

}  // namespace
}  // namespace evidenced
