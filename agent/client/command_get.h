#ifndef AGENT_CLIENT_COMMAND_GET_H_
#define AGENT_CLIENT_COMMAND_GET_H_

#include <optional>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"

#include "agent/client/channel.h"
#include "agent/client/command.h"
#include "agent/client/fetch.h"

namespace evidenced {

// What to ask for, as options of every command that fetches evidence.
struct QuestionArguments {
  std::optional<std::string> user_data;  // file
  std::optional<std::string> pcrs;
  std::vector<std::string> labels;
  bool without_cpu_report = false;
};
void AddQuestionOptions(CLI::App& app, QuestionArguments& arguments);

// The question without its audience. As ReadFile() and ParsePcrSelection().
absl::StatusOr<EvidenceQuestion> ReadQuestion(
    const QuestionArguments& arguments);

struct FetchResult {
  FetchedEvidence fetched;
  Audience audience;
};

// Connects, asks, and leaves the connection.
absl::StatusOr<FetchResult> FetchFrom(const ConnectionArguments& connection,
                                      const QuestionArguments& question);

// Writes the files of --extract; gives the lines that say so.
absl::StatusOr<std::string> ExtractTo(const v1::Evidence& evidence,
                                      const std::string& directory);

}  // namespace evidenced

#endif  // AGENT_CLIENT_COMMAND_GET_H_
