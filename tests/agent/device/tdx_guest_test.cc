#include <cerrno>
#include <chrono>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "agent/device/ccel_log.h"
#include "agent/device/detect_report_device.h"
#include "agent/device/td_registers.h"
#include "evidence/log/event_log.h"
#include "evidence/log/replay.h"
#include "quote/tdx/quote.h"
#include "tests/agent/device/report_fixture.h"
#include "tests/support/tee_emulator_process.h"

namespace evidenced {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// The devices of an emulated TD.
class TdxGuestTest : public TeeEmulatorTest {
 protected:
  static TeeEmulatorOptions Td() {
    TeeEmulatorOptions options;
    options.tee = "tdx";
    return options;
  }
  static HostPaths Paths(const TeeEmulatorProcess& tee) {
    HostPaths paths;
    paths.configfs_tsm = tee.configfs_tsm();
    paths.sev_guest = tee.sev_guest();
    paths.tdx_guest = tee.tdx_guest();
    paths.tdx_measurements = tee.tdx_measurements();
    paths.ccel_table = tee.ccel_table();
    paths.ccel_log = tee.ccel_log();
    return paths;
  }

  static void ExpectFault(const std::string& fault, const Failure& failure) {
    ExpectTsmFault(Td(), fault, failure);
  }
};

TEST_F(TdxGuestTest, GivesAQuoteOverOurDataInEveryForm) {
  for (const auto& [version, td] :
       {std::pair("4", "1.0"), std::pair("5", "1.0"), std::pair("5", "1.5")}) {
    TeeEmulatorOptions options = Td();
    options.quote_version = version;
    options.td = td;
    const TeeEmulatorProcess tee(options);
    const auto device = OpenTsm(tee);
    ASSERT_NE(device, nullptr);
    EXPECT_FALSE(device->info().vmpl.has_value());
    const auto report = device->Report(TestData());
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(report->provider, ReportProvider::kTdxGuest);
    EXPECT_THAT(report->auxiliary, IsEmpty());
    EXPECT_EQ(report->auxiliary_absent, "the provider has none");
    const auto quote = ParseTdxQuote(report->report);
    ASSERT_TRUE(quote.ok()) << quote.status();
    EXPECT_EQ(quote->td->report_data, ToBytes(TestData()));
    EXPECT_EQ(tee.Get("entries"), 0U);
  }
}

TEST_F(TdxGuestTest, IsFoundWithItsRegisters) {
  const TeeEmulatorProcess tee(Td());
  const auto found = DetectReportDevice(Paths(tee), {});
  ASSERT_NE(found.device, nullptr);
  EXPECT_EQ(found.device->info().provider, ReportProvider::kTdxGuest);
  EXPECT_EQ(found.td_registers, tee.tdx_measurements());
  // What is for SNP alone does not matter.
  const auto plain =
      DetectReportDevice(Paths(tee), {.certificates = SnpCertificates::kNone});
  EXPECT_NE(plain.device, nullptr);
}

TEST_F(TdxGuestTest, GivesAQuoteOfAnySize) {
  const TeeEmulatorProcess tee(Td());
  const auto device = OpenTsm(tee);
  ASSERT_NE(device, nullptr);
  for (const size_t size : {size_t{32768}, size_t{200000}, size_t{1} << 20}) {
    tee.Set(absl::StrCat("outblob_size=", size));
    const auto report = device->Report(TestData());
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_THAT(report->report, SizeIs(size));
  }
  tee.Set("outblob_size=1048577");
  ExpectFailure(*device, {.code = absl::StatusCode::kDataLoss,
                          .words = "expected at most 1048576 bytes"});
}

TEST_F(TdxGuestTest, WaitsForASlowQuote) {
  const TeeEmulatorProcess tee(Td());
  const auto device = OpenTsm(tee);
  ASSERT_NE(device, nullptr);
  tee.Set("delay_ms=1100");
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(device->Report(TestData()).ok());
  EXPECT_GE(std::chrono::steady_clock::now() - start,
            std::chrono::milliseconds(1100));
}

TEST_F(TdxGuestTest, SaysWhatTheQuotingServiceFailedWithAndDoesNotRetry) {
  struct Case {
    int error;
    std::string words;
  };
  for (const Case& one :
       {Case{ETIMEDOUT, "the quoting service did not answer in time"},
        Case{ETIME, "the quoting service did not answer in time"},
        Case{EIO, "the quoting service or the host refused"},
        Case{EBUSY, "still at an earlier quote"}, Case{EINTR, "interrupted"},
        Case{EFBIG, "larger than the kernel takes"},
        Case{ENOMEM, "Cannot allocate memory"}}) {
    ExpectFault(absl::StrCat("error=", one.error),
                {.code = absl::StatusCode::kUnavailable, .words = one.words});
    ExpectFault(absl::StrCat("error=", one.error),
                {.code = absl::StatusCode::kUnavailable,
                 .words = absl::StrCat("(errno ", one.error, ")")});
  }
  ExpectFault("report=empty", {.code = absl::StatusCode::kUnavailable,
                               .words = "the quoting service failed, did not "
                                        "answer in time, or is not there"});
}

TEST_F(TdxGuestTest, NeverSaysThatAKeyIsLost) {
  const TeeEmulatorProcess tee(Td());
  const auto device = OpenTsm(tee);
  ASSERT_NE(device, nullptr);
  ASSERT_TRUE(device->Report(TestData()).ok());
  tee.Set("error=5");
  ExpectFailure(*device, {.code = absl::StatusCode::kUnavailable,
                          .words = "Input/output error"});
  tee.Set("error=0");
  EXPECT_TRUE(device->Report(TestData()).ok());
  EXPECT_EQ(device->state(), ReportDeviceState::kWorking);
}

TEST_F(TdxGuestTest, RefusesWhatIsNoQuoteOverOurData) {
  ExpectFault("report=other_data", {.code = absl::StatusCode::kDataLoss,
                                    .words = "expected report data 4041"});
  ExpectFault("report=zero", {.code = absl::StatusCode::kDataLoss,
                              .words = "all of them zero"});
  ExpectFault("report=short",
              {.code = absl::StatusCode::kDataLoss, .words = "tdx_guest: "});
}

TEST_F(TdxGuestTest, StartsAgainWhenAnotherWroteToTheEntry) {
  const TeeEmulatorProcess tee(Td());
  const auto device = OpenTsm(tee);
  ASSERT_NE(device, nullptr);
  tee.Set("second_writer=before\nsecond_writes=4");
  const auto report = device->Report(TestData());
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(tee.Get("requests"), 5U);
  tee.Set("second_writer=after\nsecond_writes=1000");
  ExpectFailure(*device, {.code = absl::StatusCode::kUnavailable,
                          .words = "another's writes to each of 5 entries"});
  EXPECT_EQ(tee.Get("entries"), 0U);
}

TEST_F(TdxGuestTest, PassesTheTokenOfAnotherTeeOn) {
  const TeeEmulatorProcess tee(Td());
  tee.Set("provider=arm_cca_guest");
  const auto device = OpenTsm(tee);
  ASSERT_NE(device, nullptr);
  EXPECT_EQ(device->info().provider, ReportProvider::kArmCcaGuest);
  const auto report = device->Report(TestData());
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->provider, ReportProvider::kArmCcaGuest);
}

// One way and the other, and what the quote says.
TEST_F(TdxGuestTest, TellsItsRegistersWithoutAQuote) {
  const TeeEmulatorProcess tee(Td());
  HostPaths paths = Paths(tee);
  const auto files = ReadTdRegisters(paths);
  ASSERT_TRUE(files.ok()) << files.status();
  EXPECT_EQ(files->path, tee.tdx_measurements());
  paths.tdx_measurements = "/nonexistent/measurements";
  const auto device = ReadTdRegisters(paths);
  ASSERT_TRUE(device.ok()) << device.status();
  EXPECT_EQ(device->path, tee.tdx_guest());
  const auto report = OpenTsm(tee)->Report(TestData());
  ASSERT_TRUE(report.ok()) << report.status();
  const auto quote = ParseTdxQuote(report->report);
  ASSERT_TRUE(quote.ok()) << quote.status();
  const TdMeasurements& td = quote->td->td;
  for (const TdRegisters& registers : {*files, *device}) {
    EXPECT_EQ(registers.mr_td, td.mr_td);
    EXPECT_EQ(registers.rtmrs, td.rtmr);
    EXPECT_EQ(registers.mr_config_id, td.mr_config_id);
    EXPECT_EQ(registers.mr_owner, td.mr_owner);
    EXPECT_EQ(registers.mr_owner_config, td.mr_owner_config);
  }
}

TEST_F(TdxGuestTest, SaysWhyItsDeviceTellsNoRegisters) {
  const TeeEmulatorProcess tee(Td());
  HostPaths paths = Paths(tee);
  paths.tdx_measurements = "/nonexistent/measurements";
  tee.Set("tdreport_error=5");
  const auto registers = ReadTdRegisters(paths);
  EXPECT_EQ(registers.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(Message(registers.status()),
              HasSubstr("TDX_CMD_GET_REPORT0: expected success, found "
                        "Input/output error"));
}

TEST_F(TdxGuestTest, HasALogThatReplaysToItsRegisters) {
  const TeeEmulatorProcess tee(Td());
  Bytes bytes;
  ASSERT_TRUE(ReadCcelLog({.table = tee.ccel_table(), .log = tee.ccel_log()},
                          kMaxBootLogSize, &bytes)
                  .ok());
  const auto log = ParseGrowingLog(LogFormat::kCcel, bytes);
  ASSERT_TRUE(log.ok()) << log.status();
  EXPECT_LT(log->length, bytes.size());
  const auto registers = ReadTdRegisters(Paths(tee));
  ASSERT_TRUE(registers.ok()) << registers.status();
  const HashAlgorithm bank = HashAlgorithm::kSha384;
  const PcrValues replayed = Replay(*log, std::span(&bank, 1));
  for (uint32_t i = 0; i < 4; ++i) {
    EXPECT_EQ(replayed.at(bank).at(i + 1), registers->rtmrs.at(i)) << i;
  }
}

}  // namespace
}  // namespace evidenced
