#include "agent/client/json_snp.h"

#include <string>

#include "absl/strings/str_format.h"

#include "agent/client/bit_words.h"
#include "agent/client/json_certificate.h"
#include "agent/client/text.h"
#include "quote/base/bytes.h"
#include "quote/crypto/digest.h"
#include "quote/snp/report_bits.h"

namespace evidenced {
namespace {

using Json = nlohmann::ordered_json;

std::string Hex64(uint64_t value) { return absl::StrFormat("%016x", value); }

Json PolicyToJson(uint64_t policy) {
  Json json = {{"raw", Hex64(policy)},
               {"abi_minor", policy & 0xff},
               {"abi_major", policy >> 8 & 0xff}};
  AddBits(policy, kSnpPolicyBits, json);
  json["unknown_bits"] =
      Hex64(UnnamedBits(policy, kSnpPolicyBits) & ~kSnpPolicyAbi);
  return json;
}

Json PlatformToJson(uint64_t platform_info) {
  Json json = {{"raw", Hex64(platform_info)}};
  AddBits(platform_info, kSnpPlatformBits, json);
  json["unknown_bits"] = Hex64(UnnamedBits(platform_info, kSnpPlatformBits));
  return json;
}

Json FirmwareToJson(const SnpFirmware& firmware) {
  return {{"build", firmware.build},
          {"minor", firmware.minor},
          {"major", firmware.major}};
}

// Who signed, and with what.
void AddKeyInfo(const SnpReport& report, Json& json) {
  json["key_info"] = {{"raw", absl::StrFormat("%08x", report.key_info)},
                      {"author_key_en", report.author_key_en()},
                      {"mask_chip_key", report.mask_chip_key()},
                      {"signing_key", SnpSigningKeyName(report.signing_key())}};
}

void AddDigests(const SnpReport& report, Json& json) {
  json["report_data"] = Hex(report.report_data);
  json["measurement"] = Hex(report.measurement);
  json["host_data"] = Hex(report.host_data);
  json["id_key_digest"] = Hex(report.id_key_digest);
  json["author_key_digest"] = Hex(report.author_key_digest);
  json["report_id"] = Hex(report.report_id);
  json["report_id_ma"] = Hex(report.report_id_ma);
}

void AddProduct(const RawSnpReport& judged, Json& json) {
  const std::optional<SnpProduct> product = judged.product();
  json["generation"] = nullptr;
  json["generation_source"] = nullptr;
  if (!product.has_value()) return;
  json["generation"] = std::string(SnpProductName(*product));
  json["generation_source"] = judged.report->cpuid.has_value()
                                  ? "cpuid"
                                  : "endorsement key certificate";
}

}  // namespace

Json SnpTcbToJson(const SnpTcb& tcb) {
  Json json = {{"raw", Hex64(tcb.raw())}};
  if (tcb.fmc().has_value()) json["fmc"] = *tcb.fmc();
  json["boot_loader"] = tcb.boot_loader();
  json["tee"] = tcb.tee();
  json["snp"] = tcb.snp();
  json["microcode"] = tcb.microcode();
  json["reserved"] = Hex(tcb.reserved());
  return json;
}

Json SnpReportToJson(const RawSnpReport& judged) {
  const SnpReport& report = *judged.report;
  const auto tcb = [&judged](uint64_t raw) {
    return SnpTcbToJson(judged.Tcb(raw));
  };
  Json json = {{"version", report.version},
               {"guest_svn", report.guest_svn},
               {"policy", PolicyToJson(report.policy)},
               {"family_id", Hex(report.family_id)},
               {"image_id", Hex(report.image_id)},
               {"vmpl", report.vmpl},
               {"signature_algo", report.signature_algo},
               {"current_tcb", tcb(report.current_tcb)},
               {"platform_info", PlatformToJson(report.platform_info)}};
  AddKeyInfo(report, json);
  AddDigests(report, json);
  json["reported_tcb"] = tcb(report.reported_tcb);
  if (report.cpuid.has_value()) {
    json["cpuid"] = {{"family", report.cpuid->family},
                     {"model", report.cpuid->model},
                     {"stepping", report.cpuid->stepping}};
  }
  json["chip_id"] = Hex(report.chip_id);
  json["committed_tcb"] = tcb(report.committed_tcb);
  json["current_version"] = FirmwareToJson(report.current_version);
  json["committed_version"] = FirmwareToJson(report.committed_version);
  json["launch_tcb"] = tcb(report.launch_tcb);
  if (report.launch_mit_vector.has_value()) {
    json["launch_mit_vector"] = Hex64(*report.launch_mit_vector);
    json["current_mit_vector"] = Hex64(*report.current_mit_vector);
  }
  json["signature"] = {{"r", Hex(report.signature_r)},
                       {"s", Hex(report.signature_s)}};
  json["nonzero_reserved"] = report.nonzero_reserved;
  AddProduct(judged, json);
  return json;
}

Json SnpEndorsementToJson(const SnpEndorsement& endorsement) {
  const SnpTcb& tcb = endorsement.tcb;
  const ByteView rest = tcb.reserved();
  Json json = {{"struct_version", endorsement.struct_version},
               {"product_name", Plain(endorsement.product_name)}};
  if (tcb.fmc().has_value()) json["fmc_spl"] = *tcb.fmc();
  json["bl_spl"] = tcb.boot_loader();
  json["tee_spl"] = tcb.tee();
  // spl4 to spl7, of Turin spl5 to spl7.
  for (size_t i = 0; i < rest.size(); ++i) {
    json[absl::StrFormat("spl%d", 8 - rest.size() + i)] = rest[i];
  }
  json["snp_spl"] = tcb.snp();
  json["ucode_spl"] = tcb.microcode();
  if (endorsement.kind == SnpKeyKind::kVcek) {
    json["hw_id"] = Hex(endorsement.hwid);
  } else {
    json["csp_id"] = Plain(endorsement.csp_id);
  }
  return json;
}

Json SnpTableEntryToJson(const RawSnpTableEntry& entry) {
  const SnpTableEntry& raw = entry.entry;
  Json json = {{"guid", raw.guid},
               {"kind", std::string(SnpTableKindName(raw.kind))},
               {"offset", raw.offset},
               {"length", raw.data.size()},
               {"sha256", Hex(Sha256(raw.data))}};
  if (raw.kind == SnpTableKind::kExtraPlatformInfo) {
    json["data"] = Hex(raw.data);
  }
  if (entry.certificates.empty()) return json;
  json["encoding"] = entry.pem ? "pem" : "der";
  const Certificate& first = entry.certificates.front();
  json["subject"] = Plain(first.subject());
  json["spki_sha256"] = Hex(first.spki_sha256());
  return json;
}

void AddSnpKeys(const RawSnpKeys& keys, Json& json) {
  if (!keys.ek_status.ok()) {
    json["ek_certificate_error"] = "not an X.509 certificate";
  }
  if (keys.ek.has_value()) {
    json["ek_certificate"] = CertificateDetailsToJson(*keys.ek);
  }
  if (keys.endorsement.ok()) {
    json["ek_extensions"] = SnpEndorsementToJson(*keys.endorsement);
  }
  if (keys.ca.empty()) return;
  Json& ca = json["ca_certificates"] = Json::array();
  for (const Certificate& certificate : keys.ca) {
    ca.push_back(CertificateDetailsToJson(certificate));
  }
}

}  // namespace evidenced
