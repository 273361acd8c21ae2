#include "agent/device/tsm_entry.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "agent/base/warn.h"
#include "agent/device/configfs_tsm.h"
#include "quote/base/bytes.h"
#include "tests/agent/device/report_fixture.h"
#include "tests/support/program.h"
#include "tests/support/tee_emulator_process.h"

namespace evidenced {
namespace {

using ::testing::HasSubstr;

class TsmEntryTest : public TeeEmulatorTest {};

// A process that makes an entry, says so, and waits to be killed.
pid_t MakeInAnotherProcess(const std::string& root) {
  std::array<int, 2> ends;
  if (pipe2(ends.data(), O_CLOEXEC) != 0) FailSetUp("no pipe");
  const pid_t pid = fork();
  if (pid == 0) {
    const auto entry = TsmEntry::Make(root);
    const char made = entry.ok() ? 'y' : 'n';
    if (write(ends[1], &made, 1) != 1) _exit(1);
    while (true) pause();
  }
  close(ends[1]);
  char made = 0;
  if (read(ends[0], &made, 1) != 1 || made != 'y') FailSetUp("no entry");
  close(ends[0]);
  return pid;
}

void Kill(pid_t pid) {
  kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
}

TEST_F(TsmEntryTest, IsRemovedWithItsObject) {
  const TeeEmulatorProcess tee;
  {
    auto entry = TsmEntry::Make(tee.configfs_tsm());
    ASSERT_TRUE(entry.ok()) << entry.status();
    auto other = TsmEntry::Make(tee.configfs_tsm());
    ASSERT_TRUE(other.ok()) << other.status();
    EXPECT_EQ(tee.Get("entries"), 2U);
    const TsmEntry moved = *std::move(entry);
    EXPECT_EQ(tee.Get("entries"), 2U);
    EXPECT_EQ(*moved.ReadText("provider"), "sev_guest");
    EXPECT_EQ(*moved.ReadNumber("generation"), 0U);
  }
  EXPECT_EQ(tee.Get("entries"), 0U);
}

TEST_F(TsmEntryTest, IsCommittedWhenWriteReturns) {
  const TeeEmulatorProcess tee;
  const auto entry = TsmEntry::Make(tee.configfs_tsm());
  ASSERT_TRUE(entry.ok()) << entry.status();
  ASSERT_TRUE(entry->Write("inblob", TestData()).ok());
  EXPECT_EQ(*entry->ReadNumber("generation"), 1U);
  const TsmRead report = entry->Read("outblob", 4096);
  EXPECT_EQ(report.error, 0);
  EXPECT_EQ(report.bytes.size(), 1184U);
}

TEST_F(TsmEntryTest, KeepsToTheCapOfARead) {
  const TeeEmulatorProcess tee;
  const auto entry = TsmEntry::Make(tee.configfs_tsm());
  ASSERT_TRUE(entry.ok()) << entry.status();
  ASSERT_TRUE(entry->Write("inblob", TestData()).ok());
  EXPECT_EQ(entry->Read("outblob", 1184).error, 0);
  EXPECT_EQ(entry->Read("outblob", 1183).error, E2BIG);
}

TEST_F(TsmEntryTest, ReadsAnySize) {
  const TeeEmulatorProcess tee;
  for (const size_t size : {32767U, 32768U, 32769U, 1U << 20}) {
    tee.Set("outblob_size=" + std::to_string(size));
    const auto entry = TsmEntry::Make(tee.configfs_tsm());
    ASSERT_TRUE(entry.ok()) << entry.status();
    ASSERT_TRUE(entry->Write("inblob", TestData()).ok());
    EXPECT_EQ(entry->Read("outblob", 1U << 20).bytes.size(), size);
  }
}

TEST_F(TsmEntryTest, SaysThatItCannotBeRemoved) {
  const TeeEmulatorProcess tee;
  std::string warning;
  const Warn warn = [&](absl::string_view line) {
    warning = std::string(line);
  };
  tee.Set("rmdir_error=16");
  ASSERT_TRUE(TsmEntry::Make(tee.configfs_tsm(), warn).ok());
  EXPECT_THAT(warning, HasSubstr("removing " + tee.configfs_tsm()));
  EXPECT_THAT(warning, HasSubstr("Device or resource busy"));
  warning.clear();
  RemoveStaleTsmEntries(tee.configfs_tsm(), warn);
  EXPECT_THAT(warning, HasSubstr("Device or resource busy"));
  EXPECT_EQ(tee.Get("entries"), 1U);
  tee.Set("rmdir_error=0");
  RemoveStaleTsmEntries(tee.configfs_tsm(), warn);
  EXPECT_EQ(tee.Get("entries"), 0U);
}

TEST_F(TsmEntryTest, SaysWhatAnAttributeDoesNotTake) {
  const TeeEmulatorProcess tee;
  const auto entry = TsmEntry::Make(tee.configfs_tsm());
  ASSERT_TRUE(entry.ok()) << entry.status();
  EXPECT_EQ(entry->Write("inblob", Bytes(65)).code(),
            absl::StatusCode::kInternal);
  EXPECT_EQ(entry->Write("privlevel", AsBytes("4")).code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(entry->Write("outblob", Bytes(1)).code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(Message(entry->ReadNumber("provider").status()),
              HasSubstr("expected a decimal number, found \"sev_guest\""));
}

TEST_F(TsmEntryTest, RemovesWhatADeadProcessLeftAtStart) {
  const TeeEmulatorProcess tee;
  Kill(MakeInAnotherProcess(tee.configfs_tsm()));
  EXPECT_EQ(tee.Get("entries"), 1U);
  EXPECT_TRUE(OpenConfigfsTsm({.root = tee.configfs_tsm()}).ok());
  EXPECT_EQ(tee.Get("entries"), 0U);
}

TEST_F(TsmEntryTest, LeavesTheEntriesOfLivingProcessesAlone) {
  const TeeEmulatorProcess tee;
  const auto own = TsmEntry::Make(tee.configfs_tsm());
  ASSERT_TRUE(own.ok()) << own.status();
  const pid_t living = MakeInAnotherProcess(tee.configfs_tsm());
  RemoveStaleTsmEntries(tee.configfs_tsm());
  EXPECT_EQ(tee.Get("entries"), 2U);
  Kill(living);
  RemoveStaleTsmEntries(tee.configfs_tsm());
  EXPECT_EQ(tee.Get("entries"), 1U);
}

TEST_F(TsmEntryTest, LeavesTheEntriesOfOthersAlone) {
  const TeeEmulatorProcess tee;
  const std::string foreign = tee.configfs_tsm() + "/report0";
  std::filesystem::create_directory(foreign);
  RemoveStaleTsmEntries(tee.configfs_tsm());
  EXPECT_EQ(tee.Get("entries"), 1U);
  std::filesystem::remove(foreign);
}

TEST(RemoveStaleTsmEntries, BearsAFolderThatIsNotThere) {
  RemoveStaleTsmEntries("/nonexistent/report");
}

}  // namespace
}  // namespace evidenced
