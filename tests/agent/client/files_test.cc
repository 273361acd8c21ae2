#include "agent/client/files.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace evidenced {
namespace {

using ::testing::HasSubstr;

class Files : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = ::testing::TempDir() + "client_files_XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) const {
    return folder_ + "/" + name;
  }
  size_t Entries() const {
    size_t entries = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      entries += entry.exists() ? 1 : 0;
    }
    return entries;
  }

  std::string folder_;
};

TEST_F(Files, WritesWholeAndForTheOwnerOnly) {
  ASSERT_TRUE(WriteFileAtomically(Path("a"), AsBytes("new")).ok());
  EXPECT_EQ(*ReadFile(Path("a")), "new");
  struct stat info {};
  ASSERT_EQ(stat(Path("a").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0600U);
  EXPECT_EQ(Entries(), 1);
}

TEST_F(Files, ReplacesWhatWasThere) {
  ASSERT_TRUE(WriteFileAtomically(Path("a"), AsBytes("a long old text")).ok());
  ASSERT_TRUE(WriteFileAtomically(Path("a"), AsBytes("new")).ok());
  EXPECT_EQ(*ReadFile(Path("a")), "new");
}

TEST_F(Files, LeavesNothingBehindWhenWritingFails) {
  // A directory cannot be replaced by a file, so the last step fails.
  ASSERT_TRUE(MakeDirectory(Path("taken")).ok());
  const absl::Status status =
      WriteFileAtomically(Path("taken"), AsBytes("new"));
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(status.message(), HasSubstr(Path("taken")));
  EXPECT_EQ(Entries(), 1);
}

TEST_F(Files, ReplacesNothingThatIsNoFile) {
  ASSERT_EQ(mkfifo(Path("fifo").c_str(), 0600), 0);
  ASSERT_EQ(symlink("/dev/null", Path("link").c_str()), 0);
  for (const std::string& path :
       {Path("fifo"), Path("link"), std::string("/dev/null")}) {
    const absl::Status status = WriteFileAtomically(path, AsBytes("new"));
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << path << status;
    EXPECT_FALSE(std::filesystem::is_regular_file(
        std::filesystem::symlink_status(path)));
  }
  EXPECT_EQ(Entries(), 2);
}

TEST_F(Files, SaysWhichDirectoryIsMissing) {
  const absl::Status status =
      WriteFileAtomically(Path("no/such"), AsBytes("new"));
  EXPECT_TRUE(absl::IsNotFound(status)) << status;
}

TEST_F(Files, ReadsNoMoreThanTheLimit) {
  ASSERT_TRUE(WriteFileAtomically(Path("a"), AsBytes("12345")).ok());
  EXPECT_TRUE(ReadFile(Path("a"), 5).ok());
  EXPECT_TRUE(absl::IsResourceExhausted(ReadFile(Path("a"), 4).status()));
}

TEST_F(Files, ReadsNoDirectory) {
  EXPECT_TRUE(absl::IsInvalidArgument(ReadFile(folder_).status()));
  EXPECT_TRUE(absl::IsNotFound(ReadFile(Path("none")).status()));
  EXPECT_FALSE(FileExists(folder_));
}

TEST_F(Files, RefusesAPrivateKeyThatOthersCanRead) {
  ASSERT_TRUE(WriteFileAtomically(Path("key"), AsBytes("secret")).ok());
  EXPECT_TRUE(ReadPrivateKey(Path("key")).ok());
  for (const mode_t mode : {0640U, 0604U, 0620U}) {
    ASSERT_EQ(chmod(Path("key").c_str(), mode), 0);
    EXPECT_TRUE(absl::IsPermissionDenied(ReadPrivateKey(Path("key")).status()));
  }
}

TEST_F(Files, MakesADirectoryOnce) {
  EXPECT_TRUE(MakeDirectory(Path("d")).ok());
  EXPECT_TRUE(MakeDirectory(Path("d")).ok());
  ASSERT_TRUE(WriteFileAtomically(Path("f"), AsBytes("x")).ok());
  EXPECT_FALSE(MakeDirectory(Path("f")).ok());
}

}  // namespace
}  // namespace evidenced
