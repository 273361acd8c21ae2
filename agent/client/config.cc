#include "agent/client/config.h"

#include <cstdint>
#include <sstream>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "toml++/toml.h"

#include "quote/base/bytes.h"

namespace evidenced {
namespace {

struct TextKey {
  absl::string_view name;
  std::optional<std::string> ConnectionOptions::*field;
};

constexpr TextKey kTextKeys[] = {
    {"address", &ConnectionOptions::address},
    {"ca", &ConnectionOptions::ca},
    {"cert", &ConnectionOptions::cert},
    {"key", &ConnectionOptions::key},
    {"server_name", &ConnectionOptions::server_name},
    {"audience", &ConnectionOptions::audience},
};

constexpr absl::string_view kKeyNames =
    "address, ca, cert, key, server_name, audience or timeout";

std::string TypeName(const toml::node& node) {
  std::ostringstream out;
  out << node.type();
  return out.str();
}

// The fault in one key, or "".
std::string ReadKey(absl::string_view name, const toml::node& node,
                    ConnectionOptions& options) {
  if (name == "timeout") {
    options.timeout_seconds = node.value<double>();
    if (options.timeout_seconds.has_value()) return "";
    return absl::StrCat("expected a number of seconds for timeout, found ",
                        TypeName(node));
  }
  for (const TextKey& key : kTextKeys) {
    if (key.name != name) continue;
    options.*key.field = node.value_exact<std::string>();
    if ((options.*key.field).has_value()) return "";
    return absl::StrCat("expected a string for ", name, ", found ",
                        TypeName(node));
  }
  return absl::StrCat("expected ", kKeyNames, ", found the key ",
                      Printable(name));
}

template <typename T>
std::optional<T> Either(const std::optional<T>& first,
                        const std::optional<T>& second) {
  return first.has_value() ? first : second;
}

// A host is a name or an address without colons, or an IPv6 address in
// brackets.
bool IsHost(absl::string_view host) {
  const bool bracketed =
      host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  const absl::string_view foreign = bracketed ? "/[]" : "/[]:";
  return !host.empty() &&
         host.find_first_of(foreign) == absl::string_view::npos;
}

bool IsHostPort(absl::string_view address) {
  const size_t colon = address.rfind(':');
  uint32_t port = 0;
  return colon != absl::string_view::npos && IsHost(address.substr(0, colon)) &&
         absl::SimpleAtoi(address.substr(colon + 1), &port) && port > 0 &&
         port <= 65535;
}

}  // namespace

absl::StatusOr<ConnectionOptions> ParseClientConfig(absl::string_view text) {
  // toml++ reports a syntax fault by an exception, in its default form.
  toml::table table;
  try {
    table = toml::parse(std::string(text));
  } catch (const toml::parse_error& error) {
    const auto what = error.description();
    return absl::InvalidArgumentError(absl::StrFormat(
        "line %d: expected TOML, found: %s", error.source().begin.line,
        Printable(absl::string_view(what.data(), what.size()))));
  }
  ConnectionOptions options;
  std::vector<std::string> faults;
  for (const auto& [key, node] : table) {
    const std::string fault =
        ReadKey(absl::string_view(key.data(), key.length()), node, options);
    if (!fault.empty()) {
      faults.push_back(
          absl::StrFormat("line %d: %s", key.source().begin.line, fault));
    }
  }
  if (!faults.empty()) {
    return absl::InvalidArgumentError(absl::StrJoin(faults, "\n"));
  }
  return options;
}

ConnectionOptions Merge(const ConnectionOptions& command_line,
                        const ConnectionOptions& file) {
  ConnectionOptions merged;
  for (const TextKey& key : kTextKeys) {
    merged.*key.field = Either(command_line.*key.field, file.*key.field);
  }
  merged.timeout_seconds =
      Either(command_line.timeout_seconds, file.timeout_seconds);
  return merged;
}

bool IsUnixAddress(absl::string_view address) {
  return absl::StartsWith(address, "unix:");
}

bool HasAddressForm(absl::string_view source) {
  return IsUnixAddress(source) ||
         (absl::StrContains(source, ':') && !absl::StrContains(source, '/'));
}

absl::Status CheckConnection(const ConnectionOptions& options) {
  if (!options.address.has_value()) {
    return absl::InvalidArgumentError(
        "expected an address HOST:PORT or unix:/PATH, found none");
  }
  const double timeout = options.timeout_seconds.value_or(1);
  if (!(timeout > 0 && timeout <= 86400)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected a timeout over 0 and up to 86400 seconds, found %g",
        timeout));
  }
  const bool any_tls = options.ca.has_value() || options.cert.has_value() ||
                       options.key.has_value() ||
                       options.server_name.has_value();
  if (IsUnixAddress(*options.address)) {
    if (!any_tls) return absl::OkStatus();
    return absl::InvalidArgumentError(
        "expected no --ca, --cert, --key or --server-name with a unix socket, "
        "which is not encrypted, found one");
  }
  if (!IsHostPort(*options.address)) {
    return absl::InvalidArgumentError(
        absl::StrCat("expected an address HOST:PORT or unix:/PATH, found ",
                     Printable(*options.address)));
  }
  if (!options.ca.has_value() || !options.cert.has_value() ||
      !options.key.has_value()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "expected --ca, --cert and --key (or --config) for an agent over TCP, "
        "found no ",
        !options.ca.has_value()     ? "--ca"
        : !options.cert.has_value() ? "--cert"
                                    : "--key"));
  }
  return absl::OkStatus();
}

}  // namespace evidenced
