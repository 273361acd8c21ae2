#include "evidence/verify/rule_checks.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "evidence/verify/add_check.h"

namespace evidenced {
namespace {

// Digits of the longest value that a rule gives.
constexpr size_t kMaxDigits = 128;

absl::string_view CrlText(CollateralState state) {
  switch (state) {
    case CollateralState::kNone:
      return "no CRL";
    case CollateralState::kRefused:
      return "one that was refused";
    case CollateralState::kDatesUnknown:
      return "one that revokes none, whose dates were not judged: that takes "
             "--at TIME";
    case CollateralState::kCurrent:
      return "one that revokes none";
  }
  return "no CRL";
}

}  // namespace

std::string OneOf(const TextList& values) {
  constexpr int kShown = 4;
  std::vector<std::string> shown;
  for (int i = 0; i < std::min(kShown, values.size()); ++i) {
    shown.push_back(Printable(values[i], kMaxDigits));
  }
  std::string out = absl::StrJoin(shown, " or ");
  if (values.size() > kShown) {
    absl::StrAppendFormat(&out, " or %d more", values.size() - kShown);
  }
  return out;
}

bool Lists(const TextList& values, absl::string_view found) {
  return std::find(values.begin(), values.end(), found) != values.end();
}

bool ListsBytes(const TextList& values, ByteView found) {
  return std::any_of(
      values.begin(), values.end(),
      [found](const std::string& hex) { return EqualsHex(hex, found); });
}

void CheckBytes(absl::string_view rule, const TextList& values, ByteView found,
                Checks& checks) {
  if (values.empty()) {
    AddCheck(checks, rule, Outcome::kNotChecked, kAnyByDefault, Hex(found));
    return;
  }
  AddCheck(checks, rule, PassIf(ListsBytes(values, found)), OneOf(values),
           Hex(found));
}

bool IsOpen(CollateralState state) {
  return state == CollateralState::kNone ||
         state == CollateralState::kDatesUnknown;
}

void ShowCrl(absl::string_view rule, CollateralState state, Checks& checks) {
  AddCheck(checks, rule, Outcome::kNotChecked, "not demanded (default)",
           CrlText(state));
}

// Whoever hands over an old list may know why.
void RequireCrl(absl::string_view rule, CollateralState state, Checks& checks) {
  AddCheck(checks, rule, PassIf(state == CollateralState::kCurrent),
           "a current CRL", CrlText(state));
}

}  // namespace evidenced
