#ifndef TESTS_AGENT_CLIENT_CLI_RUN_H_
#define TESTS_AGENT_CLIENT_CLI_RUN_H_

#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "agent/client/cli.h"
#include "agent/client/text.h"

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

// A folder for the files of one test.
class CliFolder : public ::testing::Test {
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

  std::string folder_;
};

}  // namespace evidenced

#endif  // TESTS_AGENT_CLIENT_CLI_RUN_H_
