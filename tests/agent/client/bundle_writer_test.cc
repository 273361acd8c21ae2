#include "agent/client/bundle_writer.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "agent/client/collateral_bundle.h"
#include "tests/support/temp_dir.h"

namespace evidenced {
namespace {

namespace fs = std::filesystem;

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

FetchedCollateral Snp(const std::string& bytes, bool with_key = true) {
  FetchedCollateral out{.tee = "snp", .roles = kSnpBundleRoles};
  if (with_key) out.files.push_back({.role = "ek", .bytes = bytes + " ek"});
  out.files.push_back({.role = "ca", .bytes = bytes + " ca"});
  out.files.push_back({.role = "crl", .bytes = bytes + " crl"});
  return out;
}

class Writer : public ::testing::Test {
 protected:
  std::string Text(const std::string& name) const {
    return ToString(ReadFile(place_ + "/" + name));
  }
  static unsigned Mode(const std::string& path) {
    return static_cast<unsigned>(fs::status(path).permissions());
  }
  // What is beside the bundle.
  size_t Entries() const {
    size_t entries = 0;
    for (const auto& entry : fs::directory_iterator(folder_.path())) {
      entries += entry.exists() ? 1 : 0;
    }
    return entries;
  }

  TempDir folder_;
  std::string place_ = folder_.File("bundle");
};

TEST_F(Writer, WritesABundleThatCanBeOpened) {
  ASSERT_TRUE(WriteBundle(place_, Snp("new")).ok());
  EXPECT_EQ(Text("ek.der"), "new ek");
  EXPECT_EQ(Text("crl.der"), "new crl");
  EXPECT_EQ(OpenCollateralBundle(place_)->files.size(), 3);
  EXPECT_EQ(Entries(), 1);
}

TEST_F(Writer, ReplacesABundleAsAWhole) {
  ASSERT_TRUE(WriteBundle(place_, Snp("old")).ok());
  ASSERT_TRUE(WriteBundle(place_ + "/", Snp("new", false)).ok());
  EXPECT_EQ(Text("crl.der"), "new crl");
  EXPECT_FALSE(fs::exists(place_ + "/ek.der"));
  EXPECT_EQ(Entries(), 1);
}

TEST_F(Writer, IsReadByWhomeverTheUmaskLets) {
  for (const auto& [mask, mode] : std::vector<std::pair<mode_t, unsigned>>{
           {022, 0755}, {027, 0750}, {077, 0700}}) {
    const mode_t before = umask(mask);
    EXPECT_TRUE(WriteBundle(place_, Snp("new")).ok());
    umask(before);
    EXPECT_EQ(Mode(place_), mode);
    EXPECT_EQ(Mode(place_ + "/crl.der"), mode & 0666U);
    EXPECT_EQ(Entries(), 1);
    fs::remove_all(place_);
  }
}

TEST_F(Writer, HasTheModeOfWhatItReplaces) {
  const mode_t before = umask(077);
  for (const unsigned mode : {0755U, 0750U, 0700U, 02775U}) {
    EXPECT_TRUE(WriteBundle(place_, Snp("old")).ok());
    fs::permissions(place_, static_cast<fs::perms>(mode));
    EXPECT_TRUE(WriteBundle(place_, Snp("new")).ok());
    EXPECT_EQ(Mode(place_), mode);
    EXPECT_EQ(Mode(place_ + "/crl.der"), mode & 0666U);
    EXPECT_EQ(Text("crl.der"), "new crl");
  }
  umask(before);
}

// Only root gives a directory to a group that it is not of, and root may do
// what is tried here as somebody else.
class WriterOfGroups : public Writer {
 protected:
  static constexpr uid_t kNobody = 65534;
  static constexpr gid_t kStrangers = 12345;

  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "expected to run as root";
    ASSERT_EQ(chown(folder_.path().c_str(), kNobody, kNobody), 0);
  }
  absl::StatusOr<std::vector<std::string>> WriteAsNobody(
      const std::string& bytes) {
    const gid_t group = getegid();
    EXPECT_EQ(setegid(kNobody), 0);
    EXPECT_EQ(seteuid(kNobody), 0);
    auto written = WriteBundle(place_, Snp(bytes));
    EXPECT_EQ(seteuid(0), 0);
    EXPECT_EQ(setegid(group), 0);
    return written;
  }
  void GiveToStrangers() const {
    ASSERT_EQ(chown(place_.c_str(), static_cast<uid_t>(-1), kStrangers), 0);
    ASSERT_EQ(chmod(place_.c_str(), 02750), 0);
  }
  static gid_t Group(const std::string& path) {
    struct stat info {};
    EXPECT_EQ(stat(path.c_str(), &info), 0) << path;
    return info.st_gid;
  }
};

TEST_F(WriterOfGroups, HasTheGroupOfWhatItReplaces) {
  ASSERT_TRUE(WriteBundle(place_, Snp("old")).ok());
  GiveToStrangers();
  const auto remarks = WriteBundle(place_, Snp("new"));
  ASSERT_TRUE(remarks.ok()) << remarks.status();
  EXPECT_THAT(*remarks, IsEmpty());
  EXPECT_EQ(Group(place_), kStrangers);
  EXPECT_EQ(Group(place_ + "/crl.der"), kStrangers);
  EXPECT_EQ(Mode(place_), 02750);
}

TEST_F(WriterOfGroups, SaysThatItCannotHaveThatGroup) {
  ASSERT_TRUE(WriteAsNobody("old").ok());
  GiveToStrangers();
  const auto remarks = WriteAsNobody("new");
  ASSERT_TRUE(remarks.ok()) << remarks.status();
  EXPECT_THAT(*remarks, ElementsAre(HasSubstr("another group than")));
  EXPECT_EQ(Text("crl.der"), "new crl");
}

TEST_F(WriterOfGroups, LeavesNothingOfWhatItsOwnerMayNotWrite) {
  ASSERT_TRUE(WriteAsNobody("old").ok());
  ASSERT_EQ(chmod(place_.c_str(), 0555), 0);
  ASSERT_TRUE(WriteAsNobody("new").ok());
  EXPECT_EQ(Text("crl.der"), "new crl");
  EXPECT_EQ(Mode(place_), 0555);
  EXPECT_EQ(Entries(), 1);
}

TEST_F(Writer, IsWholeWhoeverElseWrites) {
  std::vector<std::thread> writers;
  writers.reserve(4);
  for (int i = 0; i < 4; ++i) {
    writers.emplace_back([this, i] {
      for (int round = 0; round < 10; ++round) {
        const absl::Status written =
            WriteBundle(place_, Snp(std::to_string(i))).status();
        EXPECT_TRUE(written.ok()) << written;
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(Text("ek.der").substr(0, 1), Text("crl.der").substr(0, 1));
  EXPECT_EQ(Entries(), 1);
}

TEST_F(Writer, ReplacesAnEmptyDirectory) {
  ASSERT_TRUE(fs::create_directory(place_));
  ASSERT_TRUE(WriteBundle(place_, Snp("new")).ok());
  EXPECT_EQ(Text("crl.der"), "new crl");
}

TEST_F(Writer, ReplacesWhatALinkLeadsTo) {
  ASSERT_TRUE(WriteBundle(folder_.File("real"), Snp("old")).ok());
  fs::create_directory_symlink(folder_.File("real"), place_);
  ASSERT_TRUE(WriteBundle(place_, Snp("new")).ok());
  EXPECT_TRUE(fs::is_symlink(place_));
  EXPECT_EQ(ToString(ReadFile(folder_.File("real/crl.der"))), "new crl");
}

TEST_F(Writer, TouchesNothingThatIsNoBundleOfItsKind) {
  ASSERT_TRUE(WriteBundle(place_, Snp("old")).ok());
  for (const char* name : {"notes.txt", "tcb_info.json"}) {
    const std::string path = place_ + "/" + name;
    WriteFile(path, AsBytes("mine"));
    const absl::Status status = WriteBundle(place_, Snp("new")).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    EXPECT_THAT(status.message(), HasSubstr(name));
    EXPECT_EQ(CheckBundlePlace(place_, kSnpBundleRoles), status);
    EXPECT_EQ(Text("crl.der"), "old crl");
    EXPECT_EQ(Text(name), "mine");
    fs::remove(path);
  }
  fs::remove(place_ + "/ca.pem");
  ASSERT_TRUE(fs::create_directory(place_ + "/ca.pem"));
  EXPECT_FALSE(WriteBundle(place_, Snp("new")).ok());
  EXPECT_EQ(Entries(), 1);
}

TEST_F(Writer, RefusesAFileInItsPlace) {
  WriteFile(place_, AsBytes("mine"));
  EXPECT_TRUE(
      absl::IsInvalidArgument(WriteBundle(place_, Snp("new")).status()));
  EXPECT_EQ(ToString(ReadFile(place_)), "mine");
}

TEST_F(Writer, RefusesTheDirectoryThatSomebodyStandsIn) {
  for (const char* path : {".", "..", "/", "./", "a/.."}) {
    EXPECT_TRUE(absl::IsInvalidArgument(WriteBundle(path, Snp("new")).status()))
        << path;
  }
}

TEST_F(Writer, LeavesNothingBehindWhereItCannotWrite) {
  const absl::Status status =
      WriteBundle(folder_.File("none/bundle"), Snp("new")).status();
  EXPECT_TRUE(absl::IsNotFound(status)) << status;
  EXPECT_EQ(Entries(), 0);
}

}  // namespace
}  // namespace evidenced
