#include "agent/device/sev_guest.h"

#include <chrono>
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

class SevGuestTest : public TeeEmulatorTest {
 protected:
  static std::unique_ptr<ReportDevice> Open(
      const TeeEmulatorProcess& tee,
      SnpCertificates certificates = SnpCertificates::kAsk) {
    return MustOpen(
        OpenSevGuest({.path = tee.sev_guest(), .certificates = certificates}));
  }

  // The first answer to a request at which `fault` strikes is this failure, and
  // the device was asked once only.
  static void ExpectFault(const std::string& fault, const Failure& failure) {
    const TeeEmulatorProcess tee;
    const auto device = Open(tee);
    ASSERT_NE(device, nullptr);
    tee.Set(fault);
    ExpectFailure(*device, failure);
    EXPECT_EQ(tee.Get("requests"), 1U);
  }
};

TEST_F(SevGuestTest, GivesAReportOverOurDataWithTheHostsCertificates) {
  const TeeEmulatorProcess tee;
  const auto device = Open(tee);
  ASSERT_NE(device, nullptr);
  const ReportData data = TestData();
  const auto report = device->Report(data);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->provider, ReportProvider::kSevGuest);
  ASSERT_THAT(report->report, SizeIs(1184));
  EXPECT_TRUE(Equal(ByteView(report->report).subspan(0x50, 64), data));
  // Entry by entry, and no longer than they are.
  ASSERT_GT(report->auxiliary.size(), 1000U);
  EXPECT_LT(report->auxiliary.size(), 16384U);
  EXPECT_EQ(Hex(ByteView(report->auxiliary).first(4)), "63da758d");
  EXPECT_THAT(report->auxiliary_absent, IsEmpty());
  EXPECT_EQ(device->state(), ReportDeviceState::kWorking);
  EXPECT_EQ(device->info().interface, "sev-guest");
  EXPECT_EQ(tee.Get("requests"), 1U);
}

TEST_F(SevGuestTest, GivesReportsOfEveryVersionAndProduct) {
  for (const TeeEmulatorOptions& options :
       {TeeEmulatorOptions{.product = "milan", .report_version = "2"},
        TeeEmulatorOptions{.product = "genoa", .report_version = "3"},
        TeeEmulatorOptions{.product = "genoa", .report_version = "4"},
        TeeEmulatorOptions{.product = "turin", .report_version = "5"}}) {
    const TeeEmulatorProcess tee(options);
    const auto device = Open(tee);
    ASSERT_NE(device, nullptr);
    const auto report = device->Report(TestData());
    ASSERT_TRUE(report.ok()) << options.product << report.status();
    EXPECT_EQ(report->report[0], options.report_version[0] - '0');
  }
}

TEST_F(SevGuestTest, LeavesTheCertificatesOutWhenToldSo) {
  const TeeEmulatorProcess tee;
  const auto device = Open(tee, SnpCertificates::kNone);
  ASSERT_NE(device, nullptr);
  const auto report = device->Report(TestData());
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_THAT(report->report, SizeIs(1184));
  EXPECT_THAT(report->auxiliary, IsEmpty());
  EXPECT_THAT(report->auxiliary_absent, HasSubstr("configuration"));
}

TEST_F(SevGuestTest, AsksForTheConfiguredVmpl) {
  const TeeEmulatorProcess tee;
  const auto device =
      MustOpen(OpenSevGuest({.path = tee.sev_guest(), .vmpl = 2}));
  ASSERT_NE(device, nullptr);
  const auto report = device->Report(TestData());
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->report[0x30], 2);
  EXPECT_EQ(device->info().vmpl, 2U);
}

TEST_F(SevGuestTest, NamesTheFirmwareStatusOfAVmplThatIsTooLow) {
  ExpectFault("floor=1", {.code = absl::StatusCode::kFailedPrecondition,
                          .words = "INVALID_PARAM (0x16) for VMPL 0"});
}

TEST_F(SevGuestTest, NamesTheStatusOfARefusedRequest) {
  ExpectFault("status=0x17", {.code = absl::StatusCode::kUnavailable,
                              .words = "RESOURCE_LIMIT (0x17)"});
}

TEST_F(SevGuestTest, RepeatsOnceForAShortCertificateBuffer) {
  const TeeEmulatorProcess tee;
  const auto device = Open(tee);
  ASSERT_NE(device, nullptr);
  tee.Set("table_size=40000");
  tee.Set("certs_cap=65536");
  const auto report = device->Report(TestData());
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(Hex(ByteView(report->auxiliary).first(4)), "63da758d");
  EXPECT_EQ(tee.Get("requests"), 2U);
  EXPECT_EQ(device->state(), ReportDeviceState::kWorking);
}

TEST_F(SevGuestTest, GivesTheReportAloneIfTheKernelTakesNoLargerBuffer) {
  const TeeEmulatorProcess tee;
  const auto device = Open(tee);
  ASSERT_NE(device, nullptr);
  tee.Set("table_size=40000");
  const auto report = device->Report(TestData());
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_THAT(report->report, SizeIs(1184));
  EXPECT_THAT(report->auxiliary, IsEmpty());
  EXPECT_THAT(report->auxiliary_absent, HasSubstr("needs 40960 bytes"));
}

TEST_F(SevGuestTest, OffersNoMoreThanItsBoundToAHugeTable) {
  const TeeEmulatorProcess tee;
  const auto device = Open(tee);
  ASSERT_NE(device, nullptr);
  tee.Set("table_size=200000");
  tee.Set("certs_cap=1048576");
  const auto report = device->Report(TestData());
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_THAT(report->auxiliary, IsEmpty());
  // The short one and the plain one.
  EXPECT_EQ(tee.Get("requests"), 2U);
}

TEST_F(SevGuestTest, RepeatsForAShortBufferOnlyForWhoStillWaits) {
  const TeeEmulatorProcess tee;
  const auto device = Open(tee);
  ASSERT_NE(device, nullptr);
  tee.Set("table_size=40000");
  tee.Set("certs_cap=65536");
  const auto report = device->Report(
      TestData(), [] { return absl::CancelledError("the client has gone"); });
  EXPECT_EQ(report.status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(tee.Get("requests"), 1U);
  EXPECT_EQ(device->state(), ReportDeviceState::kWorking);
}

TEST_F(SevGuestTest, SaysThatTheHostGaveNoCertificates) {
  const TeeEmulatorProcess tee;
  const auto device = Open(tee);
  ASSERT_NE(device, nullptr);
  tee.Set("table=none");
  const auto report = device->Report(TestData());
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_THAT(report->auxiliary, IsEmpty());
  EXPECT_EQ(report->auxiliary_absent, "the host gave none");
}

TEST_F(SevGuestTest, PassesAMalformedTableOnAsItCame) {
  for (const std::string table :
       {"overlapping", "overflowing", "out_of_range", "unterminated",
        "duplicate", "zero_length", "garbage"}) {
    const TeeEmulatorProcess tee;
    const auto device = Open(tee);
    ASSERT_NE(device, nullptr);
    tee.Set("table=" + table);
    const auto report = device->Report(TestData());
    ASSERT_TRUE(report.ok()) << table << report.status();
    EXPECT_FALSE(report->auxiliary.empty()) << table;
    EXPECT_LE(report->auxiliary.size(), 16384U) << table;
  }
}

TEST_F(SevGuestTest, WaitsForASlowDevice) {
  const TeeEmulatorProcess tee;
  const auto device = Open(tee);
  ASSERT_NE(device, nullptr);
  tee.Set("delay_ms=1200");
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(device->Report(TestData()).ok());
  EXPECT_GE(std::chrono::steady_clock::now() - start,
            std::chrono::milliseconds(1200));
}

TEST_F(SevGuestTest, AnswersThroughThrottlingOfEveryTenthCall) {
  const TeeEmulatorProcess tee;
  const auto device = Open(tee);
  ASSERT_NE(device, nullptr);
  tee.Set("throttle_every=10");
  tee.Set("throttle_ms=700");
  const auto start = std::chrono::steady_clock::now();
  for (uint8_t i = 0; i < 20; ++i) {
    ASSERT_TRUE(device->Report(TestData(i)).ok()) << int{i};
  }
  EXPECT_GE(std::chrono::steady_clock::now() - start,
            std::chrono::milliseconds(1400));
  EXPECT_EQ(tee.Get("requests"), 20U);
}

TEST_F(SevGuestTest, SaysBusyWithItsCauseAndDoesNotRetry) {
  ExpectFault("error=16", {.code = absl::StatusCode::kUnavailable,
                           .words = "Device or resource busy"});
}

TEST_F(SevGuestTest, SaysInterruptedWithItsCauseAndDoesNotRetry) {
  ExpectFault("error=4", {.code = absl::StatusCode::kUnavailable,
                          .words = "Interrupted system call"});
}

TEST_F(SevGuestTest, NamesBothCodesOfAnIoErrorAndDoesNotRetry) {
  ExpectFault("error=5\nexitinfo2=0x200000016",
              {.code = absl::StatusCode::kUnavailable,
               .words = "firmware INVALID_PARAM (0x16), hypervisor BUSY (2)",
               .state = ReportDeviceState::kKeyLost});
}

TEST_F(SevGuestTest, SaysThatTheKeyIsLostAsOftenAsItIsAsked) {
  const TeeEmulatorProcess tee;
  const auto device = Open(tee);
  ASSERT_NE(device, nullptr);
  tee.Set("exitinfo2=0x13");
  tee.Set("lose_key=1");
  ExpectFailure(*device, {.code = absl::StatusCode::kUnavailable,
                          .words = "HWERROR_PLATFORM",
                          .state = ReportDeviceState::kKeyLost});
  const Failure lost = {.code = absl::StatusCode::kFailedPrecondition,
                        .words = "VMPCK",
                        .state = ReportDeviceState::kKeyLost};
  ExpectFailure(*device, lost);
  EXPECT_EQ(tee.Get("requests"), 2U);
  // A driver that was loaded anew may have a key.
  ExpectFailure(*device, lost);
  EXPECT_TRUE(IsKeyLost(device->Report(TestData()).status()));
  EXPECT_EQ(tee.Get("requests"), 4U);
}

TEST_F(SevGuestTest, WorksAgainAfterAPassingError) {
  const TeeEmulatorProcess tee;
  const auto device = Open(tee);
  ASSERT_NE(device, nullptr);
  tee.Set("error=16");
  EXPECT_FALSE(device->Report(TestData()).ok());
  tee.Set("error=0");
  EXPECT_TRUE(device->Report(TestData()).ok());
  EXPECT_EQ(device->state(), ReportDeviceState::kWorking);
}

TEST_F(SevGuestTest, RefusesAReportOverOtherData) {
  ExpectFault("report=other_data", {.code = absl::StatusCode::kDataLoss,
                                    .words = "expected report data 4041"});
}

TEST_F(SevGuestTest, RefusesAReportOfZeros) {
  ExpectFault("report=zero", {.code = absl::StatusCode::kDataLoss,
                              .words = "1184 bytes, all of them zero"});
}

TEST_F(SevGuestTest, RefusesAShortReport) {
  ExpectFault("report=short",
              {.code = absl::StatusCode::kDataLoss,
               .words = "expected a report of 1184 bytes, found 592"});
}

TEST_F(SevGuestTest, RefusesASizeBeyondTheAnswer) {
  ExpectFault("report=size_too_large", {.code = absl::StatusCode::kDataLoss,
                                        .words = "found a size of 4294967280"});
}

TEST_F(SevGuestTest, SaysThatTheDeviceWentAway) {
  TeeEmulatorProcess tee;
  const auto device = Open(tee);
  ASSERT_NE(device, nullptr);
  tee.Stop();
  ExpectFailure(*device, {.code = absl::StatusCode::kFailedPrecondition,
                          .words = "No such file"});
}

TEST(OpenSevGuest, NamesAMissingDevice) {
  const auto device = OpenSevGuest({.path = "/nonexistent/sev-guest"});
  EXPECT_EQ(device.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(Message(device.status()), HasSubstr("/nonexistent/sev-guest"));
}

}  // namespace
}  // namespace evidenced
