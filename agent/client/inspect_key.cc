// Certificates and public keys.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

#include "agent/client/ak_jwk.h"
#include "agent/client/inspection.h"
#include "agent/client/json_certificate.h"
#include "agent/client/json_snp.h"
#include "agent/client/json_tdx.h"
#include "agent/client/render_certificate.h"
#include "agent/client/render_snp.h"
#include "agent/client/render_tdx.h"
#include "agent/client/render_verdict.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/certificate.h"
#include "quote/crypto/key_text.h"
#include "quote/crypto/pem.h"
#include "quote/crypto/public_key.h"
#include "quote/snp/endorsement.h"
#include "quote/snp/product.h"
#include "quote/snp/roots.h"
#include "quote/tdx/pck.h"
#include "quote/tdx/roots.h"

namespace evidenced {
namespace {

using Json = nlohmann::ordered_json;

Inspection ShowKey(const PublicKey& key) {
  Table table;
  table.Row({"key", KeyName(key.spki())});
  table.Row({"public key", absl::StrCat("SHA-256 ", Hex(key.spki_sha256()))});
  return {.json = {{"key", KeyName(key.spki())},
                   {"spki_sha256", Hex(key.spki_sha256())}},
          .text = table.Render()};
}

// What a certificate for SEV-SNP says beyond others.
void AddAmd(const Certificate& certificate, Table& table, Json& json) {
  const auto endorsement = ParseSnpEndorsement(certificate);
  if (endorsement.ok()) {
    table.Row({"for", endorsement->kind == SnpKeyKind::kVcek
                          ? "SNP reports of one chip (VCEK)"
                          : "SNP reports of one provider's machines (VLEK)"});
    AddSnpEndorsement(*endorsement, table);
    json["key_kind"] = std::string(SnpKeyKindName(endorsement->kind));
    json["ek_extensions"] = SnpEndorsementToJson(*endorsement);
  }
  for (const SnpRoot& root : AmdSnpRoots()) {
    if (root.spki_sha256 != certificate.spki_sha256()) continue;
    table.Row({"for", absl::StrCat("the root of AMD's keys for ",
                                   SnpProductTitle(root.product),
                                   ", which is trusted")});
    json["amd_root"] = std::string(SnpProductName(root.product));
  }
}

// What a certificate for TDX says beyond others.
void AddIntel(const Certificate& certificate, Table& table, Json& json) {
  if (certificate.extension(kPckExtensionsOid) != nullptr) {
    const auto pck = ParsePckCertificate(certificate);
    if (pck.ok()) {
      table.Row({"for", "quoting enclaves of one platform (PCK)"});
      AddPckExtensions(pck->extensions, table);
      json["pck_extensions"] = PckExtensionsToJson(pck->extensions);
    }
  }
  if (!IsIntelTdxRoot(certificate)) return;
  table.Row({"for", "the root of Intel's keys for TDX, which is trusted"});
  json["intel_root"] = true;
}

}  // namespace

absl::StatusOr<Inspection> InspectCertificates(ByteView bytes,
                                               const Palette& palette) {
  ASSIGN_OR_RETURN(const std::vector<Certificate> certificates,
                   CertificatesFromFile(bytes));
  Inspection out{.json = {{"certificates", Json::array()}}, .text = ""};
  for (const Certificate& one : certificates) {
    Table table;
    AddCertificateDetails(one, table);
    Json json = CertificateDetailsToJson(one);
    const CertificateExtension* gce = one.extension(kGceInstanceOid);
    if (gce != nullptr) {
      const auto instance = ParseGceInstance(gce->value);
      if (instance.ok()) {
        AddGceInstance(*instance, table);
        json["gce_instance"] = GceInstanceToJson(*instance);
      }
    }
    AddAmd(one, table, json);
    AddIntel(one, table, json);
    out.json["certificates"].push_back(std::move(json));
    absl::StrAppend(&out.text, Heading("Certificate", palette), table.Render());
  }
  return out;
}

absl::StatusOr<Inspection> InspectPublicKey(ByteView bytes, const Palette&) {
  Bytes spki = ToBytes(bytes);
  if (IsPem(bytes)) {
    ASSIGN_OR_RETURN(spki, SpkiFromPem(ToString(bytes)));
  }
  ASSIGN_OR_RETURN(const PublicKey key, PublicKey::FromSpki(spki));
  return ShowKey(key);
}

absl::StatusOr<Inspection> InspectAkJwk(ByteView bytes, const Palette&) {
  ASSIGN_OR_RETURN(const PublicKey key, ParseAkJwk(ToString(bytes)));
  return ShowKey(key);
}

}  // namespace evidenced
