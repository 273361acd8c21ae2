#ifndef AGENT_CLIENT_SOURCE_H_
#define AGENT_CLIENT_SOURCE_H_

#include <optional>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"

#include "evidence/v1/saved.pb.h"

#include "agent/client/command.h"
#include "agent/client/command_get.h"
#include "evidence/verify/appraise.h"
#include "evidence/verify/check.h"
#include "quote/crypto/certificate.h"

namespace evidenced {

// Where evidence comes from: an agent, or a saved file.
struct SourceArguments {
  ConnectionArguments connection;  // its address may be a file
  QuestionArguments question;
  std::optional<std::string> state;  // file
};
void AddSourceOptions(CLI::App& app, SourceArguments& arguments);

struct EvidenceSource {
  v1::SavedEvidence saved;
  StateOrigin origin = StateOrigin::kLive;
  std::optional<Certificate> server;
  std::string audience_source;
  // Of a file: whether its state is what the caller says, see CheckState().
  Checks state_checks;
};

// Asks the agent if the address has the form of one (HasAddressForm) or is in
// the configuration; else reads the file. INVALID_ARGUMENT also: --state with
// an agent, or an option of the connection with a file.
absl::StatusOr<EvidenceSource> LoadSource(const SourceArguments& arguments);

}  // namespace evidenced

#endif  // AGENT_CLIENT_SOURCE_H_
