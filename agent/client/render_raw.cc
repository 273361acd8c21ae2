#include "agent/client/render_raw.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "agent/client/command.h"
#include "agent/client/json_verdict.h"
#include "agent/client/render_verdict.h"

namespace evidenced {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kLongestInLine = 32;  // digits of a digest

Json OutcomeToJson(Outcome outcome) {
  if (outcome == Outcome::kNotChecked) return nullptr;
  return outcome == Outcome::kPass;
}

// Of several failures the one that the class is of.
std::string DecisiveFailure(const RawVerdict& verdict) {
  const Check* check = verdict.decisive();
  return check == nullptr ? "" : FailureText(*check);
}

std::string LineText(const RawVerdict& verdict) {
  switch (verdict.outcome()) {
    case RawOutcome::kAccept:
      return "ACCEPT";
    case RawOutcome::kReject:
      return absl::StrCat("REJECT (", ErrorClassName(*verdict.error_class()),
                          "): ", DecisiveFailure(verdict));
    case RawOutcome::kIncomplete:
      return absl::StrCat("INCOMPLETE: not decided: ",
                          absl::StrJoin(verdict.undecided(), ", "));
  }
  return "REJECT";
}

// nullptr: there is none of this name.
const Check* FindCheck(const RawVerdict& verdict, absl::string_view name) {
  for (const Check& check : verdict.checks()) {
    if (check.name == name) return &check;
  }
  return nullptr;
}

std::string BindingText(const Check& binding) {
  switch (binding.outcome) {
    case Outcome::kPass:
      return "matches";
    case Outcome::kFail:
      return "does not match";
    case Outcome::kNotChecked:
      return "not checked";
  }
  return "not checked";
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

void AddLayout(const absl::Status& layout, Json& json) {
  json["parse"] = layout.ok() ? "ok" : "error";
  if (layout.ok()) return;
  json["parse_error"] = std::string(ErrorClassName(ErrorClassOf(layout)));
  json["detail"] = Plain(layout.message());
}

void AddScope(const RawMaterial& raw, const RawVerdict& verdict, Json& json) {
  json["policy"] = nullptr;
  if (raw.appraisal.policy_file.has_value()) {
    json["policy"] = {
        {"file", Plain(*raw.appraisal.policy_file)},
        {"description", Plain(raw.appraisal.policy->description())}};
  }
  const Check* binding = FindCheck(verdict, "binding");
  if (binding != nullptr) json["binding"] = BindingText(*binding);
  Json& not_checked = json["not_checked"] = Json::array();
  for (const Check& check : verdict.checks()) {
    if (check.outcome != Outcome::kNotChecked) continue;
    not_checked.push_back(Plain(absl::StrCat(check.name, ": ", check.found)));
  }
}

std::string ScopeText(const RawMaterial& raw, const RawVerdict& verdict) {
  std::string text =
      raw.appraisal.policy_file.has_value()
          ? absl::StrCat("By the policy ", *raw.appraisal.policy_file, ".")
          : "No policy was applied: the verdict says only whether the artefact "
            "is genuine.";
  const Check* binding = FindCheck(verdict, "binding");
  if (binding != nullptr && binding->outcome == Outcome::kNotChecked) {
    absl::StrAppend(&text,
                    " It is raw: nothing says that it answers a challenge of "
                    "yours.");
  }
  std::string out = absl::StrCat(
      absl::StrJoin(WrapText(Plain(text), kPageWidth), "\n"), "\n");
  if (binding == nullptr) return out;
  return absl::StrCat(out, "binding: ", BindingText(*binding), "\n");
}

void NoteSkipped(const RawMaterial& raw, RawVerdict& verdict) {
  for (const std::string& name : raw.skip) {
    verdict.NotChecked(name, "left out by --skip", "not checked");
  }
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

std::string RawPage(const RawVerdict& verdict, const RawMaterial& raw,
                    absl::string_view sections, const Palette& palette,
                    absl::string_view note) {
  const std::string line = RawVerdictLine(verdict, palette);
  return absl::StrCat(line, sections, RenderChecks(verdict.checks(), palette),
                      "\n", ScopeText(raw, verdict), note, "\n", line);
}

}  // namespace evidenced
