// The agent's configuration: each fault is a line with file and line number,
// printable, and the same when read twice. What is accepted says the same when
// it is written as TOML and read again.
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

#include "agent/serve/config.h"
#include "quote/base/bytes.h"
#include "tests/fuzz/message_to_toml.h"
#include "tests/fuzz/properties.h"

namespace {

using evidenced::ParseConfig;
using evidenced::Require;

constexpr absl::string_view kFile = "f.toml";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string toml = evidenced::ToString(evidenced::ByteView(data, size));
  const auto config = ParseConfig(toml, kFile);
  const auto twice = ParseConfig(toml, kFile);
  Require(config.status() == twice.status());
  if (!config.ok()) {
    evidenced::RequireNumberedLines(config.status().message(), "f.toml:");
    return 0;
  }
  Require(config->SerializeAsString() == twice->SerializeAsString());
  const auto again = ParseConfig(evidenced::MessageToToml(*config), kFile);
  Require(again.ok() &&
          again->SerializeAsString() == config->SerializeAsString());
  return 0;
}
