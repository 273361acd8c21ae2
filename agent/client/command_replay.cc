#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "agent/client/command.h"
#include "agent/client/files.h"
#include "agent/client/json_replay.h"
#include "agent/client/pcrs_file.h"
#include "agent/client/render_log.h"
#include "agent/client/render_raw.h"
#include "agent/client/render_replay.h"
#include "evidence/raw/log_replay.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

constexpr size_t kMaxRegistersSize = 1U << 20;
constexpr size_t kMaxTableSize = 1U << 16;

struct ReplayArguments {
  std::string log;
  std::string format;
  std::string table;
  std::string registers;
  std::string events;
};

// The files as they are read; the input has views into them.
struct ReplayFiles {
  std::string log;
  std::string table;
  std::vector<std::string> unknown_registers;
};

absl::Status ReadRegisters(const std::string& file, ReplayFiles& files,
                           LogReplayInput& input) {
  ASSIGN_OR_RETURN(const std::string json, ReadFile(file, kMaxRegistersSize));
  input.registers = ParsePcrsFile(json, files.unknown_registers);
  return absl::OkStatus();
}

absl::StatusOr<LogReplayInput> ReadInput(const ReplayArguments& arguments,
                                         ReplayFiles& files) {
  LogReplayInput input;
  ASSIGN_OR_RETURN(input.form, ParseLogForm(arguments.format));
  ASSIGN_OR_RETURN(files.log, ReadFile(arguments.log));
  input.bytes = AsBytes(files.log);
  if (!arguments.table.empty()) {
    if (input.form.value_or(LogFileForm::kCcel) != LogFileForm::kCcel) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--table: expected a log of the format ccel, found --format ",
          arguments.format));
    }
    ASSIGN_OR_RETURN(files.table, ReadFile(arguments.table, kMaxTableSize));
    input.table = AsBytes(files.table);
  }
  if (!arguments.registers.empty()) {
    RETURN_IF_ERROR(ReadRegisters(arguments.registers, files, input));
  }
  return input;
}

absl::StatusOr<int> RunReplay(const ReplayArguments& arguments,
                              const Output& output) {
  ASSIGN_OR_RETURN(const EventLimit limit, ParseEventLimit(arguments.events));
  ReplayFiles files;
  ASSIGN_OR_RETURN(const LogReplayInput input, ReadInput(arguments, files));
  LogReplay replay = ReplayLogFile(input);
  replay.others.insert(replay.others.end(), files.unknown_registers.begin(),
                       files.unknown_registers.end());
  output.Print([&] { return ReplayToJson(replay, input.bytes, limit); },
               [&] {
                 return RenderReplay(arguments.log, replay, input.bytes, limit,
                                     output.palette);
               });
  return ExitCode(replay.verdict);
}

}  // namespace

Command MakeReplayCommand(CLI::App& parent, Output& output) {
  auto arguments = std::make_shared<ReplayArguments>();
  CLI::App* app = parent.add_subcommand(
      "replay",
      "say what the log in a file means, and whether it gives the registers");
  app->add_option("--log", arguments->log, "a TCG log, CC log or IMA list")
      ->type_name("FILE")
      ->required();
  app->add_option("--format", arguments->format,
                  "tcg1, tcg2, ccel, ima or ima-ascii (default: as its first "
                  "bytes say; a CC log must be named)")
      ->type_name("NAME");
  app->add_option("--table", arguments->table,
                  "the ACPI table (CCEL) of a CC log: where the log's area "
                  "ends")
      ->type_name("FILE");
  app->add_option("--registers", arguments->registers,
                  "what the registers hold, JSON: bank, index, digits; or a "
                  "list of the 24 of the SHA-256 bank")
      ->type_name("FILE");
  app->add_option("--events", arguments->events,
                  "how many of the last events to show, or \"all\" (default: "
                  "all of a boot log, 20 of an IMA list)")
      ->type_name("N");
  AddJsonOption(*app, output);
  return {app, [arguments, &output] { return RunReplay(*arguments, output); }};
}

}  // namespace evidenced
