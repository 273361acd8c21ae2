#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "agent/client/render_verdict.h"
#include "agent/client/text.h"

namespace evidenced {
namespace {

constexpr size_t kWidestName = 32;
constexpr size_t kLongestInLine = 32;  // digits of a digest
constexpr char kTheSame[] = "the same";

std::string OutcomeText(Outcome outcome, const Palette& palette) {
  switch (outcome) {
    case Outcome::kPass:
      return palette.Good("ok  ");
    case Outcome::kFail:
      return palette.Bad("FAIL");
    case Outcome::kNotChecked:
      return "-   ";
  }
  return "-   ";
}

// A parser's message says by itself what it expected at which place.
bool SaysWhatItExpected(const Check& check) {
  return absl::StartsWith(check.found, "expected ");
}

// What was found, too, unless it is just what was expected.
std::string InLine(const Check& check) {
  const bool same = check.outcome == Outcome::kPass &&
                    (check.found == kTheSame ||
                     check.found == absl::AsciiStrToLower(check.expected));
  return Plain(ShortDigests(
      same ? check.expected
           : absl::StrCat("expected ", check.expected, ", found ", check.found),
      kLongestInLine));
}

void AppendWrapped(absl::string_view text, size_t indent, std::string& out) {
  std::string before;
  for (const std::string& line : WrapText(text, kPageWidth - indent)) {
    absl::StrAppend(&out, before, line, "\n");
    before.assign(indent, ' ');
  }
}

// Of a failure every digit counts.
void AppendFailure(const Check& check, std::string& out) {
  constexpr size_t kIndent = 8;
  const std::string margin(kIndent, ' ');
  absl::StrAppend(&out, Plain(check.name), "\n", margin, "expected ");
  AppendWrapped(Plain(check.expected), kIndent + 9, out);
  absl::StrAppend(&out, margin,
                  SaysWhatItExpected(check) ? "error    " : "found    ");
  AppendWrapped(Plain(check.found), kIndent + 9, out);
}

}  // namespace

std::string FailureText(const Check& check) {
  return SaysWhatItExpected(check)
             ? absl::StrCat(check.name, ": ", check.found)
             : absl::StrCat(check.name, ": expected ", check.expected,
                            ", found ", check.found);
}

std::string RenderChecks(const Checks& checks, const Palette& palette) {
  std::string out = Heading("Checks", palette);
  size_t width = 0;
  for (const Check& check : checks) {
    width = std::max(width, std::min(Plain(check.name).size(), kWidestName));
  }
  bool any_open = false;
  for (const Check& check : checks) {
    absl::StrAppend(&out, "  ", OutcomeText(check.outcome, palette), "  ");
    if (check.outcome == Outcome::kFail) {
      AppendFailure(check, out);
      continue;
    }
    any_open = any_open || check.outcome == Outcome::kNotChecked;
    std::string name = Plain(check.name);
    if (name.size() < width) name.resize(width, ' ');
    absl::StrAppend(&out, name, "  ");
    AppendWrapped(InLine(check), width + 10, out);
  }
  if (any_open) {
    absl::StrAppend(&out,
                    "  -     was not demanded or could not be decided: it "
                    "fails nothing\n");
  }
  return out;
}

}  // namespace evidenced
