#include "agent/device/td_registers.h"

#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "agent/device/no_device.h"
#include "tests/support/temp_dir.h"

namespace evidenced {
namespace {

using ::testing::HasSubstr;

constexpr absl::string_view kNames[] = {
    "mrtd:sha384",  "rtmr0:sha384", "rtmr1:sha384", "rtmr2:sha384",
    "rtmr3:sha384", "mrconfigid",   "mrowner",      "mrownerconfig"};

// A kernel that shows the registers in files.
class ReadTdRegistersTest : public testing::Test {
 protected:
  ReadTdRegistersTest() {
    paths_.tdx_measurements = dir_.File("measurements");
    paths_.tdx_guest = dir_.File("tdx_guest");
    std::filesystem::create_directory(paths_.tdx_measurements);
    uint8_t value = 1;
    for (const absl::string_view name : kNames) {
      WriteFile(PathOf(name), Bytes(48, value++));
    }
  }

  std::string PathOf(absl::string_view name) const {
    return absl::StrCat(paths_.tdx_measurements, "/", name);
  }
  std::string Refusal() const {
    const auto registers = ReadTdRegisters(paths_);
    EXPECT_EQ(registers.status().code(), absl::StatusCode::kDataLoss);
    return std::string(registers.status().message());
  }

  TempDir dir_;
  HostPaths paths_;
};

TEST_F(ReadTdRegistersTest, ReadsEveryFile) {
  const auto registers = ReadTdRegisters(paths_);
  ASSERT_TRUE(registers.ok()) << registers.status();
  EXPECT_EQ(registers->path, paths_.tdx_measurements);
  EXPECT_EQ(registers->mr_td, Bytes(48, 1));
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(registers->rtmrs.at(i), Bytes(48, static_cast<uint8_t>(2 + i)));
  }
  EXPECT_EQ(registers->mr_config_id, Bytes(48, 6));
  EXPECT_EQ(registers->mr_owner, Bytes(48, 7));
  EXPECT_EQ(registers->mr_owner_config, Bytes(48, 8));
  EXPECT_EQ(FindTdRegisters(paths_), paths_.tdx_measurements);
}

TEST_F(ReadTdRegistersTest, NeedsEveryFileWhole) {
  for (const absl::string_view name : kNames) {
    const Bytes good = ReadFile(PathOf(name));
    for (const size_t size : {0U, 47U}) {
      WriteFile(PathOf(name), Bytes(size, 1));
      EXPECT_THAT(Refusal(),
                  HasSubstr(absl::StrCat(name,
                                         ": expected a register of 48 bytes, "
                                         "found ",
                                         size)));
    }
    WriteFile(PathOf(name), Bytes(49, 1));
    EXPECT_THAT(Refusal(), HasSubstr(std::string(name)));
    std::filesystem::remove(PathOf(name));
    EXPECT_THAT(Refusal(), HasSubstr(std::string(name)));
    WriteFile(PathOf(name), good);
  }
  EXPECT_TRUE(ReadTdRegisters(paths_).ok());
}

TEST_F(ReadTdRegistersTest, AsksTheDeviceWhereThereAreNoFiles) {
  std::filesystem::remove_all(paths_.tdx_measurements);
  WriteFile(paths_.tdx_guest, {});
  EXPECT_EQ(FindTdRegisters(paths_), paths_.tdx_guest);
  // It is a file, which knows no ioctl.
  const auto registers = ReadTdRegisters(paths_);
  EXPECT_EQ(registers.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(registers.status().message()),
              HasSubstr("tdx_guest: TDX_CMD_GET_REPORT0"));
  EXPECT_FALSE(IsNoDevice(registers.status()));
}

TEST_F(ReadTdRegistersTest, TellsWhereThereIsNoTd) {
  std::filesystem::remove_all(paths_.tdx_measurements);
  EXPECT_TRUE(IsNoDevice(ReadTdRegisters(paths_).status()));
  EXPECT_EQ(FindTdRegisters(paths_), "");
}

}  // namespace
}  // namespace evidenced
