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
#include "agent/client/saved_evidence.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kLongestReason = 200;

struct InspectArguments {
  std::string file;
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

absl::StatusOr<int> RunInspect(const InspectArguments& arguments,
                               const Output& output) {
  ASSIGN_OR_RETURN(const std::string bytes, ReadFile(arguments.file));
  absl::StatusOr<std::string> extracted("");
  if (!arguments.extract.empty()) {
    extracted = ExtractFrom(bytes, arguments.extract);
    if (extracted.ok()) extracted = absl::StrCat("\n", *extracted);
  }
  std::vector<Tried> tried;
  for (const Inspector& inspector : Inspectors()) {
    const absl::StatusOr<Inspection> found =
        inspector.inspect(AsBytes(bytes), output.palette);
    if (!found.ok()) {
      tried.push_back({inspector.kind, Reason(found.status())});
      continue;
    }
    RETURN_IF_ERROR(Within(arguments.file, extracted.status()));
    output.Print(
        [&] {
          Json json = {{"kind", std::string(inspector.kind)},
                       {"verified", false},
                       {"bytes", bytes.size()}};
          json.update(found->json);
          return json;
        },
        [&] {
          return absl::StrCat(output.palette.Bold(inspector.kind), ", ",
                              bytes.size(), " bytes (nothing is verified)\n",
                              found->text, *extracted);
        });
    return kExitYes;
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
  app->add_option("--extract", arguments->extract,
                  "of saved evidence: write quote, key, PCRs, logs and "
                  "certificates as files into DIR")
      ->type_name("DIR");
  AddJsonOption(*app, output);
  return {app, [arguments, &output] { return RunInspect(*arguments, output); }};
}

}  // namespace evidenced
