#ifndef TESTS_AGENT_DEVICE_REPORT_FIXTURE_H_
#define TESTS_AGENT_DEVICE_REPORT_FIXTURE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "agent/device/configfs_tsm.h"
#include "agent/device/report_device.h"
#include "tests/support/tee_emulator_process.h"

namespace evidenced {

inline ReportData TestData(uint8_t seed = 0x40) {
  ReportData data = {};
  for (uint8_t& byte : data) byte = seed++;
  return data;
}

inline std::string Message(const absl::Status& status) {
  return std::string(status.message());
}

inline std::unique_ptr<ReportDevice> MustOpen(
    absl::StatusOr<std::unique_ptr<ReportDevice>> device) {
  EXPECT_TRUE(device.ok()) << device.status();
  return device.ok() ? *std::move(device) : nullptr;
}

// A request that fails with `code` and, among others, these words; and the
// state that the device is in then.
struct Failure {
  absl::StatusCode code;
  std::string words;
  ReportDeviceState state = ReportDeviceState::kFailing;
};

inline void ExpectFailure(ReportDevice& device, const Failure& failure) {
  const auto report = device.Report(TestData());
  EXPECT_EQ(report.status().code(), failure.code) << report.status();
  EXPECT_THAT(Message(report.status()), testing::HasSubstr(failure.words));
  EXPECT_EQ(device.state(), failure.state);
}

inline std::unique_ptr<ReportDevice> OpenTsm(const TeeEmulatorProcess& tee) {
  return MustOpen(OpenConfigfsTsm({.root = tee.configfs_tsm()}));
}

// A fault of configfs-tsm that costs one request and leaves no entry behind.
inline void ExpectTsmFault(const TeeEmulatorOptions& options,
                           const std::string& fault, const Failure& failure) {
  const TeeEmulatorProcess tee(options);
  const auto device = OpenTsm(tee);
  ASSERT_NE(device, nullptr);
  tee.Set(fault);
  ExpectFailure(*device, failure);
  EXPECT_EQ(tee.Get("requests"), 1U);
  EXPECT_EQ(tee.Get("entries"), 0U);
}

}  // namespace evidenced

#endif  // TESTS_AGENT_DEVICE_REPORT_FIXTURE_H_
