#ifndef QUOTE_TDX_TCB_EVALUATION_H_
#define QUOTE_TDX_TCB_EVALUATION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "quote/tdx/collateral.h"
#include "quote/tdx/pck_extensions.h"
#include "quote/tdx/qe_identity.h"
#include "quote/tdx/quote.h"
#include "quote/tdx/tcb_info.h"
#include "quote/tdx/tcb_levels.h"
#include "quote/tdx/tcb_status.h"
#include "quote/tdx/verify.h"

namespace evidenced {

// What a status is not of, where TdxTcb.status_now is not known.
inline constexpr absl::string_view kModuleNowNotShown =
    "a body of TD 1.0 does not show the TDX module that runs now";

// How the TCB that a quote was made with stands.
struct TdxTcb {
  TcbStatus status = TcbStatus::kRevoked;  // of all its parts together
  TcbStanding platform;
  std::optional<TcbStanding> module;  // of a line with levels of its own
  TcbStanding qe;
  // Of TD 1.5, the status with the module that runs now, which may have been
  // updated since the TD was launched.
  std::optional<TcbStatus> status_now;
  std::vector<std::string> advisory_ids;  // of all parts, sorted, each once
  absl::Time tcb_date;                    // the oldest of all parts
  // The lesser of both collaterals'.
  uint32_t tcb_evaluation_data_number = 0;

  // The module was updated, but the TD was launched before: Intel's
  // TDRelaunchAdvised.
  bool relaunch_advised() const {
    return status_now.has_value() && IsOutOfDate(status) &&
           !IsOutOfDate(*status_now);
  }
};

// Intel, "PCS API v4", "TDX TCB Info": the steps to find the status of a TCB.
// Any status is an answer: which are good enough, policy says. UNAUTHENTICATED
// (kCollateralInvalid):
// - the TCB info is for another FMSPC or PCE
// - the platform, the TDX module or the quoting enclave reaches no level
// - the TDX module or the quoting enclave is none that Intel vouches for
// Of TD 1.5, the module is both the one that launched the TD and the one that
// runs now.
absl::StatusOr<TdxTcb> EvaluateTdxTcb(const VerifiedTdxQuote& quote,
                                      const VerifiedTcbInfo& tcb_info,
                                      const VerifiedQeIdentity& qe_identity);

// The same for those that check by themselves who signed each, and want the
// answer whatever that gave.
struct TdxTcbParts {
  const TdxQuote& quote;  // of a TD
  const PckExtensions& pck;
  const TcbInfo& tcb_info;
  const QeIdentity& qe_identity;
};
absl::StatusOr<TdxTcb> EvaluateTdxTcb(const TdxTcbParts& parts);

}  // namespace evidenced

#endif  // QUOTE_TDX_TCB_EVALUATION_H_
