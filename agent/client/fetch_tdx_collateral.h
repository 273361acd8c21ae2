#ifndef AGENT_CLIENT_FETCH_TDX_COLLATERAL_H_
#define AGENT_CLIENT_FETCH_TDX_COLLATERAL_H_

#include "absl/status/statusor.h"

#include "agent/client/collateral_answers.h"
#include "agent/client/collateral_subject.h"
#include "agent/client/collateral_urls.h"
#include "agent/client/fetched_collateral.h"
#include "quote/tdx/roots.h"

namespace evidenced {

// From Intel's PCS: the lists of the PCK CA and of the root, the TCB info of
// the FMSPC, the identity of the quoting enclave, and who signed them.
// Everything is verified against `roots`, at the time of `answers`. As
// CollateralAnswers::Get().
absl::StatusOr<FetchedCollateral> FetchTdxCollateral(
    const TdxSubject& subject, const CollateralServices& services,
    const TdxRoots& roots, CollateralAnswers& answers);

}  // namespace evidenced

#endif  // AGENT_CLIENT_FETCH_TDX_COLLATERAL_H_
