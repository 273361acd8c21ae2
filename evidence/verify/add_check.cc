#include "evidence/verify/add_check.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "evidence/binding/refusal.h"

namespace evidenced {
namespace {

constexpr size_t kMaxMessage = 1024;

// The pieces of a message that came from others are Printable() already, quotes
// around them included: once more would spell the quotes as escapes. What is no
// printable character stays out all the same.
std::string Words(absl::string_view message) {
  std::string out(message.substr(0, kMaxMessage));
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c < 0x20 || c > 0x7e; }, '?');
  if (message.size() > kMaxMessage) out += "...";
  return out;
}

}  // namespace

bool EqualsHex(absl::string_view hex, ByteView value) {
  return absl::AsciiStrToLower(hex) == Hex(value);
}

void AddCheck(Checks& checks, absl::string_view name, Outcome outcome,
              absl::string_view expected, absl::string_view found) {
  checks.push_back({.name = std::string(name),
                    .outcome = outcome,
                    .expected = std::string(expected),
                    .found = std::string(found)});
}

void AddFailure(Checks& checks, absl::string_view name,
                absl::string_view expected, const absl::Status& status) {
  const std::string reason = RefusalReason(status);
  AddCheck(checks, name, Outcome::kFail, expected,
           absl::StrCat(reason, reason.empty() ? "" : ": ",
                        Words(status.message())));
}

}  // namespace evidenced
