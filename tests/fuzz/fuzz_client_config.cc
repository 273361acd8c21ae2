// The client's configuration: each fault is a line with its number, printable,
// and the same when read twice. What is accepted says the same when it is
// written as TOML and read again, and the command line always wins over it.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <sstream>
#include <string>

#include "toml++/toml.h"

#include "agent/client/config.h"
#include "quote/base/bytes.h"
#include "tests/fuzz/properties.h"

namespace {

using evidenced::ConnectionOptions;
using evidenced::ParseClientConfig;
using evidenced::Require;

bool SameNumber(std::optional<double> a, std::optional<double> b) {
  if (!a.has_value() || !b.has_value()) return a.has_value() == b.has_value();
  return *a == *b || (std::isnan(*a) && std::isnan(*b));
}

bool Same(const ConnectionOptions& a, const ConnectionOptions& b) {
  return a.address == b.address && a.ca == b.ca && a.cert == b.cert &&
         a.key == b.key && a.server_name == b.server_name &&
         a.audience == b.audience &&
         SameNumber(a.timeout_seconds, b.timeout_seconds);
}

std::string ToToml(const ConnectionOptions& options) {
  toml::table table;
  const auto put = [&table](const char* key, const auto& value) {
    if (value.has_value()) table.insert(key, *value);
  };
  put("address", options.address);
  put("ca", options.ca);
  put("cert", options.cert);
  put("key", options.key);
  put("server_name", options.server_name);
  put("audience", options.audience);
  put("timeout", options.timeout_seconds);
  std::ostringstream out;
  out << table;
  return std::move(out).str();
}

// What is to be connected to is an address and a sane timeout.
void CheckUsable(const ConnectionOptions& options) {
  const absl::Status status = CheckConnection(options);
  Require(status == CheckConnection(options));
  if (!status.ok()) {
    Require(evidenced::IsPrintable(status.message()));
    return;
  }
  Require(options.address.has_value());
  const double timeout = options.timeout_seconds.value_or(1);
  Require(timeout > 0 && timeout <= 86400);
  Require(evidenced::IsUnixAddress(*options.address) !=
          (options.ca.has_value() && options.key.has_value()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string toml = evidenced::ToString(evidenced::ByteView(data, size));
  const auto options = ParseClientConfig(toml);
  const auto twice = ParseClientConfig(toml);
  Require(options.status() == twice.status());
  if (!options.ok()) {
    evidenced::RequireNumberedLines(options.status().message(), "line ");
    return 0;
  }
  Require(Same(*options, *twice));
  const auto again = ParseClientConfig(ToToml(*options));
  Require(again.ok() && Same(*options, *again));
  Require(Same(Merge(*options, ConnectionOptions()), *options));
  Require(Same(Merge(ConnectionOptions(), *options), *options));
  CheckUsable(*options);
  return 0;
}
