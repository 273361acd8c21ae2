#ifndef AGENT_SERVE_CONFIG_H_
#define AGENT_SERVE_CONFIG_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "evidence/v1/config.pb.h"

namespace evidenced {

// The agent's configuration: TOML with the keys of AgentConfig; unset keys get
// their defaults. INVALID_ARGUMENT: every fault at once, a line each, with
// `file`, line, key, expected and found.
absl::StatusOr<::evidence::v1::AgentConfig> ParseConfig(absl::string_view toml,
                                                        absl::string_view file);

// As above, of the file at `path`. NOT_FOUND: it cannot be read.
absl::StatusOr<::evidence::v1::AgentConfig> LoadConfig(const std::string& path);

}  // namespace evidenced

#endif  // AGENT_SERVE_CONFIG_H_
