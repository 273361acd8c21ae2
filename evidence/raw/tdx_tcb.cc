#include "evidence/raw/tdx_tcb.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"

#include "quote/base/error_class.h"
#include "quote/tdx/tcb_comparison.h"

namespace evidenced {
namespace {

constexpr char kTcbCheck[] = "tcb";
constexpr char kTcbExpected[] = "a TCB of which Intel says how it stands";

// The roles that an evaluation takes and that were not given.
std::vector<std::string> Missing(const RawTdxCollateral& collateral) {
  std::vector<std::string> missing;
  if (!collateral.tcb_info.has_value()) missing.emplace_back("a TCB info");
  if (!collateral.qe_identity.has_value()) {
    missing.emplace_back("the QE's identity");
  }
  if (collateral.tcb_signing_chain.empty()) {
    missing.emplace_back("the chain of TCB signing");
  }
  return missing;
}

}  // namespace

std::optional<RawTdxEvaluation> EvaluateRawTdx(
    const TdxQuote& quote, const PckExtensions& pck,
    const RawTdxCollateral& collateral) {
  if (!quote.td.has_value() || !collateral.tcb_info.has_value() ||
      !collateral.tcb_info->value.ok()) {
    return std::nullopt;
  }
  const TcbInfo& info = *collateral.tcb_info->value;
  const TcbSvns& tee_tcb_svn = quote.td->tee_tcb_svn;
  RawTdxEvaluation out;
  out.fmspc_match = CheckFmspc(info, pck).ok();
  out.pce_id_match = CheckPceId(info, pck).ok();
  out.level = ReachedLevel(info, pck, tee_tcb_svn);
  if (out.level.has_value()) {
    out.platform = info.levels.at(*out.level).standing;
  }
  out.module = CompareTdxModule(info, *quote.td, tee_tcb_svn);
  if (!collateral.qe_identity.has_value() ||
      !collateral.qe_identity->value.ok()) {
    return out;
  }
  const QeIdentity& identity = *collateral.qe_identity->value;
  out.qe = CompareQe(identity, quote.qe_report);
  out.tcb = EvaluateTdxTcb(
      {.quote = quote, .pck = pck, .tcb_info = info, .qe_identity = identity});
  return out;
}

void JudgeTdxTcb(const std::optional<RawTdxCollateral>& collateral,
                 const std::optional<RawTdxEvaluation>& evaluation,
                 RawVerdict& verdict) {
  if (!collateral.has_value() || (!collateral->tcb_info.has_value() &&
                                  !collateral->qe_identity.has_value())) {
    verdict.NotChecked(kTcbCheck, kTcbExpected,
                       "not evaluated: no TCB info and no identity of the QE "
                       "was given");
    return;
  }
  const std::vector<std::string> missing = Missing(*collateral);
  if (!missing.empty()) {
    verdict.Undecided(kTcbCheck, kTcbExpected,
                      absl::StrCat("not evaluated: not given were ",
                                   absl::StrJoin(missing, ", ")));
    return;
  }
  if (!collateral->evaluable()) {
    verdict.NotChecked(kTcbCheck, kTcbExpected,
                       "not evaluated: the collateral was refused");
    return;
  }
  if (!evaluation.has_value() || !evaluation->tcb.has_value()) {
    verdict.NotChecked(kTcbCheck, kTcbExpected,
                       "not evaluated: no PCK certificate, or not of a TD");
    return;
  }
  const absl::StatusOr<TdxTcb>& tcb = *evaluation->tcb;
  verdict.Add(kTcbCheck, kTcbExpected, tcb.status(),
              tcb.ok() ? TdxTcbText(*tcb) : "", ErrorClass::kCollateralInvalid);
}

std::string TdxTcbText(const TdxTcb& tcb) {
  std::string out(TcbStatusName(tcb.status));
  if (!tcb.advisory_ids.empty()) {
    absl::StrAppend(&out, " (", absl::StrJoin(tcb.advisory_ids, ", "), ")");
  }
  absl::StrAppendFormat(
      &out, ", TCB of %s, evaluation data %d",
      absl::FormatTime("%Y-%m-%d", tcb.tcb_date, absl::UTCTimeZone()),
      tcb.tcb_evaluation_data_number);
  if (!tcb.status_now.has_value()) {
    absl::StrAppend(&out, "; ", kModuleNowNotShown);
  } else if (tcb.relaunch_advised()) {
    absl::StrAppend(&out,
                    ", relaunch advised: the TDX module was updated since the "
                    "TD was launched");
  }
  return out;
}

}  // namespace evidenced
