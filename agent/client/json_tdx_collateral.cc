#include "agent/client/json_tdx_collateral.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "agent/client/json_certificate.h"
#include "agent/client/text.h"
#include "quote/base/bytes.h"
#include "quote/crypto/digest.h"

namespace evidenced {
namespace {

using Json = nlohmann::ordered_json;

Json OrNull(const std::optional<bool>& value) {
  return value.has_value() ? Json(*value) : Json();
}

// What Intel's service wrote, as it stands.
Json Scalar(const Json& value) {
  if (value.is_string()) return Plain(value.get_ref<const std::string&>());
  if (value.is_structured()) return Plain(value.dump());
  return value;
}

// The member `key` of each object of the list `list` of `body`.
std::vector<Json> Each(const Json& body, const char* list, const char* key) {
  std::vector<Json> out;
  const auto members = body.find(list);
  if (members == body.end() || !members->is_array()) return out;
  for (const Json& member : *members) {
    if (!member.is_object() || !member.contains(key)) continue;
    out.push_back(Scalar(member[key]));
  }
  return out;
}

void AddSigner(const RawTdxCollateral& collateral, absl::Time issue_date,
               Json& json) {
  if (collateral.tcb_signing_chain.empty()) return;
  const Certificate& signing = collateral.tcb_signing_chain.front();
  const Certificate& root = collateral.tcb_signing_chain.back();
  json["signing_chain_valid_ignoring_time"] = collateral.signing_chain_valid;
  json["signing_root_spki_sha256"] = Hex(root.spki_sha256());
  json["signing_root_is_intel_sgx_root_ca"] = IsIntelTdxRoot(root);
  json["signing_cert"] = CertificateDetailsToJson(signing);
  json["signing_cert_valid_at_issue_date"] =
      signing.not_before() <= issue_date && issue_date <= signing.not_after();
}

// Members that are one value, by their names.
using Names = std::vector<const char*>;

template <typename Value>
Json TextToJson(const RawSignedText<Value>& text, const Names& names,
                const RawTdxCollateral& collateral) {
  Json json = {
      {"signed_text_sha256", Hex(Sha256(AsBytes(text.text.body)))},
      {"signature_len", text.text.signature.size()},
  };
  const Json body = Json::parse(text.text.body, nullptr, false);
  if (!body.is_object()) return json;
  for (const char* name : names) {
    const auto member = body.find(name);
    if (member != body.end()) json[name] = Scalar(*member);
  }
  const auto levels = body.find("tcbLevels");
  json["tcb_level_count"] =
      levels != body.end() && levels->is_array() ? levels->size() : 0;
  json["tcb_statuses"] = Each(body, "tcbLevels", "tcbStatus");
  if (body.contains("tdxModuleIdentities")) {
    json["tdx_module_identities"] = Each(body, "tdxModuleIdentities", "id");
  }
  json["signature_valid"] = OrNull(text.signature_valid);
  json["current"] = OrNull(text.current);
  if (text.value.ok()) AddSigner(collateral, text.value->issue_date, json);
  return json;
}

Json RawCrlToJson(const RawCrl& crl) {
  Json json = CrlToJson(crl.list);
  json["signature_valid"] = OrNull(crl.signature_valid);
  json["current"] = OrNull(crl.current);
  return json;
}

Json StatusToJson(const std::optional<TcbStanding>& standing) {
  if (!standing.has_value()) return nullptr;
  return std::string(TcbStatusName(standing->status));
}

Json ModuleToJson(const TdxModuleComparison& module) {
  Json json = {{"id", module.id}};
  if (module.has_version) {
    json["found"] = module.found;
    json["isv_svn"] = module.isv_svn;
    json["status"] = StatusToJson(module.standing);
  }
  json["mrsigner_match"] = module.mr_signer_match;
  json["attributes_match"] = module.attributes_match;
  return json;
}

Json QeToJson(const QeComparison& qe, const EnclaveReport& report) {
  return {{"mrsigner_match", qe.mr_signer_match},
          {"isvprodid_match", qe.isv_prod_id_match},
          {"miscselect_match", qe.misc_select_match},
          {"attributes_match", qe.attributes_match},
          {"isv_svn", report.isv_svn},
          {"tcb_status", StatusToJson(qe.standing)}};
}

}  // namespace

Json CrlToJson(const RevocationList& list) {
  std::vector<std::string> serials = list.RevokedSerials();
  std::sort(serials.begin(), serials.end());
  const std::optional<absl::Time> next = list.next_update();
  return {{"issuer", Plain(list.issuer())},
          {"last_update", DateText(list.this_update())},
          {"next_update", next.has_value() ? Json(DateText(*next)) : Json()},
          {"revoked_count", list.size()},
          {"revoked_serials", serials}};
}

void AddTdxCollateral(const RawTdxCollateral& collateral, Json& json) {
  if (collateral.tcb_info.has_value()) {
    json["tcb_info"] =
        TextToJson(*collateral.tcb_info,
                   {"id", "version", "issueDate", "nextUpdate", "fmspc",
                    "pceId", "tcbType", "tcbEvaluationDataNumber"},
                   collateral);
  }
  if (collateral.qe_identity.has_value()) {
    json["qe_identity"] = TextToJson(
        *collateral.qe_identity,
        {"id", "version", "issueDate", "nextUpdate", "tcbEvaluationDataNumber",
         "mrsigner", "isvprodid", "miscselect", "miscselectMask", "attributes",
         "attributesMask"},
        collateral);
  }
  if (collateral.pck_crl.has_value()) {
    json["pck_crl"] = RawCrlToJson(*collateral.pck_crl);
  }
  if (collateral.root_crl.has_value()) {
    json["root_crl"] = RawCrlToJson(*collateral.root_crl);
  }
}

Json TdxEvaluationToJson(const RawTdxEvaluation& evaluation,
                         const TdxQuote& quote) {
  Json json = {{"fmspc_match", evaluation.fmspc_match},
               {"pceid_match", evaluation.pce_id_match},
               {"matched_level", nullptr},
               {"platform_tcb_status", "NotSupported"}};
  if (evaluation.level.has_value()) {
    json["matched_level"] = *evaluation.level;
    json["platform_tcb_status"] = StatusToJson(evaluation.platform);
    json["tcb_date"] = DateText(evaluation.platform->tcb_date);
    json["advisory_ids"] = evaluation.platform->advisory_ids;
  }
  json["tdx_module"] = ModuleToJson(*evaluation.module);
  if (evaluation.qe.has_value()) {
    json["qe_identity"] = QeToJson(*evaluation.qe, quote.qe_report);
  }
  return json;
}

Json TdxEvaluatedToJson(const RawTdxEvaluated& evaluated) {
  Json json = Json::object();
  if (!evaluated.quote.has_value()) return json;
  const TdxQuote& quote = *evaluated.quote;
  if (evaluated.chain.pck.ok()) {
    const PckExtensions& pck = evaluated.chain.pck->extensions;
    json["fmspc"] = Hex(pck.fmspc);
    json["pck_tcb_comp_svn"] = pck.tcb_comp_svn;
    json["pce_svn"] = pck.pce_svn;
  }
  if (quote.td.has_value()) {
    json["tee_tcb_svn"] = Hex(quote.td->tee_tcb_svn);
  }
  if (evaluated.evaluation.has_value()) {
    json["tcb_evaluation"] = TdxEvaluationToJson(*evaluated.evaluation, quote);
  }
  if (evaluated.revoked.empty()) return json;
  Json& revoked = json["revoked"] = Json::object();
  for (const auto& [name, is_revoked] : evaluated.revoked) {
    revoked[Plain(name)] = is_revoked;
  }
  return json;
}

Json TdxTcbToJson(const std::optional<TdxTcb>& tcb) {
  if (!tcb.has_value()) return {{"evaluated", false}};
  Json json = {
      {"evaluated", true},
      {"status", std::string(TcbStatusName(tcb->status))},
      {"advisory_ids", tcb->advisory_ids},
      {"tcb_date", DateText(tcb->tcb_date)},
      {"tcb_evaluation_data_number", tcb->tcb_evaluation_data_number},
      {"platform_status", std::string(TcbStatusName(tcb->platform.status))},
      {"module_status", StatusToJson(tcb->module)},
      {"qe_status", std::string(TcbStatusName(tcb->qe.status))},
      {"status_now", nullptr},
      {"relaunch_advised", tcb->relaunch_advised()}};
  if (tcb->status_now.has_value()) {
    json["status_now"] = std::string(TcbStatusName(*tcb->status_now));
  }
  return json;
}

}  // namespace evidenced
