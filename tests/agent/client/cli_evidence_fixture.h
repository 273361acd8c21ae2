#ifndef TESTS_AGENT_CLIENT_CLI_EVIDENCE_FIXTURE_H_
#define TESTS_AGENT_CLIENT_CLI_EVIDENCE_FIXTURE_H_

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "evidence/v1/saved.pb.h"

#include "agent/client/cli.h"
#include "agent/client/text.h"
#include "evidence/verify/verify.h"
#include "quote/base/bytes.h"

namespace evidenced {

// The instant at which the test's certificates are valid.
inline constexpr char kAt[] = "2026-01-01T00:00:00Z";

struct Result {
  int code = -1;
  std::string out;
  std::string err;
};

// As a file of `get` has it.
inline ::evidence::v1::SavedEvidence Save(const VerifyInput& input) {
  ::evidence::v1::SavedEvidence saved;
  *saved.mutable_evidence() = input.evidence;
  ::evidence::v1::VerifierState& state = *saved.mutable_state();
  state.set_role(input.state.role);
  state.set_audience(input.state.audience);
  state.set_nonce(ToString(input.state.nonce));
  state.set_spki_sha256(ToString(input.state.spki));
  state.set_certificate_sha256(ToString(input.state.certificate));
  state.set_peer_spki_sha256(ToString(input.state.peer));
  for (const std::string& label : input.state.requested) {
    state.add_requested(label);
  }
  return saved;
}

// A folder for the files of one test.
class CliEvidence : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = ::testing::TempDir() + "cli_evidence_XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) const {
    return folder_ + "/" + name;
  }
  void Write(const std::string& name, const std::string& bytes) const {
    std::ofstream(Path(name), std::ios::binary) << bytes;
  }
  static Result Ctl(const std::vector<std::string>& arguments) {
    std::vector<const char*> argv = {"evidencectl"};
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

  std::string folder_;
};

}  // namespace evidenced

#endif  // TESTS_AGENT_CLIENT_CLI_EVIDENCE_FIXTURE_H_
