#ifndef EVIDENCE_VERIFY_APPRAISE_TDX_H_
#define EVIDENCE_VERIFY_APPRAISE_TDX_H_

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include "evidence/v1/policy.pb.h"

#include "evidence/verify/check.h"
#include "evidence/verify/rule_checks.h"
#include "quote/base/bytes.h"
#include "quote/tdx/pck_extensions.h"
#include "quote/tdx/tcb_evaluation.h"
#include "quote/tdx/td_body.h"
#include "quote/tdx/verify.h"

namespace evidenced {

inline constexpr size_t kTdRtmrs = 4;

// What was extended into an RTMR, as a log says that replays to its value.
// nullopt: no log does.
using RtmrEvents = std::optional<std::vector<Bytes>>;

// What rules for a quote read.
struct TdxFacts {
  const TdBody& body;
  // That the PCK's certificate says of the platform. nullptr: not known.
  const PckExtensions* pck = nullptr;
  CollateralState crl = CollateralState::kNone;
  // How the TCB stands, and what it was evaluated by: TCB info and the QE's
  // identity. nullptr unless that was good.
  const TdxTcb* tcb = nullptr;
  CollateralState tcb_collateral = CollateralState::kNone;
  std::array<RtmrEvents, kTdRtmrs> rtmr_events = {};
};
// Of what the quote and its PCK say: nothing is known of the TCB and of logs.
TdxFacts FactsOf(const VerifiedTdxQuote& verified);

// Appends one check for each rule of `policy`, "policy/tdx/...", whatever else
// fails; what it leaves to its default is listed with that. It says nothing of
// the quote's signature: see VerifyTdxQuote().
void AppraiseTdx(const TdxFacts& facts, const ::evidence::v1::TdxPolicy& policy,
                 Checks& checks);

}  // namespace evidenced

#endif  // EVIDENCE_VERIFY_APPRAISE_TDX_H_
