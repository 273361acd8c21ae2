#ifndef TESTS_AGENT_CLIENT_CLI_FIXTURE_H_
#define TESTS_AGENT_CLIENT_CLI_FIXTURE_H_

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "agent/client/cli.h"
#include "agent/client/files.h"
#include "tests/agent/client/evidence_builder.h"
#include "tests/agent/client/fake_agent.h"
#include "tests/agent/client/ima_builder.h"

namespace evidenced {

struct Result {
  int code = -1;
  std::string out;
  std::string err;
};

inline Result Ctl(const std::vector<std::string>& arguments) {
  std::vector<const char*> argv = {"evidencectl"};
  argv.reserve(arguments.size() + 1);
  for (const std::string& argument : arguments) {
    argv.push_back(argument.c_str());
  }
  std::ostringstream out;
  std::ostringstream err;
  Result result;
  result.code = RunCli(static_cast<int>(argv.size()), argv.data(), out, err,
                       Palette::None());
  result.out = out.str();
  result.err = err.str();
  return result;
}

// A name that would clear the terminal.
inline constexpr char kHostile[] = "/bin/\x1b[2Jx";

inline Bytes HostileLog() { return ImaEntry(kHostile); }

class Cli : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = ::testing::TempDir() + "client_cli_XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) const {
    return folder_ + "/" + name;
  }
  std::string Write(const std::string& name, const std::string& text) const {
    EXPECT_TRUE(WriteFileAtomically(Path(name), AsBytes(text)).ok());
    return Path(name);
  }

  std::string folder_;
  EvidenceBuilder builder_{HostileLog()};
};

class CliWithAgent : public Cli {
 protected:
  void SetUp() override {
    Cli::SetUp();
    agent_ = std::make_unique<FakeAgent>(folder_);
    agent_->logs["log.ima"] = ToString(HostileLog());
    agent_->answering = [this](const v1::GetEvidenceRequest& request) {
      return builder_.Answer(request.audience(), request.nonce(),
                             request.user_data());
    };
  }
  void TearDown() override {
    agent_.reset();
    Cli::TearDown();
  }

  std::unique_ptr<FakeAgent> agent_;
};

}  // namespace evidenced

#endif  // TESTS_AGENT_CLIENT_CLI_FIXTURE_H_
