#include "agent/client/raw_tdx.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "agent/client/json_tdx.h"
#include "agent/client/json_tdx_collateral.h"
#include "agent/client/render_certificate.h"
#include "agent/client/render_raw.h"
#include "agent/client/render_tdx.h"
#include "agent/client/render_tdx_collateral.h"
#include "agent/client/render_verdict.h"

namespace evidenced {
namespace {

using Json = nlohmann::ordered_json;

// What a status is worth, by the dates of what says so.
std::string DatesNote(const RawTdxQuote& judged) {
  if (!judged.tcb().has_value()) return "";
  const std::optional<bool>& info = judged.collateral->tcb_info->current;
  const std::optional<bool>& qe = judged.collateral->qe_identity->current;
  if (!info.has_value() || !qe.has_value()) {
    return "; by collateral whose dates were not judged: that takes --at TIME";
  }
  return *info && *qe ? "" : "; by collateral that is NOT CURRENT";
}

}  // namespace

Json TdxQuoteVerdictToJson(const RawTdxQuote& judged) {
  Json json = Json::object();
  AddLayout(judged.layout, json);
  AddRawVerdict(judged.verdict, json);
  if (!judged.quote.has_value()) return json;
  json["quote"] = TdxQuoteToJson(judged);
  if (judged.quote->td.has_value()) {
    json["policy_facts"] = TdxFactsToJson(*judged.quote->td);
  }
  json["tcb"] = TdxTcbToJson(judged.tcb());
  if (judged.collateral.has_value()) AddTdxCollateral(*judged.collateral, json);
  if (judged.evaluation.has_value()) {
    json["tcb_evaluation"] =
        TdxEvaluationToJson(*judged.evaluation, *judged.quote);
  }
  return json;
}

std::string TdxQuoteSections(const RawTdxQuote& judged,
                             const Palette& palette) {
  if (!judged.quote.has_value()) return "";
  Table quote;
  AddTdxQuote(*judged.quote, quote);
  std::string out = absl::StrCat(Heading("TD quote", palette), quote.Render());
  if (judged.chain.pck.ok()) {
    Table pck;
    AddPckExtensions(judged.chain.pck->extensions, pck);
    absl::StrAppend(&out, Heading("Platform, by the PCK certificate", palette),
                    pck.Render());
  }
  for (const Certificate& certificate : judged.chain.certificates) {
    Table table;
    AddCertificateDetails(certificate, table);
    absl::StrAppend(&out, Heading("Certificate", palette), table.Render());
  }
  if (judged.collateral.has_value()) {
    absl::StrAppend(&out, TdxCollateralSections(*judged.collateral, palette));
  }
  return out;
}

std::string TdxTcbNote(const RawTdxQuote& judged) {
  constexpr char kName[] = "tcb";
  for (const Check& check : judged.verdict.checks()) {
    if (check.name != kName) continue;
    const std::string text =
        Plain(absl::StrCat("TCB: ", check.found, DatesNote(judged)));
    return absl::StrCat(absl::StrJoin(WrapText(text, kPageWidth), "\n"), "\n");
  }
  return "";
}

Json RawTdxToJson(const RawTdxQuote& judged, const RawMaterial& raw) {
  Json json = {{"kind", "tdx-quote"}};
  json.update(TdxQuoteVerdictToJson(judged));
  AddScope(raw, judged.verdict, json);
  return json;
}

std::string RenderRawTdx(const RawTdxQuote& judged, const RawMaterial& raw,
                         const Palette& palette) {
  return RawPage(judged.verdict, raw, TdxQuoteSections(judged, palette),
                 palette, TdxTcbNote(judged));
}

Json TdReportVerdictToJson(const RawTdReport& judged) {
  Json json = Json::object();
  AddLayout(judged.layout, json);
  AddRawVerdict(judged.verdict, json);
  if (judged.report.has_value()) {
    json["tdreport"] = TdReportToJson(*judged.report);
  }
  return json;
}

std::string TdReportSections(const RawTdReport& judged,
                             const Palette& palette) {
  if (!judged.report.has_value()) return "";
  Table table;
  AddTdReport(*judged.report, table);
  return absl::StrCat(Heading("TDREPORT", palette), table.Render());
}

Json RawTdReportToJson(const RawTdReport& judged, const RawMaterial& raw) {
  Json json = {{"kind", "tdreport"}};
  json.update(TdReportVerdictToJson(judged));
  AddScope(raw, judged.verdict, json);
  return json;
}

std::string RenderRawTdReport(const RawTdReport& judged, const RawMaterial& raw,
                              const Palette& palette) {
  return RawPage(judged.verdict, raw, TdReportSections(judged, palette),
                 palette);
}

Json RawTdxCollateralToJson(const RawTdxCollateralVerdict& judged,
                            const RawMaterial& raw) {
  Json json = {{"kind", "tdx-collateral"}};
  AddLayout(judged.layout(), json);
  AddRawVerdict(judged.verdict, json);
  AddScope(raw, judged.verdict, json);
  AddTdxCollateral(judged.collateral, json);
  if (judged.evaluations.empty()) return json;
  Json& evaluations = json["evaluations"] = Json::object();
  for (const RawTdxEvaluated& one : judged.evaluations) {
    evaluations[Plain(one.name)] = TdxEvaluatedToJson(one);
  }
  return json;
}

std::string RenderRawTdxCollateral(const RawTdxCollateralVerdict& judged,
                                   const RawMaterial& raw,
                                   const Palette& palette) {
  std::string sections = TdxCollateralSections(judged.collateral, palette);
  for (const RawTdxEvaluated& one : judged.evaluations) {
    Table table;
    AddTdxEvaluated(one, table);
    absl::StrAppend(&sections,
                    Heading(absl::StrCat("For ", Plain(one.name)), palette),
                    table.Render());
  }
  return RawPage(judged.verdict, raw, sections, palette);
}

}  // namespace evidenced
