#ifndef AGENT_CLIENT_CONFIG_H_
#define AGENT_CLIENT_CONFIG_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace evidenced {

// How to reach an agent, from the command line or a client configuration file.
// Unset fields were not given.
struct ConnectionOptions {
  std::optional<std::string> address;  // "HOST:PORT" or "unix:/PATH"
  std::optional<std::string> ca;       // file, PEM
  std::optional<std::string> cert;     // file, PEM, leaf first
  std::optional<std::string> key;      // file, PEM
  std::optional<std::string> server_name;
  std::optional<std::string> audience;
  std::optional<double> timeout_seconds;
};

// A client configuration file: TOML with the keys address, ca, cert, key,
// server_name, audience (strings) and timeout (seconds). INVALID_ARGUMENT:
// not TOML, an unknown key, or a value of another type; all faults at once,
// each with its line.
absl::StatusOr<ConnectionOptions> ParseClientConfig(absl::string_view text);

// What is set in `command_line`, and for the rest what is in `file`.
ConnectionOptions Merge(const ConnectionOptions& command_line,
                        const ConnectionOptions& file);

bool IsUnixAddress(absl::string_view address);

// Whether `source` has the form of an address: "unix:...", or a colon and no
// slash. What has it is never read as a file, so that no file can take an
// agent's place; a file of such a name is given as "./NAME".
bool HasAddressForm(absl::string_view source);

// INVALID_ARGUMENT: `options` cannot make a connection: no address or not of
// either form, TLS files missing, or TLS files with a unix socket, which is
// not encrypted.
absl::Status CheckConnection(const ConnectionOptions& options);

}  // namespace evidenced

#endif  // AGENT_CLIENT_CONFIG_H_
