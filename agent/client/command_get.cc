#include "agent/client/command_get.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "agent/client/extract.h"
#include "agent/client/files.h"
#include "agent/client/json_evidence.h"
#include "agent/client/pcr_selection.h"
#include "agent/client/render_platform.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMaxUserData = 65536;

struct GetArguments {
  ConnectionArguments connection;
  QuestionArguments question;
  std::string out;
  std::string state_out;
  std::string extract;
};

absl::Status Save(const GetArguments& arguments,
                  const v1::SavedEvidence& saved) {
  if (!arguments.out.empty()) {
    RETURN_IF_ERROR(
        WriteFileAtomically(arguments.out, AsBytes(saved.SerializeAsString())));
  }
  if (!arguments.state_out.empty()) {
    RETURN_IF_ERROR(WriteFileAtomically(
        arguments.state_out, AsBytes(saved.state().SerializeAsString())));
  }
  return absl::OkStatus();
}

// Which certificates came with the CPU's report, and which the agent misses.
void AddCertificateTable(const v1::Evidence& evidence, Table& table) {
  if (evidence.signer() != "snp") return;
  const auto& missing = evidence.hints().missing_certificates();
  table.Row({"certificate table",
             absl::StrCat(
                 Count(evidence.snp_certificate_table().size(), "byte"),
                 missing.empty() ? "" : "; the agent misses ",
                 absl::StrJoin(missing, ", ",
                               [](std::string* out, const std::string& name) {
                                 absl::StrAppend(out, Printable(name));
                               }))});
}

std::string RenderGet(const FetchResult& result, const GetArguments& arguments,
                      const std::string& extracted, const Palette& palette) {
  const v1::SavedEvidence& saved = result.fetched.saved;
  std::string out = absl::StrCat(palette.Bold("Evidence"),
                                 " (not verified: see `evidencectl verify`)\n");
  Table table;
  AddServer(saved.state().target(), result.fetched.server, table);
  table.Row({"audience", absl::StrCat(result.audience.value, " (",
                                      result.audience.source, ")")});
  table.Row({"nonce", Hex(AsBytes(saved.state().nonce()))});
  table.Row({"signer", Printable(saved.evidence().signer())});
  AddCertificateTable(saved.evidence(), table);
  for (const v1::Part& part : saved.evidence().parts()) {
    table.Row({"part", absl::StrCat(Printable(part.label()), ", ",
                                    part.data().size(), " bytes")});
  }
  if (!arguments.out.empty()) table.Row({"saved to", arguments.out});
  if (!arguments.state_out.empty()) {
    table.Row({"state saved to", arguments.state_out});
  }
  return absl::StrCat(out, table.Render(), extracted);
}

Json GetToJson(const FetchedEvidence& fetched) {
  Json json = {{"verified", false},
               {"state", StateToJson(fetched.saved.state())},
               {"evidence", EvidenceToJson(fetched.saved.evidence())}};
  if (fetched.server.has_value()) {
    json["server"] = CertificateToJson(*fetched.server);
  }
  return json;
}

absl::StatusOr<int> RunGet(const GetArguments& arguments,
                           const Output& output) {
  if (arguments.out.empty() && arguments.extract.empty() && !output.json) {
    return absl::InvalidArgumentError(
        "expected -o FILE, --extract DIR or --json, found none");
  }
  ASSIGN_OR_RETURN(const FetchResult result,
                   FetchFrom(arguments.connection, arguments.question));
  const v1::SavedEvidence& saved = result.fetched.saved;
  RETURN_IF_ERROR(Save(arguments, saved));
  std::string extracted;
  if (!arguments.extract.empty()) {
    ASSIGN_OR_RETURN(extracted, ExtractTo(saved.evidence(), arguments.extract));
  }
  output.Print(
      [&] { return GetToJson(result.fetched); },
      [&] { return RenderGet(result, arguments, extracted, output.palette); });
  return kExitYes;
}

}  // namespace

void AddQuestionOptions(CLI::App& app, QuestionArguments& arguments) {
  app.add_option("--user-data", arguments.user_data,
                 "bytes to bind into the evidence, at most 65536")
      ->type_name("FILE");
  app.add_option("--pcrs", arguments.pcrs,
                 "PCRs to quote, as sha256:0-7,9+sha384:7 (default: 0 to 15 "
                 "and 17 to 22 of every bank)")
      ->type_name("SELECTION");
  app.add_option("--label", arguments.labels,
                 "a part to ask for beside tpm.ak; may be repeated (default: "
                 "tpm, log.tcg2, log.ima, log.ccel)")
      ->type_name("LABEL")
      ->allow_extra_args(false);
  app.add_flag("--without-cpu-report", arguments.without_cpu_report,
               "have the TPM sign, though the guest may have a device for CPU "
               "reports");
}

absl::StatusOr<EvidenceQuestion> ReadQuestion(
    const QuestionArguments& arguments) {
  EvidenceQuestion question;
  if (arguments.user_data.has_value()) {
    ASSIGN_OR_RETURN(question.user_data,
                     ReadFile(*arguments.user_data, kMaxUserData));
  }
  if (arguments.pcrs.has_value()) {
    ASSIGN_OR_RETURN(question.pcrs, ParsePcrSelection(*arguments.pcrs));
  }
  question.labels = arguments.labels;
  question.without_cpu_report = arguments.without_cpu_report;
  return question;
}

absl::StatusOr<FetchResult> FetchFrom(const ConnectionArguments& connection,
                                      const QuestionArguments& question) {
  ASSIGN_OR_RETURN(const ConnectionOptions options,
                   ResolveConnection(connection));
  ASSIGN_OR_RETURN(EvidenceQuestion asked, ReadQuestion(question));
  ASSIGN_OR_RETURN(const std::unique_ptr<AgentChannel> channel,
                   AgentChannel::Open(options));
  const Identity* identity = channel->identity();
  ASSIGN_OR_RETURN(
      asked.audience,
      ChooseAudience(options.audience,
                     identity == nullptr ? nullptr : &identity->leaf));
  ASSIGN_OR_RETURN(FetchedEvidence fetched, FetchEvidence(*channel, asked));
  return FetchResult{std::move(fetched), asked.audience};
}

absl::StatusOr<std::string> ExtractTo(const v1::Evidence& evidence,
                                      const std::string& directory) {
  ASSIGN_OR_RETURN(const ExtractedEvidence extracted,
                   ExtractEvidence(evidence));
  RETURN_IF_ERROR(WriteExtracted(extracted, directory));
  Table table;
  table.Row({"extracted", absl::StrCat(Count(extracted.files.size(), "file"),
                                       " in ", directory)});
  if (!extracted.extra_data.has_value()) return table.Render();
  table.Row({"extra data", Hex(*extracted.extra_data)});
  table.Row({"check with",
             "tpm2_checkquote -u ak.pem -m quote.attest -s quote.sig -g "
             "sha256 -q EXTRADATA -f pcrs.dump"});
  return table.Render();
}

Command MakeGetCommand(CLI::App& parent, Output& output) {
  auto arguments = std::make_shared<GetArguments>();
  CLI::App* app = parent.add_subcommand(
      "get", "fetch evidence and save it; nothing is verified");
  AddConnectionOptions(*app, arguments->connection);
  AddQuestionOptions(*app, arguments->question);
  app->add_option("-o,--out", arguments->out,
                  "save evidence and the verifier's state to FILE")
      ->type_name("FILE");
  app->add_option("--state-out", arguments->state_out,
                  "save the verifier's state apart, too")
      ->type_name("FILE");
  app->add_option("--extract", arguments->extract,
                  "write quote, key, logs and certificates as files into DIR")
      ->type_name("DIR");
  AddJsonOption(*app, output);
  return {app, [arguments, &output] { return RunGet(*arguments, output); }};
}

}  // namespace evidenced
