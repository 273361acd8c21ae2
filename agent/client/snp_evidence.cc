#include "agent/client/snp_evidence.h"

#include "absl/strings/str_cat.h"

#include "agent/client/json_certificate.h"
#include "agent/client/json_snp.h"
#include "agent/client/render_snp.h"
#include "agent/client/render_verdict.h"
#include "evidence/raw/snp_report.h"
#include "quote/base/bytes.h"
#include "quote/crypto/digest.h"
#include "quote/snp/certificate_table.h"
#include "quote/snp/roots.h"

namespace evidenced {
namespace {

using Json = nlohmann::ordered_json;

// As a raw one is shown.
RawSnpReport AsRaw(const VerifiedSnpReport& verified) {
  RawSnpReport out;
  out.report = verified.report();
  out.keys.ek = verified.endorsement().certificate;
  out.keys.endorsement = verified.endorsement();
  const SnpChain& chain = verified.key().chain();
  out.keys.ca = {chain.intermediate, chain.ark};
  out.keys.crl = verified.key().crl();
  return out;
}

Json EntryToJson(const SnpTableEntry& entry) {
  return {{"guid", entry.guid},
          {"kind", std::string(SnpTableKindName(entry.kind))},
          {"length", entry.data.size()},
          {"sha256", Hex(Sha256(entry.data))}};
}

}  // namespace

Json VerifiedSnpToJson(const VerifiedSnpReport& verified) {
  const RawSnpReport raw = AsRaw(verified);
  Json json = {{"report", SnpReportToJson(raw)}};
  AddSnpKeys(raw.keys, json);
  json["root_is_amds"] =
      IsAmdSnpRoot(verified.key().chain().ark, verified.product());
  json["crl_checked"] = raw.keys.crl.has_value();
  if (raw.keys.crl.has_value()) {
    json["crl"] = {{"sha256", Hex(raw.keys.crl->sha256())},
                   {"dates", raw.keys.crl->DatesText()},
                   {"revoked", raw.keys.crl->size()}};
  }
  return json;
}

std::string RenderVerifiedSnp(const VerifiedSnpReport& verified,
                              const Palette& palette) {
  const RawSnpReport raw = AsRaw(verified);
  const SnpChain& chain = verified.key().chain();
  Table table;
  AddSnpReport(raw, table);
  table.Row(
      {"endorsed by", absl::StrCat(Printable(chain.intermediate.common_name()),
                                   ", ", Printable(chain.ark.common_name()))});
  if (const SnpEndorsement& key = verified.endorsement();
      key.kind == SnpKeyKind::kVlek) {
    table.Row({"issued to", Printable(key.csp_id)});
  }
  table.Row({"root key", Hex(chain.ark.spki_sha256())});
  table.Row({"", IsAmdSnpRoot(chain.ark, verified.product())
                     ? "AMD's"
                     : "NOT AMD's: --trusted-ark named it"});
  table.Row(
      {"revocation", raw.keys.crl.has_value()
                         ? absl::StrCat("not revoked, by a CRL of the root ",
                                        raw.keys.crl->DatesText())
                         : "not checked: no CRL was given"});
  return absl::StrCat(Heading("SNP report", palette), table.Render());
}

void AddSnpStatement(const v1::Evidence& evidence, Table& table, Json& json) {
  const auto report = ParseSnpReport(AsBytes(evidence.statement()));
  if (report.ok()) {
    RawSnpReport raw;
    raw.report = *report;
    AddSnpReport(raw, table);
    json["report"] = SnpReportToJson(raw);
  }
  const auto entries =
      ParseSnpCertificateTable(AsBytes(evidence.snp_certificate_table()));
  if (!entries.ok()) return;
  Json& list = json["certificate_table"] = Json::array();
  for (const SnpTableEntry& entry : *entries) {
    list.push_back(EntryToJson(entry));
    table.Row({absl::StrCat("with it: ", SnpTableKindName(entry.kind)),
               Count(entry.data.size(), "byte")});
  }
}

}  // namespace evidenced
