#include "agent/client/raw_snp.h"

#include "absl/strings/str_cat.h"

#include "agent/client/json_certificate.h"
#include "agent/client/json_snp.h"
#include "agent/client/render_certificate.h"
#include "agent/client/render_raw.h"
#include "agent/client/render_snp.h"
#include "agent/client/render_verdict.h"
#include "quote/base/bytes.h"

namespace evidenced {
namespace {

using Json = nlohmann::ordered_json;

std::string CertificateSection(absl::string_view title,
                               const Certificate& certificate,
                               const Palette& palette) {
  Table table;
  AddCertificateDetails(certificate, table);
  return absl::StrCat(Heading(title, palette), table.Render());
}

std::string KeySections(const RawSnpKeys& keys, const Palette& palette) {
  std::string out;
  if (keys.ek.has_value()) {
    Table table;
    if (keys.endorsement.ok()) AddSnpEndorsement(*keys.endorsement, table);
    AddCertificateDetails(*keys.ek, table);
    absl::StrAppend(&out, Heading("Endorsement key certificate", palette),
                    table.Render());
  }
  for (const Certificate& ca : keys.ca) {
    absl::StrAppend(&out, CertificateSection("CA certificate", ca, palette));
  }
  return out;
}

std::string ReportSection(const RawSnpReport& judged, const Palette& palette) {
  if (!judged.report.has_value()) return "";
  Table table;
  AddSnpReport(judged, table);
  return absl::StrCat(Heading("Report", palette), table.Render());
}

std::string EntrySection(const RawSnpTable& judged, const Palette& palette) {
  Table table;
  for (const RawSnpTableEntry& entry : judged.entries) {
    AddSnpTableEntry(entry, table);
  }
  if (table.empty()) return "";
  return absl::StrCat(
      Heading("Certificate table, as the host gave it", palette),
      table.Render());
}

}  // namespace

std::string SnpReportSections(const RawSnpReport& judged,
                              const Palette& palette) {
  return absl::StrCat(ReportSection(judged, palette),
                      KeySections(judged.keys, palette));
}

Json SnpReportVerdictToJson(const RawSnpReport& judged) {
  Json json = Json::object();
  AddLayout(judged.layout, json);
  AddRawVerdict(judged.verdict, json);
  if (judged.report.has_value()) json["report"] = SnpReportToJson(judged);
  AddSnpKeys(judged.keys, json);
  return json;
}

Json RawSnpReportToJson(const RawSnpReport& judged, const RawMaterial& raw) {
  Json json = {{"kind", "snp-report"}};
  json.update(SnpReportVerdictToJson(judged));
  AddScope(raw, judged.verdict, json);
  return json;
}

std::string RenderRawSnpReport(const RawSnpReport& judged,
                               const RawMaterial& raw, const Palette& palette) {
  return RawPage(judged.verdict, raw, SnpReportSections(judged, palette),
                 palette);
}

Json RawSnpCertificatesToJson(const RawSnpCertificates& judged,
                              const RawMaterial& raw) {
  Json json = {{"kind", "snp-cert"}};
  AddLayout(judged.layout, json);
  AddRawVerdict(judged.verdict, json);
  AddScope(raw, judged.verdict, json);
  AddSnpKeys(judged.keys, json);
  if (judged.keys.endorsement.ok()) {
    const SnpEndorsement& endorsement = *judged.keys.endorsement;
    json["generation"] = std::string(SnpProductName(endorsement.product));
    json["key_kind"] = std::string(SnpKeyKindName(endorsement.kind));
  }
  if (judged.keys.ek.has_value()) return json;
  // CAs alone.
  Json& certificates = json["certificates"] = Json::array();
  for (const Certificate& certificate : judged.keys.ca) {
    certificates.push_back(CertificateDetailsToJson(certificate));
  }
  if (judged.root.has_value()) {
    json["root_spki_sha256"] = Hex(judged.root->spki_sha256());
  }
  return json;
}

std::string RenderRawSnpCertificates(const RawSnpCertificates& judged,
                                     const RawMaterial& raw,
                                     const Palette& palette) {
  return RawPage(judged.verdict, raw, KeySections(judged.keys, palette),
                 palette);
}

Json RawSnpTableToJson(const RawSnpTable& judged, const RawMaterial& raw) {
  Json json = {{"kind", "snp-cert-table"}};
  AddLayout(judged.layout, json);
  AddRawVerdict(judged.verdict, json);
  AddScope(raw, judged.verdict, json);
  if (!judged.layout.ok()) return json;
  Json& entries = json["entries"] = Json::array();
  for (const RawSnpTableEntry& entry : judged.entries) {
    entries.push_back(SnpTableEntryToJson(entry));
  }
  json["entry_count"] = judged.entries.size();
  if (judged.report.has_value()) {
    json["report_verification"] = SnpReportVerdictToJson(*judged.report);
  }
  return json;
}

std::string RenderRawSnpTable(const RawSnpTable& judged, const RawMaterial& raw,
                              const Palette& palette) {
  std::string sections = EntrySection(judged, palette);
  if (judged.report.has_value()) {
    absl::StrAppend(&sections, SnpReportSections(*judged.report, palette));
  }
  return RawPage(judged.verdict, raw, sections, palette);
}

}  // namespace evidenced
