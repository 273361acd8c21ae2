#ifndef TESTS_AGENT_CLIENT_CLI_EVIDENCE_FIXTURE_H_
#define TESTS_AGENT_CLIENT_CLI_EVIDENCE_FIXTURE_H_

#include <fstream>
#include <string>

#include "evidence/v1/saved.pb.h"

#include "evidence/verify/verify.h"
#include "quote/base/bytes.h"
#include "tests/agent/client/cli_run.h"

namespace evidenced {

// The instant at which the test's certificates are valid.
inline constexpr char kAt[] = "2026-01-01T00:00:00Z";

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

class CliEvidence : public CliFolder {
 protected:
  void Write(const std::string& name, const std::string& bytes) const {
    std::ofstream(Path(name), std::ios::binary) << bytes;
  }
};

}  // namespace evidenced

#endif  // TESTS_AGENT_CLIENT_CLI_EVIDENCE_FIXTURE_H_
