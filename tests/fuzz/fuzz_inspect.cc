// `inspect` shows anything: what it prints is printable, the JSON is JSON, and
// it is the same twice. Why bytes are not of a kind is printable, too.
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

#include "agent/client/inspection.h"
#include "agent/client/text.h"
#include "tests/fuzz/properties.h"

namespace {

using evidenced::Require;

bool IsPrintableLines(absl::string_view text) {
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    if (!evidenced::IsPrintable(line)) return false;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const evidenced::ByteView bytes(data, size);
  const auto palette = evidenced::Palette::None();
  for (const evidenced::Inspector& inspector : evidenced::Inspectors()) {
    const auto found = inspector.inspect(bytes, palette);
    const auto twice = inspector.inspect(bytes, palette);
    Require(found.status() == twice.status());
    if (!found.ok()) continue;
    // Throws if a string is not UTF-8.
    const std::string json = found->json.dump();
    Require(evidenced::IsPrintable(json) && json == twice->json.dump());
    Require(nlohmann::ordered_json::parse(json) == found->json);
    Require(IsPrintableLines(found->text) && found->text == twice->text);
  }
  return 0;
}
