#include "evidence/verify/add_check.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "evidence/binding/refusal.h"

namespace evidenced {
namespace {

constexpr size_t kMaxMessage = 1024;

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
                        Printable(status.message(), kMaxMessage)));
}

}  // namespace evidenced
