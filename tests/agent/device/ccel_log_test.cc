#include "agent/device/ccel_log.h"

#include <filesystem>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/agent/device/ccel_table_builder.h"
#include "tests/support/temp_dir.h"

namespace evidenced {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr size_t kCap = 4096;

class ReadCcelLogTest : public testing::Test {
 protected:
  void WriteTable(const CcelTableSpec& spec) const {
    WriteFile(paths_.table, CcelTableBytes(spec));
  }

  absl::Status Read() { return ReadCcelLog(paths_, kCap, &out_); }
  // A refusal with this code.
  std::string Refusal(absl::StatusCode code) {
    const absl::Status status = Read();
    EXPECT_EQ(status.code(), code) << status;
    return std::string(status.message());
  }

  TempDir dir_;
  CcelPaths paths_{.table = dir_.File("CCEL"), .log = dir_.File("data")};
  Bytes out_;
};

TEST_F(ReadCcelLogTest, ReadsAsMuchAsTheTableTells) {
  WriteTable({.log_length = 100});
  WriteFile(paths_.log, Bytes(100, 7));
  ASSERT_TRUE(Read().ok());
  EXPECT_EQ(out_, Bytes(100, 7));
  Bytes longer(120, 8);
  WriteFile(paths_.log, longer);
  ASSERT_TRUE(Read().ok());
  EXPECT_EQ(out_, Bytes(100, 8));
}

TEST_F(ReadCcelLogTest, ReadsAnEmptyArea) {
  WriteTable({.log_length = 0});
  WriteFile(paths_.log, {});
  ASSERT_TRUE(Read().ok());
  EXPECT_THAT(out_, IsEmpty());
}

TEST_F(ReadCcelLogTest, RefusesAnAreaShorterThanTheTableTells) {
  WriteTable({.log_length = 101});
  WriteFile(paths_.log, Bytes(100, 7));
  EXPECT_THAT(Refusal(absl::StatusCode::kDataLoss),
              HasSubstr("data: expected the 101 bytes that the table tells, "
                        "found 100"));
  std::filesystem::remove(paths_.log);
  EXPECT_THAT(Refusal(absl::StatusCode::kDataLoss),
              HasSubstr("found no such file"));
}

TEST_F(ReadCcelLogTest, ReadsNoMoreThanItsCap) {
  WriteTable({.log_length = kCap});
  WriteFile(paths_.log, Bytes(kCap, 7));
  EXPECT_TRUE(Read().ok());
  WriteFile(paths_.log, Bytes(kCap + 1, 7));
  EXPECT_EQ(Read().code(), absl::StatusCode::kOutOfRange);
  for (const uint64_t length : {uint64_t{kCap} + 1, UINT64_MAX}) {
    WriteTable({.log_length = length});
    EXPECT_THAT(Refusal(absl::StatusCode::kOutOfRange),
                HasSubstr("expected an area of at most 4096 bytes"));
  }
}

TEST_F(ReadCcelLogTest, TellsThatThereIsNoTable) {
  WriteFile(paths_.log, Bytes(100, 7));
  EXPECT_EQ(Read().code(), absl::StatusCode::kNotFound);
}

TEST_F(ReadCcelLogTest, RefusesATableThatIsNone) {
  WriteFile(paths_.log, Bytes(100, 7));
  const Bytes good = CcelTableBytes({.log_length = 100});
  for (size_t size = 0; size < good.size(); ++size) {
    WriteFile(paths_.table, ByteView(good).first(size));
    EXPECT_THAT(Refusal(absl::StatusCode::kDataLoss), HasSubstr("CCEL"));
  }
  Bytes longer = good;
  longer.push_back(0);
  WriteFile(paths_.table, longer);
  EXPECT_THAT(Refusal(absl::StatusCode::kDataLoss), HasSubstr("56"));
  WriteFile(paths_.table, Bytes(4097, 0));
  EXPECT_EQ(Read().code(), absl::StatusCode::kDataLoss);
}

TEST_F(ReadCcelLogTest, RefusesTheTableOfAnotherTee) {
  WriteTable({.cc_type = 1, .log_length = 100});
  WriteFile(paths_.log, Bytes(100, 7));
  EXPECT_THAT(Refusal(absl::StatusCode::kDataLoss),
              HasSubstr("expected the table of a TD (type 2), found type 1"));
}

}  // namespace
}  // namespace evidenced
