#include "agent/client/command.h"

#include <optional>
#include <utility>

#include "absl/strings/match.h"

#include "agent/client/files.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMaxConfigSize = 1u << 20;
constexpr char kConnectionGroup[] = "Connection";

void AddTlsOptions(CLI::App& app, ConnectionArguments& arguments) {
  ConnectionOptions& options = arguments.options;
  const auto add = [&app](const char* name, auto& value, const char* type,
                          const char* help) {
    app.add_option(name, value, help)->type_name(type)->group(kConnectionGroup);
  };
  add("--ca", options.ca, "FILE", "CA certificates of the agent, PEM");
  add("--cert", options.cert, "FILE", "own certificate, PEM, leaf first");
  add("--key", options.key, "FILE", "own private key, PEM, mode 0600");
  add("--server-name", options.server_name, "NAME",
      "the name that the agent's certificate must have (default: the host in "
      "ADDRESS)");
  add("--audience", options.audience, "TEXT",
      "whom the evidence is for (default: the only URI or DNS name in --cert)");
  add("--timeout", options.timeout_seconds, "SECONDS",
      "for the connection and all calls together (default: 60)");
  add("--config", arguments.config, "FILE",
      "TOML with the keys address, ca, cert, key, server_name, audience and "
      "timeout; the command line wins");
}

}  // namespace

void Output::Print(const std::function<Json()>& object,
                   const std::function<std::string()>& text) const {
  if (json) {
    // Only a path or an address of the caller could hold other text than ASCII.
    out << object().dump(2, ' ', true, Json::error_handler_t::replace) << "\n";
  } else {
    out << text();
  }
}

void AddConnectionOptions(CLI::App& app, ConnectionArguments& arguments) {
  app.add_option("ADDRESS", arguments.options.address,
                 "the agent: HOST:PORT or unix:/PATH");
  AddTlsOptions(app, arguments);
}

void AddConnectionOrFileOptions(CLI::App& app, ConnectionArguments& arguments) {
  app.add_option(
      "SOURCE", arguments.options.address,
      "the agent, HOST:PORT or unix:/PATH; or a saved file (./NAME if "
      "its name has a colon)");
  AddTlsOptions(app, arguments);
}

void ShiftPositional(ConnectionArguments& connection, std::string& second) {
  std::optional<std::string>& address = connection.options.address;
  if (second.empty() && address.has_value() && !connection.config.empty() &&
      !absl::StrContains(*address, ':')) {
    second = *std::exchange(address, std::nullopt);
  }
}

void AddJsonOption(CLI::App& app, Output& output) {
  app.add_flag("--json", output.json, "print JSON instead of text");
}

absl::StatusOr<ConnectionOptions> ResolveConnection(
    const ConnectionArguments& arguments) {
  ConnectionOptions options = arguments.options;
  if (!arguments.config.empty()) {
    ASSIGN_OR_RETURN(const std::string text,
                     ReadFile(arguments.config, kMaxConfigSize));
    const absl::StatusOr<ConnectionOptions> file = ParseClientConfig(text);
    RETURN_IF_ERROR(Within(arguments.config, file.status()));
    options = Merge(options, *file);
  }
  RETURN_IF_ERROR(CheckConnection(options));
  return options;
}

absl::StatusOr<std::unique_ptr<AgentChannel>> Connect(
    const ConnectionArguments& arguments) {
  ASSIGN_OR_RETURN(const ConnectionOptions options,
                   ResolveConnection(arguments));
  return AgentChannel::Open(options);
}

}  // namespace evidenced
