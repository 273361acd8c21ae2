#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "agent/client/command.h"
#include "agent/client/files.h"
#include "agent/client/render_log.h"
#include "agent/client/render_platform.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

using Json = nlohmann::ordered_json;

struct LogArguments {
  ConnectionArguments connection;
  std::string label;
  std::string out;
  std::string events;
};

absl::StatusOr<int> SaveLog(const LogArguments& arguments,
                            const std::string& log, const Output& output) {
  RETURN_IF_ERROR(WriteFileAtomically(arguments.out, AsBytes(log)));
  output.Print(
      [&]() -> Json {
        return {{"label", Plain(arguments.label)},
                {"bytes", log.size()},
                {"file", arguments.out}};
      },
      [&] {
        return absl::StrCat(Plain(arguments.label), ": ", log.size(),
                            " bytes saved to ", Plain(arguments.out), "\n");
      });
  return kExitYes;
}

absl::StatusOr<int> RunLog(LogArguments arguments, const Output& output) {
  ShiftPositional(arguments.connection, arguments.label);
  if (arguments.label.empty()) {
    return absl::InvalidArgumentError(
        "expected the label of a log, such as log.tcg2, found none");
  }
  ASSIGN_OR_RETURN(const EventLimit limit, ParseEventLimit(arguments.events));
  ASSIGN_OR_RETURN(const std::unique_ptr<AgentChannel> channel,
                   Connect(arguments.connection));
  ASSIGN_OR_RETURN(const std::string bytes, channel->ReadLog(arguments.label));
  if (!arguments.out.empty()) return SaveLog(arguments, bytes, output);

  ASSIGN_OR_RETURN(const EventLog log,
                   ParseLogByLabel(arguments.label, AsBytes(bytes)));
  const LogView view{arguments.label, &log, log.events, std::nullopt, nullptr};
  output.Print(
      [&]() -> Json {
        return {{"label", Plain(arguments.label)},
                {"quoted", false},
                {"bytes", bytes.size()},
                {"event_count", log.events.size()},
                {"events", EventsToJson(view, limit)}};
      },
      [&] {
        return absl::StrCat(
            RenderServer(channel->address(), channel->server()), "\n",
            output.palette.Bold(absl::StrCat("Log ", arguments.label)),
            " (the agent's word: no quote covers it here)\n  ",
            Count(log.events.size(), "event"), ", ", bytes.size(), " bytes\n",
            RenderEvents(view, limit));
      });
  return kExitYes;
}

}  // namespace

Command MakeLogCommand(CLI::App& parent, Output& output) {
  auto arguments = std::make_shared<LogArguments>();
  CLI::App* app = parent.add_subcommand(
      "log", "fetch an event log: save it, or show its events in words");
  AddConnectionOptions(*app, arguments->connection);
  app->add_option("LABEL", arguments->label, "log.tcg2, log.ccel or log.ima");
  app->add_option("-o,--out", arguments->out, "save the log as it is to FILE")
      ->type_name("FILE");
  app->add_option("--events", arguments->events,
                  "how many of the last events to show, or \"all\" (default: "
                  "all of a boot log, 20 of an IMA log)")
      ->type_name("N");
  AddJsonOption(*app, output);
  return {app, [arguments, &output] { return RunLog(*arguments, output); }};
}

}  // namespace evidenced
