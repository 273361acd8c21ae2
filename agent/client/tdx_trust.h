#ifndef AGENT_CLIENT_TDX_TRUST_H_
#define AGENT_CLIENT_TDX_TRUST_H_

#include "absl/status/statusor.h"

#include "agent/client/tdx_arguments.h"
#include "evidence/verify/tdx_collateral.h"

namespace evidenced {

// Without a time: it is the verdict's. Intel's quoting enclaves alone are
// trusted, whoever's root is. As LoadTdxCollateralFiles() and ReadTdxRoots();
// INVALID_ARGUMENT also: a file that holds no certificates, or no CRL, or one
// of both CRLs without the other.
absl::StatusOr<TdxCollateral> LoadTdxCollateral(
    const TdxCollateralArguments& arguments);

}  // namespace evidenced

#endif  // AGENT_CLIENT_TDX_TRUST_H_
