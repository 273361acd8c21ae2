#include "agent/client/render_raw.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "agent/client/command.h"
#include "agent/client/json_verdict.h"

namespace evidenced {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kLongestInLine = 32;  // digits of a digest

Json OutcomeToJson(Outcome outcome) {
  if (outcome == Outcome::kNotChecked) return nullptr;
  return outcome == Outcome::kPass;
}

std::string FirstFailure(const Checks& checks) {
  for (const Check& check : checks) {
    if (check.outcome != Outcome::kFail) continue;
    return absl::StrCat(check.name, ": expected ", check.expected, ", found ",
                        check.found);
  }
  return "";
}

std::string LineText(const RawVerdict& verdict) {
  switch (verdict.outcome()) {
    case RawOutcome::kAccept:
      return "ACCEPT";
    case RawOutcome::kReject:
      return absl::StrCat("REJECT (", ErrorClassName(*verdict.error_class()),
                          "): ", FirstFailure(verdict.checks()));
    case RawOutcome::kIncomplete:
      return absl::StrCat("INCOMPLETE: not decided: ",
                          absl::StrJoin(verdict.undecided(), ", "));
  }
  return "REJECT";
}

}  // namespace

int ExitCode(const RawVerdict& verdict) {
  switch (verdict.outcome()) {
    case RawOutcome::kAccept:
      return kExitYes;
    case RawOutcome::kReject:
      return kExitNo;
    case RawOutcome::kIncomplete:
      return kExitNoAnswer;
  }
  return kExitNo;
}

void AddRawVerdict(const RawVerdict& verdict, Json& json) {
  json["overall"] = std::string(RawOutcomeName(verdict.outcome()));
  json["error_class"] = nullptr;
  if (verdict.error_class().has_value()) {
    json["error_class"] = std::string(ErrorClassName(*verdict.error_class()));
  }
  json["undecided"] = verdict.undecided();
  Json& checks = json["checks"] = Json::object();
  for (const Check& check : verdict.checks()) {
    checks[check.name] = OutcomeToJson(check.outcome);
  }
  json["check_details"] = ChecksToJson(verdict.checks());
}

std::string RawVerdictLine(const RawVerdict& verdict, const Palette& palette) {
  std::string out;
  const bool accepted = verdict.outcome() == RawOutcome::kAccept;
  const std::string text =
      Plain(ShortDigests(LineText(verdict), kLongestInLine));
  for (const std::string& line : WrapText(text, kPageWidth)) {
    absl::StrAppend(&out, accepted ? palette.Good(line) : palette.Bad(line),
                    "\n");
  }
  return out;
}

}  // namespace evidenced
