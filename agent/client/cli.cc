#include "agent/client/cli.h"

#include <algorithm>
#include <new>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "agent/client/command.h"
#include "agent/client/command_collateral.h"
#include "agent/client/command_inspect.h"

namespace evidenced {
namespace {

constexpr char kFooter[] =
    "Exit status: 0 accepted, or done; 1 rejected, or not serving; 2 no answer "
    "(connection, file, usage).";

int ReportError(const absl::Status& status, const Output& output) {
  if (output.json) {
    output.Print(
        [&]() -> nlohmann::ordered_json {
          return {{"overall", "incomplete"},
                  {"error", Plain(status.message())},
                  {"code", absl::StatusCodeToString(status.code())}};
        },
        [] { return std::string(); });
  }
  // A message may have several lines, one for each fault.
  for (const absl::string_view line : absl::StrSplit(status.message(), '\n')) {
    output.err << "evidencectl: " << Plain(line) << "\n";
  }
  return kExitNoAnswer;
}

// In a script that is a variable without a value, and not an option that was
// not given.
absl::Status CheckNoneEmpty(const CLI::App& app) {
  for (const CLI::Option* option : app.get_options()) {
    const auto& values = option->results();
    if (std::find(values.begin(), values.end(), "") == values.end()) continue;
    return absl::InvalidArgumentError(absl::StrCat(
        "expected a value for ", option->get_name(), ", found an empty one"));
  }
  const auto any = [](const CLI::App*) { return true; };
  for (const CLI::App* below : app.get_subcommands(any)) {
    absl::Status status = CheckNoneEmpty(*below);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

int RunOne(const Command& command, const Output& output) {
  // What an agent or a file makes of memory is bounded; the machine may still
  // have less.
  try {
    const absl::StatusOr<int> code = command.run();
    return code.ok() ? *code : ReportError(code.status(), output);
  } catch (const std::bad_alloc&) {
    return ReportError(
        absl::ResourceExhaustedError("expected more memory, found none"),
        output);
  }
}

// An answer that did not reach its reader is none: a script would take half a
// policy for a whole one.
int CheckWritten(int code, const Output& output) {
  output.out.flush();
  if (output.out.good()) return code;
  output.err << "evidencectl: cannot write to standard output\n";
  return kExitNoAnswer;
}

}  // namespace

int RunCli(int argc, const char* const* argv, std::ostream& out,
           std::ostream& err, const Palette& palette) {
  Output output{out, err, palette};
  CLI::App app("Fetches and verifies what evidenced attests.", "evidencectl");
  app.set_version_flag("--version",
                       absl::StrCat("evidencectl ", EVIDENCED_VERSION));
  // None is refused below, where an unknown word is named.
  app.require_subcommand(0, 1);
  app.footer(kFooter);
  const std::vector<Command> commands = {
      MakeVerifyCommand(app, output),    MakeGetCommand(app, output),
      MakePlatformCommand(app, output),  MakeMeasurementsCommand(app, output),
      MakeLogCommand(app, output),       MakeHealthCommand(app, output),
      MakePolicyCommand(app, output),    MakeReplayCommand(app, output),
      MakeInspectCommand(app, output),   MakeRawReportCommand(app, output),
      MakeCollateralCommand(app, output)};
  for (int i = 1; i < argc; ++i) {
    const absl::string_view word = argv[i];
    if (!absl::StartsWith(word, "--") || !absl::EndsWith(word, "=")) continue;
    // It would take the next word for its value.
    return ReportError(absl::InvalidArgumentError(absl::StrCat(
                           "expected a value behind ", word, ", found none")),
                       output);
  }
  // CLI11 reports usage, and --help, by an exception.
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error, out, err) == 0 ? kExitYes : kExitNoAnswer;
    return CheckWritten(code, output);
  }
  if (const absl::Status status = CheckNoneEmpty(app); !status.ok()) {
    return ReportError(status, output);
  }
  for (const Command& command : commands) {
    if (!command.app->parsed()) continue;
    return CheckWritten(RunOne(command, output), output);
  }
  return ReportError(
      absl::InvalidArgumentError("expected a command, found none; see --help"),
      output);
}

}  // namespace evidenced
