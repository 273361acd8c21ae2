#include "agent/client/render_tdx_collateral.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"

#include "agent/client/render_certificate.h"
#include "agent/client/render_verdict.h"
#include "quote/base/bytes.h"

namespace evidenced {
namespace {

// When it was issued, and when the next is due.
void AddDates(absl::Time issue_date, absl::Time next_update, Table& table) {
  table.Row({"issued", TimeText(issue_date)});
  table.Row({"next due", TimeText(next_update)});
}

std::string StandingText(const TcbStanding& standing) {
  std::string out = absl::StrCat(
      TcbStatusName(standing.status), ", TCB of ",
      absl::FormatTime("%Y-%m-%d", standing.tcb_date, absl::UTCTimeZone()));
  if (!standing.advisory_ids.empty()) {
    absl::StrAppend(&out, ", ", absl::StrJoin(standing.advisory_ids, ", "));
  }
  return out;
}

std::string OrNone(const std::optional<TcbStanding>& standing) {
  return standing.has_value() ? StandingText(*standing) : "reaches no level";
}

absl::string_view YesNo(bool yes) { return yes ? "the same" : "ANOTHER"; }

// Whether all of them hold.
std::string MatchText(bool match) {
  return match ? "as expected" : "NOT as expected";
}

}  // namespace

void AddTcbInfo(const TcbInfo& info, Table& table) {
  table.Row({"for", absl::StrFormat("FMSPC %s, PCE-ID %s", Hex(info.fmspc),
                                    Hex(info.pce_id))});
  AddDates(info.issue_date, info.next_update, table);
  table.Row({"evaluation data", absl::StrCat(info.tcb_evaluation_data_number)});
  for (const PlatformTcbLevel& level : info.levels) {
    table.Row({"level", StandingText(level.standing)});
  }
  for (const TdxModuleIdentity& identity : info.tdx_module_identities) {
    for (const IsvTcbLevel& level : identity.levels) {
      table.Row(
          {Plain(identity.id), absl::StrCat("SVN ", level.isv_svn, ": ",
                                            StandingText(level.standing))});
    }
  }
}

void AddQeIdentity(const QeIdentity& identity, Table& table) {
  table.Row({"signer", Hex(identity.mr_signer)});
  table.Row({"product", absl::StrCat(identity.isv_prod_id)});
  AddDates(identity.issue_date, identity.next_update, table);
  table.Row(
      {"evaluation data", absl::StrCat(identity.tcb_evaluation_data_number)});
  for (const IsvTcbLevel& level : identity.levels) {
    table.Row({"level", absl::StrCat("SVN ", level.isv_svn, ": ",
                                     StandingText(level.standing))});
  }
}

void AddCrl(const RevocationList& list, Table& table) {
  table.Row({"issuer", list.issuer()});
  table.Row({"dates", list.DatesText()});
  table.Row({"revokes", Count(list.size(), "certificate")});
}

void AddTdxEvaluated(const RawTdxEvaluated& evaluated, Table& table) {
  if (!evaluated.quote.has_value()) {
    table.Row({"quote", "is none"});
    return;
  }
  if (evaluated.chain.pck.ok()) {
    table.Row({"FMSPC", Hex(evaluated.chain.pck->extensions.fmspc)});
  }
  for (const auto& [name, revoked] : evaluated.revoked) {
    if (revoked) table.Row({name, "REVOKED"});
  }
  if (!evaluated.evaluation.has_value()) {
    table.Row({"TCB", "not evaluated"});
    return;
  }
  const RawTdxEvaluation& evaluation = *evaluated.evaluation;
  table.Row({"TCB info's FMSPC", std::string(YesNo(evaluation.fmspc_match))});
  table.Row({"TCB info's PCE", std::string(YesNo(evaluation.pce_id_match))});
  table.Row({"platform", OrNone(evaluation.platform)});
  const TdxModuleComparison& module = *evaluation.module;
  table.Row({"TDX module", absl::StrCat(module.id, ", ",
                                        MatchText(module.mr_signer_match &&
                                                  module.attributes_match))});
  if (module.has_version) table.Row({"", OrNone(module.standing)});
  if (evaluation.qe.has_value()) {
    table.Row({"quoting enclave", MatchText(evaluation.qe->mr_signer_match &&
                                            evaluation.qe->isv_prod_id_match &&
                                            evaluation.qe->misc_select_match &&
                                            evaluation.qe->attributes_match)});
    table.Row({"", OrNone(evaluation.qe->standing)});
  }
}

std::string TdxCollateralSections(const RawTdxCollateral& collateral,
                                  const Palette& palette) {
  std::string out;
  const auto add = [&](absl::string_view title, const Table& table) {
    if (table.empty()) return;
    absl::StrAppend(&out, Heading(title, palette), table.Render());
  };
  Table info;
  if (collateral.tcb_info.has_value() && collateral.tcb_info->value.ok()) {
    AddTcbInfo(*collateral.tcb_info->value, info);
  }
  add("TCB info", info);
  Table identity;
  if (collateral.qe_identity.has_value() &&
      collateral.qe_identity->value.ok()) {
    AddQeIdentity(*collateral.qe_identity->value, identity);
  }
  add("Identity of the quoting enclave", identity);
  for (const auto* crl : {&collateral.pck_crl, &collateral.root_crl}) {
    Table table;
    if (crl->has_value()) AddCrl((*crl)->list, table);
    add("Revocation list", table);
  }
  for (const Certificate& certificate : collateral.tcb_signing_chain) {
    Table table;
    AddCertificateDetails(certificate, table);
    add("Certificate of the collateral", table);
  }
  return out;
}

}  // namespace evidenced
