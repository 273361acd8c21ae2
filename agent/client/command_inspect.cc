#include "agent/client/command_inspect.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "agent/client/command_get.h"
#include "agent/client/files.h"
#include "agent/client/inspection.h"
#include "agent/client/render_replay.h"
#include "agent/client/saved_evidence.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kLongestReason = 200;

struct InspectArguments {
  std::string file;
  std::string format;
  std::string extract;
};

struct Tried {
  absl::string_view kind;
  std::string why;
};

// A message quotes what it found as Printable() gives it: once is enough.
std::string Reason(const absl::Status& status) {
  const absl::string_view message = status.message();
  std::string reason = Plain(message.substr(0, kLongestReason));
  if (message.size() > kLongestReason) absl::StrAppend(&reason, "...");
  return reason;
}

int Unrecognised(const std::vector<Tried>& tried, size_t size,
                 const Output& output) {
  output.Print(
      [&]() -> Json {
        Json list = Json::array();
        for (const Tried& one : tried) {
          list.push_back({{"kind", std::string(one.kind)}, {"why", one.why}});
        }
        return {{"kind", nullptr},
                {"overall", "reject"},
                {"error_class", size == 0 ? "empty" : "malformed"},
                {"tried", std::move(list)}};
      },
      [&] {
        Table table;
        for (const Tried& one : tried) {
          table.Row({std::string(one.kind), one.why});
        }
        return absl::StrCat("Not recognised: ", size,
                            " bytes, which are none "
                            "of these:\n",
                            table.Render());
      });
  return kExitNo;
}

absl::StatusOr<std::string> ExtractFrom(const std::string& bytes,
                                        const std::string& directory) {
  ASSIGN_OR_RETURN(const v1::SavedEvidence saved, ParseSavedEvidence(bytes));
  return ExtractTo(saved.evidence(), directory);
}

struct Shown {
  absl::string_view kind;
  const Inspection& inspection;
};

int Show(const Shown& shown, size_t size, const std::string& extracted,
         const Output& output) {
  output.Print(
      [&] {
        Json json = {{"kind", std::string(shown.kind)},
                     {"verified", false},
                     {"bytes", size}};
        json.update(shown.inspection.json);
        return json;
      },
      [&] {
        return absl::StrCat(output.palette.Bold(shown.kind), ", ", size,
                            " bytes (nothing is verified)\n",
                            shown.inspection.text, extracted);
      });
  return kExitYes;
}

absl::StatusOr<int> RunInspect(const InspectArguments& arguments,
                               const Output& output) {
  ASSIGN_OR_RETURN(const auto form, ParseLogForm(arguments.format));
  ASSIGN_OR_RETURN(const std::string bytes, ReadFile(arguments.file));
  absl::StatusOr<std::string> extracted("");
  if (!arguments.extract.empty()) {
    extracted = ExtractFrom(bytes, arguments.extract);
    if (extracted.ok()) extracted = absl::StrCat("\n", *extracted);
  }
  if (form.has_value()) {
    const auto found = InspectLogAs(*form, AsBytes(bytes), output.palette);
    if (found.ok()) {
      return Show({LogKind(*form), *found}, bytes.size(), "", output);
    }
    return Unrecognised({{LogKind(*form), Reason(found.status())}},
                        bytes.size(), output);
  }
  std::vector<Tried> tried;
  for (const Inspector& inspector : Inspectors()) {
    const absl::StatusOr<Inspection> found =
        inspector.inspect(AsBytes(bytes), output.palette);
    if (found.ok()) {
      RETURN_IF_ERROR(Within(arguments.file, extracted.status()));
      return Show({inspector.kind, *found}, bytes.size(), *extracted, output);
    }
    tried.push_back({inspector.kind, Reason(found.status())});
  }
  return Unrecognised(tried, bytes.size(), output);
}

}  // namespace

Command MakeInspectCommand(CLI::App& parent, Output& output) {
  auto arguments = std::make_shared<InspectArguments>();
  CLI::App* app = parent.add_subcommand(
      "inspect",
      "say what a file is and show it in words; nothing is verified");
  app->add_option("FILE", arguments->file,
                  "saved evidence, a TPM structure, an SNP report, a "
                  "certificate table, an event log, a certificate, a key ...")
      ->required();
  CLI::Option* format =
      app->add_option("--format", arguments->format,
                      "it is a log, tcg1, tcg2, ccel, ima or ima-ascii "
                      "(default: as it says itself, which a CC log may not)")
          ->type_name("NAME");
  app->add_option("--extract", arguments->extract,
                  "of saved evidence: write quote, key, PCRs, logs and "
                  "certificates as files into DIR")
      ->type_name("DIR")
      ->excludes(format);
  AddJsonOption(*app, output);
  return {app, [arguments, &output] { return RunInspect(*arguments, output); }};
}

}  // namespace evidenced
