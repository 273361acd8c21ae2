#ifndef EVIDENCE_VERIFY_TDX_STEPS_H_
#define EVIDENCE_VERIFY_TDX_STEPS_H_

#include <optional>

#include "absl/status/statusor.h"

#include "evidence/v1/evidence.pb.h"

#include "evidence/verify/appraise_tdx.h"
#include "evidence/verify/check.h"
#include "evidence/verify/tdx_collateral.h"
#include "evidence/verify/verified_log.h"
#include "quote/tdx/tcb_evaluation.h"
#include "quote/tdx/verify.h"

namespace evidenced {

// A quote, and how the TCB stands that it was made with.
struct VerifiedTdx {
  VerifiedTdxQuote quote;
  std::optional<TdxTcb> tcb;  // nullopt: not evaluated
  CollateralState tcb_collateral = CollateralState::kNone;
};

// What rules read of it; `ccel`, if there is one, is the log of its RTMRs, and
// tells of those that it replays to.
TdxFacts FactsOf(const VerifiedTdx& verified, const VerifiedLog* ccel);

// Appends "statement", "pck-chain", "revocation", "quoting-enclave",
// "quote-signature" and "tcb". Whether the report data is that of a challenge,
// is the binding's question, and whether the TCB is good enough, a policy's.
absl::StatusOr<VerifiedTdx> CheckTdxQuote(
    const ::evidence::v1::Evidence& evidence, const TdxCollateral& collateral,
    Checks& checks);

}  // namespace evidenced

#endif  // EVIDENCE_VERIFY_TDX_STEPS_H_
