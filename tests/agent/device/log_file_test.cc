#include "agent/device/log_file.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/support/temp_dir.h"

namespace evidenced {
namespace {

TEST(ReadWholeFile, ReadsToTheEnd) {
  const TempDir dir;
  const Bytes bytes(300000, 0xa5);
  WriteFile(dir.File("log"), bytes);
  Bytes out;
  ASSERT_TRUE(ReadWholeFile(dir.File("log"), 1U << 20, &out).ok());
  EXPECT_EQ(out, bytes);
}

TEST(ReadWholeFile, ReadsAFileThatSaysItIsEmpty) {
  Bytes out;
  ASSERT_TRUE(ReadWholeFile("/proc/version", 1U << 20, &out).ok());
  EXPECT_FALSE(out.empty());
}

TEST(ReadWholeFile, TakesExactlyTheCap) {
  const TempDir dir;
  Bytes out;
  for (const size_t size : {0U, 1U, 99999U, 100000U}) {
    WriteFile(dir.File("log"), Bytes(size, 1));
    EXPECT_TRUE(ReadWholeFile(dir.File("log"), 100000, &out).ok()) << size;
    EXPECT_EQ(out.size(), size);
  }
  WriteFile(dir.File("log"), Bytes(100001, 1));
  EXPECT_EQ(ReadWholeFile(dir.File("log"), 100000, &out).code(),
            absl::StatusCode::kOutOfRange);
}

TEST(ReadWholeFile, TellsAMissingFileFromOneThatCannotBeRead) {
  const TempDir dir;
  Bytes out;
  EXPECT_EQ(ReadWholeFile(dir.File("none"), 10, &out).code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(ReadWholeFile(dir.path(), 10, &out).code(),
            absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace evidenced
