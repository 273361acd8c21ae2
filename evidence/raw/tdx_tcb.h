#ifndef EVIDENCE_RAW_TDX_TCB_H_
#define EVIDENCE_RAW_TDX_TCB_H_

#include <cstddef>
#include <optional>
#include <string>

#include "evidence/raw/raw_verdict.h"
#include "evidence/raw/tdx_collateral.h"
#include "quote/tdx/pck_extensions.h"
#include "quote/tdx/quote.h"
#include "quote/tdx/tcb_comparison.h"
#include "quote/tdx/tcb_evaluation.h"

namespace evidenced {

// What collateral says of the platform of one quote, each comparison by itself,
// whoever signed them.
struct RawTdxEvaluation {
  bool fmspc_match = false;
  bool pce_id_match = false;
  // Of the best level that the platform reaches, and what is said of it.
  std::optional<size_t> level;
  std::optional<TcbStanding> platform;
  std::optional<TdxModuleComparison> module;
  std::optional<QeComparison> qe;
  // The answer to all of it, or why there is none; nullopt: an identity is
  // missing.
  std::optional<absl::StatusOr<TdxTcb>> tcb;
};

// nullopt: nothing to compare with, or not a TD's quote.
std::optional<RawTdxEvaluation> EvaluateRawTdx(
    const TdxQuote& quote, const PckExtensions& pck,
    const RawTdxCollateral& collateral);

// Adds "tcb": whether collateral that is to be relied on gives a status of the
// TCB, which may be any. Not checked if no TCB info and no identity was given,
// which says plainly that the TCB was not evaluated; undecided if some of it
// was.
void JudgeTdxTcb(const std::optional<RawTdxCollateral>& collateral,
                 const std::optional<RawTdxEvaluation>& evaluation,
                 RawVerdict& verdict);

// "OutOfDate (INTEL-SA-00837), TCB of 2024-03-13, evaluation data 17"
std::string TdxTcbText(const TdxTcb& tcb);

}  // namespace evidenced

#endif  // EVIDENCE_RAW_TDX_TCB_H_
