#include "agent/client/composite_tdx.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"

#include "agent/client/files.h"
#include "agent/client/json_replay.h"
#include "agent/client/raw_tdx.h"
#include "agent/client/render_raw.h"
#include "agent/client/render_verdict.h"
#include "agent/client/td_events.h"
#include "evidence/raw/tdx_log.h"
#include "evidence/raw/tdx_policy.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

using Json = nlohmann::ordered_json;

// The files as they are read; the input has views into them.
struct Material {
  TdxMaterial tdx;
  std::string log;
  std::string table;
};

absl::Status ReadLog(const TdxLogArguments& arguments, Material& material,
                     RawTdxLogInput& input) {
  if (!arguments.events.empty()) {
    ASSIGN_OR_RETURN(const std::string json, ReadFile(arguments.events));
    input.events = ParseTdEvents(json);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(material.log, ReadFile(arguments.log));
  input.log = LogReplayInput{.bytes = AsBytes(material.log),
                             .form = LogFileForm::kCcel};
  if (arguments.table.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(material.table, ReadFile(arguments.table));
  input.log->table = AsBytes(material.table);
  return absl::OkStatus();
}

Json RtmrsToJson(const RawTdxLog& judged) {
  Json json = Json::object();
  for (size_t i = 0; i < kRtmrCount; ++i) {
    json[absl::StrCat("rtmr", i)] = judged.rtmrs->at(i).matches;
  }
  return json;
}

Json ToJson(const RawTdxLog& judged, const RawTdxLogInput& input,
            const RawMaterial& raw) {
  Json json = {{"kind", "composite"}};
  AddLayout(judged.quote.layout, json);
  AddRawVerdict(judged.verdict, json);
  AddScope(raw, judged.verdict, json);
  json["tdx"] = TdxQuoteVerdictToJson(judged.quote);
  if (judged.log.has_value()) {
    json["ccel"] = ReplayToJson(*judged.log, input.log->bytes, std::nullopt);
  }
  if (!judged.rtmrs.has_value()) return json;
  json["checks"]["rtmr_replay_matches_quote"] = RtmrsToJson(judged);
  if (judged.log.has_value()) return json;
  json["event_count"] = judged.event_count;
  json["events_with_derived_digest"] = 0;
  Json& replay = json["rtmr_replay"] = Json::array();
  for (const ReplayedRtmr& rtmr : *judged.rtmrs) {
    replay.push_back(Hex(rtmr.replayed));
  }
  return json;
}

std::string Render(const RawTdxLog& judged, const RawMaterial& raw,
                   const Palette& palette) {
  std::string sections = TdxQuoteSections(judged.quote, palette);
  if (judged.rtmrs.has_value()) {
    Table table;
    for (size_t i = 0; i < kRtmrCount; ++i) {
      const ReplayedRtmr& rtmr = judged.rtmrs->at(i);
      table.Row({absl::StrCat("RTMR", i),
                 absl::StrCat(rtmr.matches ? "as quoted" : "NOT as quoted",
                              rtmr.covered ? "" : ", not asked of this log"),
                 Hex(rtmr.replayed)});
    }
    absl::StrAppend(&sections, Heading("What the log adds up to", palette),
                    table.Render());
  }
  return RawPage(judged.verdict, raw, sections, palette,
                 TdxTcbNote(judged.quote));
}

}  // namespace

void AddTdxLogOptions(CLI::App& app, TdxLogArguments& arguments) {
  AddRole(app, "--quote", arguments.tdx.quote, "the TD quote");
  AddTdxCollateralOptions(app, arguments.tdx.collateral);
  AddCollateralOption(app, arguments.tdx.directory);
  AddRole(app, "--log", arguments.log, "the CC log (CCEL) of the TD");
  AddRole(app, "--table", arguments.table,
          "the ACPI table of the CC log: where the log's area ends");
  AddRole(app, "--events", arguments.events,
          "instead of a CC log: its events, JSON, a list of imr and digest");
  app.add_option("--covered-rtmrs", arguments.covered,
                 "an RTMR that the log must explain (default: each that it "
                 "extends); may be repeated")
      ->type_name("N")
      ->check(CLI::Range(size_t{0}, kRtmrCount - 1))
      ->allow_extra_args(false);
  app.get_option("--log")->needs("--quote")->excludes("--events");
  app.get_option("--table")->needs("--log");
  app.get_option("--events")->needs("--quote");
}

absl::StatusOr<int> RunVerifyTdxLog(const TdxLogArguments& arguments,
                                    const Output& output) {
  if (arguments.log.empty() && arguments.events.empty()) {
    return absl::InvalidArgumentError(
        "expected --log or --events beside --quote, found neither");
  }
  ASSIGN_OR_RETURN(TdxMaterial tdx, LoadTdxMaterial(arguments.tdx));
  Material material{.tdx = std::move(tdx), .log = {}, .table = {}};
  RawTdxLogInput input{.quote = material.tdx.Input(),
                       .log = std::nullopt,
                       .events = std::nullopt,
                       .covered = std::nullopt};
  RETURN_IF_ERROR(ReadLog(arguments, material, input));
  if (!arguments.covered.empty()) input.covered = arguments.covered;
  RawTdxLog judged = JudgeTdxLog(input);
  const RawMaterial& raw = material.tdx.raw;
  if (raw.policy() != nullptr) {
    AppraiseRawTdx(*raw.policy(), {.quote = &judged.quote, .log = &judged},
                   judged.verdict);
  }
  output.Print([&] { return ToJson(judged, input, raw); },
               [&] { return Render(judged, raw, output.palette); });
  return ExitCode(judged.verdict);
}

}  // namespace evidenced
