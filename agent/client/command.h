#ifndef AGENT_CLIENT_COMMAND_H_
#define AGENT_CLIENT_COMMAND_H_

#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "nlohmann/json.hpp"

#include "agent/client/channel.h"
#include "agent/client/config.h"
#include "agent/client/text.h"

namespace evidenced {

// Exit codes of evidencectl.
inline constexpr int kExitYes = 0;       // accepted, or done
inline constexpr int kExitNo = 1;        // rejected, or not serving
inline constexpr int kExitNoAnswer = 2;  // no verdict: connection, file, usage

// Where a command's answer goes, and in what form.
struct Output {
  std::ostream& out;
  std::ostream& err;
  Palette palette;
  bool json = false;

  // What `object` or `text` makes; the other is not asked.
  void Print(const std::function<nlohmann::ordered_json()>& object,
             const std::function<std::string()>& text) const;
};

// One subcommand: its options are parsed into what `run` holds. An error of
// `run` means kExitNoAnswer.
struct Command {
  CLI::App* app = nullptr;
  std::function<absl::StatusOr<int>()> run;
};

Command MakeGetCommand(CLI::App& parent, Output& output);
Command MakeVerifyCommand(CLI::App& parent, Output& output);
Command MakePlatformCommand(CLI::App& parent, Output& output);
Command MakeMeasurementsCommand(CLI::App& parent, Output& output);
Command MakeLogCommand(CLI::App& parent, Output& output);
Command MakeHealthCommand(CLI::App& parent, Output& output);
Command MakePolicyCommand(CLI::App& parent, Output& output);
Command MakeReplayCommand(CLI::App& parent, Output& output);
Command MakeRawReportCommand(CLI::App& parent, Output& output);

// The options that every command with a connection has.
struct ConnectionArguments {
  ConnectionOptions options;
  std::string config;  // file
};
void AddConnectionOptions(CLI::App& app, ConnectionArguments& arguments);
// As that, where the first argument may be a saved file, too.
void AddConnectionOrFileOptions(CLI::App& app, ConnectionArguments& arguments);
// With the address in the configuration file, the one word on the command line
// is the second positional argument: what has no colon is no address.
void ShiftPositional(ConnectionArguments& connection, std::string& second);
void AddJsonOption(CLI::App& app, Output& output);

// Command line and configuration file together. As ReadFile(),
// ParseClientConfig() and CheckConnection().
absl::StatusOr<ConnectionOptions> ResolveConnection(
    const ConnectionArguments& arguments);
absl::StatusOr<std::unique_ptr<AgentChannel>> Connect(
    const ConnectionArguments& arguments);

}  // namespace evidenced

#endif  // AGENT_CLIENT_COMMAND_H_
