#include "agent/device/detect_report_device.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "agent/base/descriptor.h"
#include "tests/agent/device/report_fixture.h"
#include "tests/support/tee_emulator_process.h"
#include "tests/support/temp_dir.h"

namespace evidenced {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class DetectReportDeviceTest : public TeeEmulatorTest {
 protected:
  static HostPaths Paths(const TeeEmulatorProcess& tee) {
    HostPaths paths;
    paths.configfs_tsm = tee.configfs_tsm();
    paths.sev_guest = tee.sev_guest();
    return paths;
  }
};

TEST_F(DetectReportDeviceTest, PrefersConfigfsTsm) {
  const TeeEmulatorProcess tee;
  const auto found = DetectReportDevice(Paths(tee), {});
  ASSERT_NE(found.device, nullptr);
  EXPECT_EQ(found.device->info().interface, "configfs-tsm");
  EXPECT_EQ(found.device->info().path, tee.configfs_tsm());
  EXPECT_THAT(found.tried, IsEmpty());
  EXPECT_EQ(tee.Get("requests"), 0U);
  EXPECT_EQ(tee.Get("entries"), 0U);
}

TEST_F(DetectReportDeviceTest, TakesSevGuestWhereConfigfsTsmHasNoProvider) {
  const TeeEmulatorProcess tee;
  tee.Set("no_provider=1");
  const auto found = DetectReportDevice(Paths(tee), {.vmpl = 2});
  ASSERT_NE(found.device, nullptr);
  EXPECT_EQ(found.device->info().interface, "sev-guest");
  EXPECT_EQ(found.device->info().vmpl, 2U);
  ASSERT_THAT(found.tried, SizeIs(1));
  EXPECT_EQ(found.tried[0].interface, "configfs-tsm");
  EXPECT_THAT(Message(found.tried[0].why), HasSubstr("making an entry"));
  EXPECT_TRUE(found.device->Report(TestData()).ok());
}

TEST_F(DetectReportDeviceTest, TakesSevGuestIfCertificatesAreNotWanted) {
  const TeeEmulatorProcess tee;
  const auto found =
      DetectReportDevice(Paths(tee), {.certificates = SnpCertificates::kNone});
  ASSERT_NE(found.device, nullptr);
  EXPECT_EQ(found.device->info().interface, "sev-guest");
  const auto report = found.device->Report(TestData());
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_THAT(report->auxiliary, IsEmpty());
  ASSERT_THAT(found.tried, SizeIs(1));
  EXPECT_THAT(Message(found.tried[0].why), HasSubstr("always asks"));
}

TEST_F(DetectReportDeviceTest, TellsADeviceThatItCannotUseFromNone) {
  const TeeEmulatorProcess tee;
  HostPaths paths = Paths(tee);
  paths.sev_guest = "/nonexistent/sev-guest";
  tee.Set("no_provider=1");
  EXPECT_TRUE(WhyUnusable(DetectReportDevice(paths, {})).ok());
  tee.Set("no_provider=0\nprovider=unknown");
  EXPECT_THAT(Message(WhyUnusable(DetectReportDevice(paths, {}))),
              HasSubstr("found \"unknown_tee\""));
  tee.Set("provider=good\nfloor=2");
  EXPECT_THAT(Message(WhyUnusable(DetectReportDevice(paths, {.vmpl = 1}))),
              HasSubstr("expected a VMPL of 2 or more"));
}

// Opening a socket fails as opening a node without a driver: ENXIO.
TEST(DetectReportDevice, TakesANodeWithoutADriverForADeviceThatFails) {
  const TempDir folder;
  const std::string path = folder.path() + "/sev-guest";
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  ASSERT_LT(path.size(), sizeof(address.sun_path));
  path.copy(&address.sun_path[0], path.size());
  const Descriptor node(socket(AF_UNIX, SOCK_STREAM, 0));
  ASSERT_EQ(bind(node.get(), reinterpret_cast<const sockaddr*>(&address),
                 sizeof(address)),
            0);
  HostPaths paths;
  paths.configfs_tsm = "/nonexistent/report";
  paths.sev_guest = path;
  paths.tdx_guest = "/nonexistent/tdx_guest";
  const auto found = DetectReportDevice(paths, {});
  EXPECT_EQ(found.device, nullptr);
  EXPECT_THAT(Message(WhyUnusable(found)), HasSubstr(path));
}

TEST(DetectReportDevice, TakesATdWhoseQuotesCannotBeHadForADeviceThatFails) {
  const TempDir folder;
  HostPaths paths;
  paths.configfs_tsm = "/nonexistent/report";
  paths.sev_guest = "/nonexistent/sev-guest";
  paths.tdx_guest = folder.path() + "/tdx_guest";
  paths.tdx_measurements = folder.path() + "/measurements";
  EXPECT_TRUE(WhyUnusable(DetectReportDevice(paths, {})).ok());
  EXPECT_EQ(LikelyProvider(paths), ReportProvider::kSevGuest);
  WriteFile(paths.tdx_guest, {});
  EXPECT_EQ(LikelyProvider(paths), ReportProvider::kTdxGuest);
  const auto found = DetectReportDevice(paths, {});
  EXPECT_EQ(found.device, nullptr);
  EXPECT_THAT(Message(WhyUnusable(found)),
              HasSubstr(paths.tdx_guest + ": expected configfs-tsm beside it"));
}

TEST(DetectReportDevice, SaysWhatWasTriedWhereThereIsNone) {
  HostPaths paths;
  paths.configfs_tsm = "/nonexistent/report";
  paths.sev_guest = "/nonexistent/sev-guest";
  paths.tdx_guest = "/nonexistent/tdx_guest";
  paths.tdx_measurements = "/nonexistent/measurements";
  const auto found = DetectReportDevice(paths, {});
  EXPECT_EQ(found.device, nullptr);
  EXPECT_TRUE(WhyUnusable(found).ok()) << WhyUnusable(found);
  ASSERT_THAT(found.tried, SizeIs(2));
  for (const auto& attempt : found.tried) {
    EXPECT_EQ(attempt.why.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(Message(attempt.why), HasSubstr("/nonexistent/"));
  }
}

}  // namespace
}  // namespace evidenced
