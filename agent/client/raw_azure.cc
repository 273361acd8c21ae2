#include "agent/client/raw_azure.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "agent/client/json_azure.h"
#include "agent/client/raw_snp.h"
#include "agent/client/raw_tdx.h"
#include "agent/client/raw_tpm.h"
#include "agent/client/render_raw.h"
#include "agent/client/render_verdict.h"
#include "quote/crypto/key_text.h"

namespace evidenced {
namespace {

using Json = nlohmann::ordered_json;

Json ClaimsOf(const AzureHclReport& report) {
  return AzureClaimsToJson(ToString(report.variable_data));
}

// A value as a person reads it: a text without its quotation marks.
std::string ValueText(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string HclSection(const RawAzureHcl& judged, const Palette& palette) {
  if (!judged.hcl.has_value()) return "";
  Table table;
  AddHclReport(*judged.hcl, table);
  if (judged.ak->ok()) {
    const PublicKey& ak = **judged.ak;
    table.Row({"attestation key", KeyName(ak.spki())});
    table.Row({"", absl::StrCat("SHA-256 ", Hex(ak.spki_sha256()))});
  }
  return absl::StrCat(Heading("HCL report", palette), table.Render());
}

}  // namespace

void AddHclReport(const AzureHclReport& report, Table& table) {
  table.Row({"version", absl::StrCat(report.version)});
  table.Row({"hardware report",
             std::string(AzureReportTypeName(report.report_type))});
  table.Row(
      {"runtime data",
       absl::StrFormat("%d bytes, SHA-256 %s", report.variable_data.size(),
                       Hex(Sha256(report.variable_data)))});
  const Json claims = ClaimsOf(report);
  if (!claims.is_object()) return;
  for (const Json& key : claims["keys"]) {
    table.Row({"key", ValueText(key)});
  }
  if (claims["vm_configuration"].is_object()) {
    for (const auto& [name, value] : claims["vm_configuration"].items()) {
      table.Row({name, ValueText(value)});
    }
  }
  table.Row({"user data", ValueText(claims["user_data"])});
}

Json RawAzureToJson(const RawAzureHcl& judged, const RawMaterial& raw) {
  Json json = {{"kind", "composite"}};
  AddLayout(judged.layout, json);
  AddRawVerdict(judged.verdict, json);
  AddScope(raw, judged.verdict, json);
  if (!judged.hcl.has_value()) return json;
  json["hcl"] = HclReportToJson(*judged.hcl);
  json["runtime_claims"] = ClaimsOf(*judged.hcl);
  if (judged.ak->ok()) {
    const PublicKey& ak = **judged.ak;
    json["ak_spki_sha256"] = Hex(ak.spki_sha256());
    json["ak_key"] = KeyName(ak.spki());
  }
  if (judged.snp.has_value()) {
    json["snp"] = SnpReportVerdictToJson(*judged.snp);
  }
  if (judged.td.has_value()) {
    json["tdreport"] = TdReportVerdictToJson(judged.td->report);
    if (judged.td->quote.has_value()) {
      json["td_quote"] = TdxQuoteVerdictToJson(*judged.td->quote);
    }
  }
  if (judged.quote.has_value()) {
    json["tpm_quote"] =
        TpmQuoteVerdictToJson(*judged.quote_input, *judged.quote);
  }
  return json;
}

std::string RenderRawAzure(const RawAzureHcl& judged, const RawMaterial& raw,
                           const Palette& palette) {
  std::string sections = HclSection(judged, palette);
  if (judged.snp.has_value()) {
    absl::StrAppend(&sections, SnpReportSections(*judged.snp, palette));
  }
  std::string note;
  if (judged.td.has_value()) {
    absl::StrAppend(&sections, TdReportSections(judged.td->report, palette));
    if (judged.td->quote.has_value()) {
      absl::StrAppend(&sections, TdxQuoteSections(*judged.td->quote, palette));
      note = TdxTcbNote(*judged.td->quote);
    }
  }
  if (judged.quote.has_value()) {
    absl::StrAppend(&sections, TpmQuoteSections(*judged.quote_input,
                                                *judged.quote, palette));
  }
  return RawPage(judged.verdict, raw, sections, palette, note);
}

}  // namespace evidenced
