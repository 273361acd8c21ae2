#include "agent/serve/listener.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <string>

#include "absl/strings/match.h"
#include "gtest/gtest.h"

#include "tests/agent/serve/agent_fixture.h"

namespace evidenced {
namespace {

class UnixListener : public testing::Test {
 protected:
  UnixListener() : folder_(MakeFolder()), path_(folder_ + "/agent.sock") {}
  ~UnixListener() override { std::filesystem::remove_all(folder_); }

  std::string folder_;
  std::string path_;
};

TEST_F(UnixListener, HasAModeOfItsOwnAndLeavesNothing) {
  {
    const auto listener = Listener::Unix(path_);
    ASSERT_TRUE(listener.ok()) << listener.status();
    struct stat status = {};
    ASSERT_EQ(stat(path_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0660U);
  }
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(UnixListener, ReplacesTheSocketOfADeadServer) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path_.data(), path_.size());
  const int dead = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_EQ(
      bind(dead, reinterpret_cast<const sockaddr*>(&address), sizeof(address)),
      0);
  close(dead);
  ASSERT_TRUE(std::filesystem::exists(path_));
  EXPECT_TRUE(Listener::Unix(path_).ok());
}

TEST_F(UnixListener, RefusesThePathOfALiveServer) {
  const auto first = Listener::Unix(path_);
  ASSERT_TRUE(first.ok());
  const auto second = Listener::Unix(path_);
  EXPECT_EQ(second.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(absl::StrContains(second.status().message(), "another process"))
      << second.status();
  EXPECT_TRUE(std::filesystem::exists(path_));
}

TEST_F(UnixListener, RefusesToReplaceAnotherFile) {
  WriteFile(path_, "precious");
  const absl::Status status = Listener::Unix(path_).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(absl::StrContains(status.message(), "another file")) << status;
  EXPECT_EQ(std::filesystem::file_size(path_), 8U);
}

TEST_F(UnixListener, RefusesAPathThatIsTooLong) {
  EXPECT_EQ(Listener::Unix("/" + std::string(108, 'a')).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(TcpListener, TellsThePortThatItGot) {
  const auto listener = Listener::Tcp("127.0.0.1:0");
  ASSERT_TRUE(listener.ok()) << listener.status();
  EXPECT_TRUE(absl::StartsWith(listener->address(), "127.0.0.1:"));
  EXPECT_FALSE(absl::EndsWith(listener->address(), ":0"));
}

TEST(TcpListener, NeverSharesAPort) {
  const auto first = Listener::Tcp("127.0.0.1:0");
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(Listener::Tcp(first->address()).status().code(),
            absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace evidenced
