#include "agent/device/configfs_tsm.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "agent/device/vmpck.h"
#include "quote/base/bytes.h"
#include "tests/agent/device/report_fixture.h"
#include "tests/support/tee_emulator_process.h"

namespace evidenced {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ConfigfsTsmTest : public TeeEmulatorTest {
 protected:
  static void ExpectFault(const std::string& fault, const Failure& failure) {
    ExpectTsmFault({}, fault, failure);
  }
};

TEST_F(ConfigfsTsmTest, GivesAReportOverOurDataWithTheHostsCertificates) {
  const TeeEmulatorProcess tee;
  const auto device = OpenTsm(tee);
  ASSERT_NE(device, nullptr);
  const ReportData data = TestData();
  const auto report = device->Report(data);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->provider, ReportProvider::kSevGuest);
  ASSERT_THAT(report->report, SizeIs(1184));
  EXPECT_TRUE(Equal(ByteView(report->report).subspan(0x50, 64), data));
  EXPECT_EQ(Hex(ByteView(report->auxiliary).first(4)), "63da758d");
  EXPECT_THAT(report->auxiliary_absent, IsEmpty());
  EXPECT_EQ(device->info().interface, "configfs-tsm");
  EXPECT_EQ(tee.Get("requests"), 1U);
  EXPECT_EQ(tee.Get("entries"), 0U);
}

TEST_F(ConfigfsTsmTest, GivesOneReportAfterTheOther) {
  const TeeEmulatorProcess tee;
  const auto device = OpenTsm(tee);
  ASSERT_NE(device, nullptr);
  for (uint8_t i = 0; i < 50; ++i) {
    ASSERT_TRUE(device->Report(TestData(i)).ok()) << int{i};
  }
  EXPECT_EQ(tee.Get("requests"), 50U);
  EXPECT_EQ(tee.Get("entries"), 0U);
}

TEST_F(ConfigfsTsmTest, AsksForTheLowestVmplUnlessToldOtherwise) {
  const TeeEmulatorProcess tee;
  tee.Set("floor=1");
  const auto lowest = OpenTsm(tee);
  ASSERT_NE(lowest, nullptr);
  EXPECT_EQ(lowest->info().vmpl, 1U);
  const auto report = lowest->Report(TestData());
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->report[0x30], 1);
  const auto higher =
      MustOpen(OpenConfigfsTsm({.root = tee.configfs_tsm(), .vmpl = 3}));
  ASSERT_NE(higher, nullptr);
  const auto other = higher->Report(TestData());
  ASSERT_TRUE(other.ok()) << other.status();
  EXPECT_EQ(other->report[0x30], 3);
}

TEST_F(ConfigfsTsmTest, RefusesAVmplBelowTheFloor) {
  const TeeEmulatorProcess tee;
  tee.Set("floor=2");
  const auto device = OpenConfigfsTsm({.root = tee.configfs_tsm(), .vmpl = 1});
  EXPECT_EQ(device.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(Message(device.status()),
              HasSubstr("expected a VMPL of 2 or more, found 1 configured"));
  EXPECT_EQ(tee.Get("entries"), 0U);
}

TEST_F(ConfigfsTsmTest, SaysThatAFolderAloneIsNoDevice) {
  const TeeEmulatorProcess tee;
  tee.Set("no_provider=1");
  ASSERT_TRUE(std::filesystem::is_directory(tee.configfs_tsm()));
  const auto device = OpenConfigfsTsm({.root = tee.configfs_tsm()});
  EXPECT_EQ(device.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(Message(device.status()), HasSubstr("making an entry"));
}

TEST_F(ConfigfsTsmTest, RefusesAProviderThatItDoesNotKnow) {
  const TeeEmulatorProcess tee;
  tee.Set("provider=unknown");
  const auto device = OpenConfigfsTsm({.root = tee.configfs_tsm()});
  EXPECT_EQ(device.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(Message(device.status()), HasSubstr("found \"unknown_tee\""));
  EXPECT_EQ(tee.Get("entries"), 0U);
}

TEST_F(ConfigfsTsmTest, SaysThatTheProviderWentAway) {
  const TeeEmulatorProcess tee;
  const auto device = OpenTsm(tee);
  ASSERT_NE(device, nullptr);
  tee.Set("no_provider=1");
  ExpectFailure(*device, {.code = absl::StatusCode::kFailedPrecondition,
                          .words = "No such device"});
}

TEST_F(ConfigfsTsmTest, StartsAgainWhenAnotherWroteBeforeTheRead) {
  const TeeEmulatorProcess tee;
  const auto device = OpenTsm(tee);
  ASSERT_NE(device, nullptr);
  tee.Set("second_writer=before\nsecond_writes=4");
  const auto report = device->Report(TestData());
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_TRUE(Equal(ByteView(report->report).subspan(0x50, 64), TestData()));
  EXPECT_EQ(tee.Get("requests"), 5U);
  EXPECT_EQ(tee.Get("entries"), 0U);
}

TEST_F(ConfigfsTsmTest, StartsAgainWhenAnotherWroteAfterTheRead) {
  const TeeEmulatorProcess tee;
  const auto device = OpenTsm(tee);
  ASSERT_NE(device, nullptr);
  tee.Set("second_writer=after\nsecond_writes=1");
  const auto report = device->Report(TestData());
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_GE(tee.Get("requests"), 2U);
  EXPECT_EQ(tee.Get("entries"), 0U);
}

TEST_F(ConfigfsTsmTest, GivesUpAfterFiveDisturbedRequests) {
  for (const std::string when : {"before", "after"}) {
    const TeeEmulatorProcess tee;
    const auto device = OpenTsm(tee);
    ASSERT_NE(device, nullptr);
    tee.Set("second_writer=" + when + "\nsecond_writes=1000");
    ExpectFailure(*device, {.code = absl::StatusCode::kUnavailable,
                            .words = "another's writes to each of 5 entries"});
    EXPECT_EQ(tee.Get("second_writes"), 995U);
    EXPECT_EQ(tee.Get("entries"), 0U);
  }
}

// It passes until the deadline has come, or the client has gone.
StillWanted WantedTimes(int times) {
  return [left = std::make_shared<int>(times)]() -> absl::Status {
    if ((*left)-- > 0) return absl::OkStatus();
    return absl::DeadlineExceededError("too late");
  };
}

TEST_F(ConfigfsTsmTest, StartsAgainOnlyForWhoStillWaits) {
  const TeeEmulatorProcess tee;
  const auto device = OpenTsm(tee);
  ASSERT_NE(device, nullptr);
  tee.Set("second_writer=before\nsecond_writes=1000");
  const auto report = device->Report(TestData(), WantedTimes(2));
  EXPECT_EQ(report.status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(tee.Get("requests"), 3U);
  EXPECT_EQ(tee.Get("entries"), 0U);
  // That says nothing of the device.
  EXPECT_EQ(device->state(), ReportDeviceState::kWorking);
}

TEST_F(ConfigfsTsmTest, GivesTheReportAloneWithoutCertificates) {
  const TeeEmulatorProcess tee;
  const auto device = OpenTsm(tee);
  ASSERT_NE(device, nullptr);
  tee.Set("table=none");
  const auto report = device->Report(TestData());
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_THAT(report->auxiliary, IsEmpty());
  EXPECT_EQ(report->auxiliary_absent, "the host gave none");
}

TEST_F(ConfigfsTsmTest, PassesAMalformedTableOnAsItCame) {
  for (const std::string table :
       {"overlapping", "overflowing", "out_of_range", "unterminated",
        "duplicate", "zero_length", "garbage"}) {
    const TeeEmulatorProcess tee;
    const auto device = OpenTsm(tee);
    ASSERT_NE(device, nullptr);
    tee.Set("table=" + table);
    const auto report = device->Report(TestData());
    ASSERT_TRUE(report.ok()) << table << report.status();
    EXPECT_FALSE(report->auxiliary.empty()) << table;
    EXPECT_LE(report->auxiliary.size(), 16384U) << table;
  }
}

TEST_F(ConfigfsTsmTest, RefusesBytesBehindAReport) {
  const TeeEmulatorProcess tee;
  const auto device = OpenTsm(tee);
  ASSERT_NE(device, nullptr);
  for (const std::string size : {"1185", "32769", "1048576"}) {
    tee.Set("outblob_size=" + size);
    ExpectFailure(*device,
                  {.code = absl::StatusCode::kDataLoss,
                   .words = "expected a report of 1184 bytes, found " + size});
  }
  tee.Set("outblob_size=1048577");
  ExpectFailure(*device, {.code = absl::StatusCode::kDataLoss,
                          .words = "expected at most 1048576 bytes"});
  EXPECT_EQ(tee.Get("entries"), 0U);
}

TEST_F(ConfigfsTsmTest, GivesTheReportAloneBesideAHugeAuxblob) {
  const TeeEmulatorProcess tee;
  const auto device = OpenTsm(tee);
  ASSERT_NE(device, nullptr);
  tee.Set("auxblob_size=2000000");
  const auto report = device->Report(TestData());
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_THAT(report->auxiliary, IsEmpty());
  EXPECT_THAT(report->auxiliary_absent, HasSubstr("at most 1048576 bytes"));
}

TEST_F(ConfigfsTsmTest, SaysAnIoErrorForATableThatTheDriverHasNoRoomFor) {
  ExpectFault("table_size=40000", {.code = absl::StatusCode::kUnavailable,
                                   .words = "more certificates than the "
                                            "driver takes"});
}

TEST_F(ConfigfsTsmTest, WaitsForASlowDevice) {
  const TeeEmulatorProcess tee;
  const auto device = OpenTsm(tee);
  ASSERT_NE(device, nullptr);
  tee.Set("delay_ms=1200");
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(device->Report(TestData()).ok());
  EXPECT_GE(std::chrono::steady_clock::now() - start,
            std::chrono::milliseconds(1200));
}

TEST_F(ConfigfsTsmTest, AnswersThroughThrottlingOfEveryTenthCall) {
  const TeeEmulatorProcess tee;
  const auto device = OpenTsm(tee);
  ASSERT_NE(device, nullptr);
  tee.Set("throttle_every=10\nthrottle_ms=700");
  const auto start = std::chrono::steady_clock::now();
  for (uint8_t i = 0; i < 20; ++i) {
    ASSERT_TRUE(device->Report(TestData(i)).ok()) << int{i};
  }
  EXPECT_GE(std::chrono::steady_clock::now() - start,
            std::chrono::milliseconds(1400));
}

TEST_F(ConfigfsTsmTest, SaysBusyWithItsCauseAndDoesNotRetry) {
  ExpectFault("error=16", {.code = absl::StatusCode::kUnavailable,
                           .words = "Device or resource busy"});
}

TEST_F(ConfigfsTsmTest, SaysInterruptedWithItsCauseAndDoesNotRetry) {
  ExpectFault("error=4", {.code = absl::StatusCode::kUnavailable,
                          .words = "Interrupted system call"});
}

TEST_F(ConfigfsTsmTest, DoesNotRetryAnIoError) {
  ExpectFault("error=5", {.code = absl::StatusCode::kUnavailable,
                          .words = "Input/output error"});
}

TEST_F(ConfigfsTsmTest, SaysThatTheKeyIsLostByTheErrorThatLostIt) {
  const TeeEmulatorProcess tee;
  const auto device = OpenTsm(tee);
  ASSERT_NE(device, nullptr);
  ASSERT_TRUE(device->Report(TestData()).ok());
  tee.Set("lose_key=1");
  ExpectFailure(*device, {.code = absl::StatusCode::kUnavailable,
                          .words = "may have given its VMPCK up",
                          .state = ReportDeviceState::kKeyLost});
  EXPECT_EQ(tee.Get("requests"), 2U);
}

TEST_F(ConfigfsTsmTest, DoesNotTakeTooManyCertificatesForALostKey) {
  const TeeEmulatorProcess tee;
  const auto device = OpenTsm(tee);
  ASSERT_NE(device, nullptr);
  ASSERT_TRUE(device->Report(TestData()).ok());
  tee.Set("table_size=40000");
  // It looks like that, once.
  EXPECT_FALSE(device->Report(TestData()).ok());
  EXPECT_EQ(device->state(), ReportDeviceState::kKeyLost);
  ExpectFailure(*device, {.code = absl::StatusCode::kUnavailable,
                          .words = "more certificates"});
  ExpectFailure(*device, {.code = absl::StatusCode::kUnavailable,
                          .words = "more certificates"});
  tee.Set("table_size=0");
  EXPECT_TRUE(device->Report(TestData()).ok());
  EXPECT_EQ(device->state(), ReportDeviceState::kWorking);
}

TEST_F(ConfigfsTsmTest, TellsADriverThatWentAwayFromALostKey) {
  for (const std::string error : {"6", "25"}) {
    const TeeEmulatorProcess tee;
    const auto device = OpenTsm(tee);
    ASSERT_NE(device, nullptr);
    tee.Set("orphan_error=" + error + "\nprovider_leaves=1");
    ExpectFailure(*device, {.code = absl::StatusCode::kFailedPrecondition,
                            .words = "No such device"});
    tee.Set("no_provider=0");
    EXPECT_TRUE(device->Report(TestData()).ok()) << error;
    EXPECT_EQ(tee.Get("entries"), 0U);
  }
}

TEST_F(ConfigfsTsmTest, RemembersThatTheKeyIsLost) {
  const TeeEmulatorProcess tee;
  const auto device = OpenTsm(tee);
  ASSERT_NE(device, nullptr);
  tee.Set("lose_key=1");
  // It might have been too many certificates.
  ExpectFailure(*device, {.code = absl::StatusCode::kUnavailable,
                          .words = "Input/output error"});
  const Failure lost = {.code = absl::StatusCode::kFailedPrecondition,
                        .words = "VMPCK",
                        .state = ReportDeviceState::kKeyLost};
  ExpectFailure(*device, lost);
  EXPECT_EQ(tee.Get("requests"), 2U);
  // A driver that was loaded anew may have a key.
  ExpectFailure(*device, lost);
  EXPECT_TRUE(IsKeyLost(device->Report(TestData()).status()));
  EXPECT_EQ(tee.Get("requests"), 4U);
  EXPECT_EQ(tee.Get("entries"), 0U);
}

TEST_F(ConfigfsTsmTest, RefusesAReportOverOtherData) {
  ExpectFault("report=other_data", {.code = absl::StatusCode::kDataLoss,
                                    .words = "expected report data 4041"});
}

TEST_F(ConfigfsTsmTest, RefusesAReportOfZeros) {
  ExpectFault("report=zero", {.code = absl::StatusCode::kDataLoss,
                              .words = "1184 bytes, all of them zero"});
}

TEST_F(ConfigfsTsmTest, RefusesAShortReport) {
  ExpectFault("report=short",
              {.code = absl::StatusCode::kDataLoss,
               .words = "expected a report of 1184 bytes, found 592"});
}

TEST_F(ConfigfsTsmTest, SaysThatTheFirmwareRefused) {
  ExpectFault("status=0x17", {.code = absl::StatusCode::kFailedPrecondition,
                              .words = "outblob"});
}

TEST_F(ConfigfsTsmTest, SaysThatTheDeviceWentAway) {
  TeeEmulatorProcess tee;
  const auto device = OpenTsm(tee);
  ASSERT_NE(device, nullptr);
  tee.Stop();
  ExpectFailure(*device, {.code = absl::StatusCode::kFailedPrecondition,
                          .words = "No such file"});
}

TEST(OpenConfigfsTsm, NamesAMissingFolder) {
  const auto device = OpenConfigfsTsm({.root = "/nonexistent/report"});
  EXPECT_EQ(device.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(Message(device.status()), HasSubstr("/nonexistent/report"));
}

}  // namespace
}  // namespace evidenced
