#ifndef AGENT_CLIENT_APPRAISAL_H_
#define AGENT_CLIENT_APPRAISAL_H_

#include <optional>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "evidence/v1/policy.pb.h"
#include "evidence/v1/saved.pb.h"

#include "agent/client/command.h"
#include "agent/client/command_get.h"
#include "agent/client/verdict.h"
#include "quote/crypto/certificate.h"

namespace evidenced {

// Where evidence comes from: an agent, or a saved file.
struct SourceArguments {
  ConnectionArguments connection;  // its address may be a file
  QuestionArguments question;
  std::string state;  // file
};
void AddSourceOptions(CLI::App& app, SourceArguments& arguments);

struct EvidenceSource {
  v1::SavedEvidence saved;
  StateOrigin origin = StateOrigin::kLive;
  std::optional<Certificate> server;
  std::string audience_source;
  std::vector<PcrBankSelection> pcrs;  // that were asked for
};

// Asks the agent or reads the file. An existing file wins over an address of
// the same name.
absl::StatusOr<EvidenceSource> LoadSource(const SourceArguments& arguments);

struct AppraisalArguments {
  std::string policy;  // file
  bool no_policy = false;
  std::vector<std::string> ak_cas;  // files
  std::string at;
};

// The verifier's own material; no policy: the evidence need only be genuine.
struct AppraisalMaterial {
  std::optional<std::string> policy_file;
  std::optional<v1::AppraisalPolicy> policy;
  std::vector<Certificate> ak_cas;
  std::optional<absl::Time> at;
};

// INVALID_ARGUMENT: neither or both of --policy and --no-policy, or a file or
// time that does not parse.
absl::StatusOr<AppraisalMaterial> LoadAppraisal(
    const AppraisalArguments& arguments);

// Verifies and appraises, as of `now` unless the material has a time of its
// own. INVALID_ARGUMENT: the state holds what no verifier wrote.
absl::StatusOr<Verdict> Judge(const EvidenceSource& source,
                              const AppraisalMaterial& material,
                              absl::Time now);

}  // namespace evidenced

#endif  // AGENT_CLIENT_APPRAISAL_H_
