#ifndef TESTS_AGENT_CLIENT_CLI_FIXTURE_H_
#define TESTS_AGENT_CLIENT_CLI_FIXTURE_H_

#include <memory>
#include <string>

#include "agent/client/files.h"
#include "tests/agent/client/cli_run.h"
#include "tests/agent/client/evidence_builder.h"
#include "tests/agent/client/fake_agent.h"
#include "tests/agent/client/ima_builder.h"

namespace evidenced {

// A name that would clear the terminal.
inline constexpr char kHostile[] = "/bin/\x1b[2Jx";

inline Bytes HostileLog() { return ImaEntry(kHostile); }

class Cli : public CliFolder {
 protected:
  std::string Write(const std::string& name, const std::string& text) const {
    EXPECT_TRUE(WriteFileAtomically(Path(name), AsBytes(text)).ok());
    return Path(name);
  }

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
