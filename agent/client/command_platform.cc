#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "agent/client/command.h"
#include "agent/client/json_evidence.h"
#include "agent/client/pcr_selection.h"
#include "agent/client/render_platform.h"
#include "quote/base/status_macros.h"

// The commands that show what an agent says without a signature.
namespace evidenced {
namespace {

using Json = nlohmann::ordered_json;

struct Arguments {
  ConnectionArguments connection;
  std::string pcrs;
};

Json WithServer(const AgentChannel& channel, Json json) {
  json["agent"] = channel.address();
  if (channel.server().has_value()) {
    json["server"] = CertificateToJson(*channel.server());
  }
  return json;
}

absl::StatusOr<int> RunPlatform(const Arguments& arguments,
                                const Output& output) {
  ASSIGN_OR_RETURN(const std::unique_ptr<AgentChannel> channel,
                   Connect(arguments.connection));
  ASSIGN_OR_RETURN(const v1::Platform platform, channel->GetPlatform());
  output.Print([&] { return WithServer(*channel, PlatformToJson(platform)); },
               [&] {
                 return absl::StrCat(
                     RenderServer(channel->address(), channel->server()), "\n",
                     RenderPlatform(platform, output.palette));
               });
  return kExitYes;
}

absl::StatusOr<int> RunMeasurements(const Arguments& arguments,
                                    const Output& output) {
  v1::GetMeasurementsRequest request;
  if (!arguments.pcrs.empty()) {
    ASSIGN_OR_RETURN(const std::vector<v1::PcrSelection> pcrs,
                     ParsePcrSelection(arguments.pcrs));
    request.mutable_pcrs()->Add(pcrs.begin(), pcrs.end());
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<AgentChannel> channel,
                   Connect(arguments.connection));
  ASSIGN_OR_RETURN(const v1::Measurements measurements,
                   channel->GetMeasurements(request));
  output.Print(
      [&] { return WithServer(*channel, MeasurementsToJson(measurements)); },
      [&] {
        return absl::StrCat(RenderServer(channel->address(), channel->server()),
                            "\n",
                            RenderMeasurements(measurements, output.palette));
      });
  return kExitYes;
}

struct HealthArguments {
  ConnectionArguments connection;
  std::string service;
};

absl::StatusOr<int> RunHealth(HealthArguments arguments, const Output& output) {
  ShiftPositional(arguments.connection, arguments.service);
  ASSIGN_OR_RETURN(const std::unique_ptr<AgentChannel> channel,
                   Connect(arguments.connection));
  const absl::StatusOr<AgentChannel::Health> health =
      channel->CheckHealth(arguments.service);
  // The protocol's answer for a service that it does not know.
  const bool unknown = absl::IsNotFound(health.status());
  if (!unknown) RETURN_IF_ERROR(health.status());
  const bool serving = !unknown && *health == AgentChannel::Health::kServing;
  const std::string state = unknown   ? "UNKNOWN_SERVICE"
                            : serving ? "SERVING"
                                      : "NOT_SERVING";
  const std::string name =
      arguments.service.empty() ? "the agent" : Plain(arguments.service);
  output.Print(
      [&]() -> Json {
        return {{"agent", channel->address()},
                {"service", Plain(arguments.service)},
                {"status", state}};
      },
      [&] {
        return absl::StrCat(
            name, ": ",
            serving ? output.palette.Good(state) : output.palette.Bad(state),
            "\n");
      });
  return serving ? kExitYes : kExitNo;
}

}  // namespace

Command MakePlatformCommand(CLI::App& parent, Output& output) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* app = parent.add_subcommand(
      "platform", "show what the guest can attest with; touches no device");
  AddConnectionOptions(*app, arguments->connection);
  AddJsonOption(*app, output);
  return {app,
          [arguments, &output] { return RunPlatform(*arguments, output); }};
}

Command MakeMeasurementsCommand(CLI::App& parent, Output& output) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* app = parent.add_subcommand(
      "measurements", "show the registers as they are now, unsigned");
  AddConnectionOptions(*app, arguments->connection);
  app->add_option("--pcrs", arguments->pcrs,
                  "as sha256:0,1,2+sha384:7 (default: all of every bank)")
      ->type_name("SELECTION");
  AddJsonOption(*app, output);
  return {app,
          [arguments, &output] { return RunMeasurements(*arguments, output); }};
}

Command MakeHealthCommand(CLI::App& parent, Output& output) {
  auto arguments = std::make_shared<HealthArguments>();
  CLI::App* app = parent.add_subcommand(
      "health",
      "ask whether the agent serves; exit 0 serving, 1 not, 2 no answer");
  AddConnectionOptions(*app, arguments->connection);
  app->add_option(
      "SERVICE", arguments->service,
      "a service's full name, source/snp, source/tdx, source/arm-cca or "
      "source/tpm (default: the agent)");
  AddJsonOption(*app, output);
  return {app, [arguments, &output] { return RunHealth(*arguments, output); }};
}

}  // namespace evidenced
