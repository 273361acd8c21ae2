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
#include "tests/agent/collect/td_guest.h"
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

// A TD's log, which is alone in extending its registers.
class FollowTdTest : public testing::Test {
 protected:
  FollowTdTest() : log_(source_.Read()) { EXPECT_NE(log_, nullptr); }

  LogReach Follow(std::function<void()> pause) {
    LogFollower follower(
        &source_,
        [&] {
          ++pauses_;
          pause();
        },
        LogDemand::kEvery);
    PcrValues quoted;
    for (uint32_t i = 0; i < 4; ++i) {
      quoted[HashAlgorithm::kSha384][i + 1] = td_.rtmrs().at(i);
    }
    return follower.Follow(log_, quoted);
  }

  TempDir dir_;
  const CcelPaths paths_{.table = dir_.File("CCEL"), .log = dir_.File("data")};
  TdGuest td_{paths_, [](const TdGuest::Rtmrs&) {}};
  LogSource source_{paths_};
  std::shared_ptr<const CollectedLog> log_;
  int pauses_ = 0;
};

TEST_F(FollowTdTest, ReadsOnUntilTheLogWasWritten) {
  td_.Extend(3, "late");
  const LogReach reach = Follow([&] {
    if (pauses_ == 3) td_.Log(3, "late");
  });
  EXPECT_EQ(reach.quoted_events, 5U);
  EXPECT_EQ(reach.tail, TdGuest::Event(3, "late"));
  EXPECT_EQ(pauses_, 3);
}

TEST_F(FollowTdTest, ReadsNoMoreWhereEveryRegisterIsExplained) {
  EXPECT_EQ(Follow([] {}).quoted_events, 4U);
  EXPECT_EQ(pauses_, 0);
}

TEST_F(FollowTdTest, GivesUpAfterFiveReadingsWithWhatExplainsTheMost) {
  td_.Extend(3, "never logged");
  td_.Measure(2, "logged");
  const LogReach reach = Follow([&] {
    if (pauses_ == 2) td_.Log(1, "not extended");
  });
  EXPECT_EQ(reach.quoted_events, 5U);
  EXPECT_EQ(reach.tail, TdGuest::Event(2, "logged"));
  EXPECT_EQ(pauses_, 4);
}

}  // namespace
}  // namespace evidenced
