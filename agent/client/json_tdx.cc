#include "agent/client/json_tdx.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "agent/client/bit_words.h"
#include "agent/client/json_certificate.h"
#include "quote/base/bytes.h"
#include "quote/tdx/td_bits.h"

namespace evidenced {
namespace {

using Json = nlohmann::ordered_json;

std::string LeHex(uint64_t mask) {
  Bytes bytes;
  for (size_t i = 0; i < sizeof(mask); ++i) {
    bytes.push_back(static_cast<uint8_t>(mask >> (8 * i) & 0xff));
  }
  return Hex(bytes);
}

bool IsZero(ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(),
                     [](uint8_t byte) { return byte == 0; });
}

Json AttributesToJson(uint64_t attributes) {
  Json json = Json::object();
  AddBits(attributes, kTdAttributes, json);
  return json;
}

Json HeaderToJson(const TdxQuoteHeader& header) {
  Json json = {{"version", header.version},
               {"att_key_type", header.att_key_type},
               {"tee_type", absl::StrFormat("%08x", header.tee_type)},
               {"qe_vendor_id", Hex(header.qe_vendor_id)},
               {"user_data", Hex(header.user_data)}};
  if (header.version != kSgxVersion) {
    json["reserved_8_12"] = Hex(header.reserved);
    return json;
  }
  const Bytes& svns = header.reserved;
  json["qe_svn"] = svns[0] | svns[1] << 8;
  json["pce_svn"] = svns[2] | svns[3] << 8;
  return json;
}

void AddMeasurements(const TdMeasurements& td, Json& json) {
  json["mr_td"] = Hex(td.mr_td);
  json["mr_config_id"] = Hex(td.mr_config_id);
  json["mr_owner"] = Hex(td.mr_owner);
  json["mr_owner_config"] = Hex(td.mr_owner_config);
  for (size_t i = 0; i < td.rtmr.size(); ++i) {
    json[absl::StrCat("rtmr", i)] = Hex(td.rtmr.at(i));
  }
}

Json BodyToJson(const TdBody& body) {
  Json json = {{"tee_tcb_svn", Hex(body.tee_tcb_svn)},
               {"mr_seam", Hex(body.mr_seam)},
               {"mrsigner_seam", Hex(body.mrsigner_seam)},
               {"seam_attributes", LeHex(body.seam_attributes)},
               {"td_attributes", LeHex(body.td.td_attributes)},
               {"xfam", LeHex(body.td.xfam)}};
  AddMeasurements(body.td, json);
  json["report_data"] = Hex(body.report_data);
  json["td_attributes_decoded"] = AttributesToJson(body.td.td_attributes);
  if (body.tee_tcb_svn_2.has_value()) {
    json["tee_tcb_svn_2"] = Hex(*body.tee_tcb_svn_2);
    json["mr_service_td"] = Hex(body.mr_service_td);
  }
  return json;
}

Json EnclaveToJson(const EnclaveReport& enclave) {
  return {{"cpu_svn", Hex(enclave.cpu_svn)},
          {"misc_select", Hex(enclave.misc_select)},
          {"attributes", Hex(enclave.attributes)},
          {"mr_enclave", Hex(enclave.mr_enclave)},
          {"mr_signer", Hex(enclave.mr_signer)},
          {"isv_prod_id", enclave.isv_prod_id},
          {"isv_svn", enclave.isv_svn},
          {"report_data", Hex(enclave.report_data)}};
}

// "pem leaf-first", as the specification has it.
std::string EncodingText(const RawTdxQuote& judged) {
  return absl::StrCat(
      judged.chain.is_pem ? "pem " : "der ",
      judged.chain.root_first ? "root-first" : "leaf-first",
      judged.chain.is_pem ? "" : " (not the PEM form of the specification)");
}

void AddPck(const RawTdxQuote& judged, Json& json) {
  if (judged.chain.certificates.empty()) return;
  json["pck_chain_encoding"] = EncodingText(judged);
  json["pck_chain_source"] = judged.chain.in_quote ? "quote" : "given";
  Json& chain = json["pck_chain"] = Json::array();
  for (const Certificate& certificate : judged.chain.certificates) {
    chain.push_back(CertificateDetailsToJson(certificate));
  }
  if (judged.chain.pck.ok()) {
    json["pck_extensions"] = PckExtensionsToJson(judged.chain.pck->extensions);
  }
}

// How the quote is signed, and by whom.
void AddSignature(const TdxQuote& quote, Json& json) {
  json["signature_data_len"] = quote.signature_size;
  json["trailing_bytes"] = quote.trailing.size();
  json["trailing_all_zero"] = IsZero(quote.trailing);
  json["quote_signature"] = Hex(quote.signature);
  json["attestation_key"] = Hex(quote.attestation_key);
  if (quote.certification_type.has_value()) {
    json["certification_data_type"] = *quote.certification_type;
    json["signature_data_slack"] = quote.slack.size();
  }
  json["qe_report"] = EnclaveToJson(quote.qe_report);
  json["qe_report_signature"] = Hex(quote.qe_report_signature);
  json["qe_auth_data"] = Hex(quote.qe_auth_data);
  json["inner_certification_data_type"] = quote.pck_type;
  json["inner_certification_data_size"] = quote.pck_data.size();
}

}  // namespace

Json PckExtensionsToJson(const PckExtensions& extensions) {
  Json json = {{"ppid", Hex(extensions.ppid)},
               {"pce_svn", extensions.pce_svn},
               {"cpu_svn", Hex(extensions.cpu_svn)},
               {"tcb_comp_svn", extensions.tcb_comp_svn},
               {"pce_id", Hex(extensions.pce_id)},
               {"fmspc", Hex(extensions.fmspc)},
               {"sgx_type", extensions.sgx_type}};
  if (!extensions.platform_instance_id.empty()) {
    json["platform_instance_id"] = Hex(extensions.platform_instance_id);
  }
  if (extensions.configuration.has_value()) {
    json["configuration"] = {
        {"dynamic_platform", extensions.configuration->dynamic_platform},
        {"cached_keys", extensions.configuration->cached_keys},
        {"smt_enabled", extensions.configuration->smt_enabled}};
  }
  return json;
}

Json TdxQuoteToJson(const RawTdxQuote& judged) {
  const TdxQuote& quote = *judged.quote;
  Json json = {{"header", HeaderToJson(quote.header)}};
  if (quote.body_descriptor.has_value()) {
    json["body_descriptor"] = {{"type", quote.body_descriptor->type},
                               {"size", quote.body_descriptor->size}};
  }
  if (quote.td.has_value()) {
    json["body_kind"] = std::string(quote.td->kind());
    json["body"] = BodyToJson(*quote.td);
  } else {
    json["body_kind"] = "sgx";
    json["body"] = EnclaveToJson(*quote.enclave);
  }
  AddSignature(quote, json);
  AddPck(judged, json);
  return json;
}

Json TdReportToJson(const TdReport& report) {
  Json td_info = {
      {"attributes", LeHex(report.td.td_attributes)},
      {"attributes_decoded", AttributesToJson(report.td.td_attributes)},
      {"xfam", LeHex(report.td.xfam)}};
  AddMeasurements(report.td, td_info);
  td_info["servtd_hash"] = Hex(report.servtd_hash);
  const TdTcbInfo& info = report.tcb_info;
  return {{"type", report.type},
          {"subtype", report.subtype},
          {"report_version", report.version},
          {"cpu_svn", Hex(report.cpu_svn)},
          {"tee_tcb_info_hash", Hex(report.tee_tcb_info_hash)},
          {"tee_info_hash", Hex(report.tee_info_hash)},
          {"report_data", Hex(report.report_data)},
          {"mac", Hex(report.mac)},
          {"tee_tcb_info",
           {{"valid", LeHex(info.valid)},
            {"tee_tcb_svn", Hex(info.tee_tcb_svn)},
            {"mr_seam", Hex(info.mr_seam)},
            {"mrsigner_seam", Hex(info.mrsigner_seam)},
            {"attributes", LeHex(info.attributes)},
            {"tee_tcb_svn_2", Hex(info.tee_tcb_svn_2)}}},
          {"td_info", td_info},
          {"checks",
           {{"tee_tcb_info_hash_matches", CheckTdReportTcbInfo(report).ok()},
            {"tee_info_hash_matches", CheckTdReportTdInfo(report).ok()},
            {"mac_verifiable", false}}}};
}

Json TdxFactsToJson(const TdBody& body) {
  return {{"debug", (body.td.td_attributes & kTdUnderDebug) != 0},
          {"migratable", (body.td.td_attributes & kTdMigratable) != 0},
          {"mr_seam_nonzero", !IsZero(body.mr_seam)},
          {"signer_seam_is_intel_module", IsZero(body.mrsigner_seam)}};
}

}  // namespace evidenced
