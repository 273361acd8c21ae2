// What processors sign, and what that is handed over in.
#include <algorithm>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "agent/client/inspection.h"
#include "agent/client/json_azure.h"
#include "agent/client/json_snp.h"
#include "agent/client/raw_azure.h"
#include "agent/client/render_snp.h"
#include "agent/client/render_verdict.h"
#include "evidence/raw/snp_report.h"
#include "evidence/raw/snp_table.h"
#include "quote/azure/hcl_report.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/certificate.h"
#include "quote/crypto/pem.h"
#include "quote/snp/certificate_table.h"
#include "quote/snp/report.h"

namespace evidenced {
namespace {

using Json = nlohmann::ordered_json;

// More versions than there will be soon.
constexpr uint32_t kMaxVersion = 0xff;

// A report has no magic number: what else has its size has no such version.
absl::StatusOr<RawSnpReport> ReadReport(ByteView bytes) {
  RawSnpReport out;
  ASSIGN_OR_RETURN(out.report, ParseSnpReport(bytes));
  const uint32_t version = out.report->version;
  if (version > 0 && version <= kMaxVersion) return out;
  return absl::InvalidArgumentError(absl::StrFormat(
      "expected the version of an SNP report, found %d", version));
}

// Neither has a table: one holds a GUID that is known.
absl::StatusOr<std::vector<SnpTableEntry>> ReadTable(ByteView bytes) {
  ASSIGN_OR_RETURN(std::vector<SnpTableEntry> entries,
                   ParseSnpCertificateTable(bytes));
  if (std::any_of(entries.begin(), entries.end(),
                  [](const SnpTableEntry& entry) {
                    return entry.kind != SnpTableKind::kUnknown;
                  })) {
    return entries;
  }
  return absl::InvalidArgumentError(absl::StrFormat(
      "expected an entry that a certificate table has, found none in %d",
      entries.size()));
}

// Each entry, and the certificates that those for such hold.
void ShowEntries(const std::vector<SnpTableEntry>& entries, Inspection& out) {
  Json& json = out.json["entries"] = Json::array();
  Table table;
  for (const SnpTableEntry& entry : entries) {
    RawSnpTableEntry read{
        .entry = entry, .pem = IsPem(entry.data), .certificates = {}};
    if (HoldsCertificates(entry.kind)) {
      auto certificates = CertificatesFromFile(entry.data);
      if (certificates.ok()) read.certificates = *std::move(certificates);
    }
    json.push_back(SnpTableEntryToJson(read));
    AddSnpTableEntry(read, table);
  }
  absl::StrAppend(&out.text, table.Render());
}

Inspection ShowReport(const RawSnpReport& read) {
  Table table;
  AddSnpReport(read, table);
  return {.json = {{"report", SnpReportToJson(read)}}, .text = table.Render()};
}

}  // namespace

absl::StatusOr<Inspection> InspectSnpReport(ByteView bytes, const Palette&) {
  ASSIGN_OR_RETURN(const RawSnpReport report, ReadReport(bytes));
  return ShowReport(report);
}

absl::StatusOr<Inspection> InspectSnpTable(ByteView bytes, const Palette&) {
  ASSIGN_OR_RETURN(const std::vector<SnpTableEntry> entries, ReadTable(bytes));
  Inspection out;
  ShowEntries(entries, out);
  return out;
}

absl::StatusOr<Inspection> InspectSnpExtendedReport(ByteView bytes,
                                                    const Palette& palette) {
  const size_t size = std::min(bytes.size(), kSnpReportSize);
  ASSIGN_OR_RETURN(const RawSnpReport report, ReadReport(bytes.first(size)));
  ASSIGN_OR_RETURN(const std::vector<SnpTableEntry> entries,
                   ReadTable(bytes.subspan(size)));
  Inspection out = ShowReport(report);
  absl::StrAppend(&out.text, Heading("Certificate table", palette));
  ShowEntries(entries, out);
  return out;
}

absl::StatusOr<Inspection> InspectHclReport(ByteView bytes,
                                            const Palette& palette) {
  ASSIGN_OR_RETURN(const AzureHclReport hcl, ParseAzureHclReport(bytes));
  Table table;
  AddHclReport(hcl, table);
  Inspection out{.json = {{"hcl", HclReportToJson(hcl)},
                          {"runtime_claims",
                           AzureClaimsToJson(ToString(hcl.variable_data))}},
                 .text = table.Render()};
  if (hcl.report_type == static_cast<uint32_t>(AzureReportType::kTdx)) {
    ASSIGN_OR_RETURN(
        const Inspection inner,
        InspectTdReport(hcl.hardware_report.first(kTdReportSize), palette));
    out.json.update(inner.json);
    absl::StrAppend(&out.text, Heading("TDREPORT", palette), inner.text);
    return out;
  }
  if (hcl.report_type != static_cast<uint32_t>(AzureReportType::kSnp)) {
    return out;
  }
  ASSIGN_OR_RETURN(const RawSnpReport report, ReadReport(hcl.hardware_report));
  const Inspection inner = ShowReport(report);
  out.json.update(inner.json);
  absl::StrAppend(&out.text, Heading("SNP report", palette), inner.text);
  return out;
}

}  // namespace evidenced
