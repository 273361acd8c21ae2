#include "agent/client/cpu_trust.h"

#include "agent/client/collateral_bundle.h"
#include "agent/client/tdx_trust.h"
#include "quote/base/status_macros.h"

namespace evidenced {
void AddCpuTrustOptions(CLI::App& app, CpuTrustArguments& arguments) {
  AddSnpTrustOptions(app, arguments.snp);
  AddTdxCollateralOptions(app, arguments.tdx);
  AddCollateralOption(app, arguments.directory);
}

absl::StatusOr<CpuCollateral> LoadCpuCollateral(
    const CpuTrustArguments& arguments) {
  CollateralBundle bundle;
  if (!arguments.directory.empty()) {
    ASSIGN_OR_RETURN(bundle, OpenCollateralBundle(arguments.directory));
  }
  CpuCollateral out;
  ASSIGN_OR_RETURN(out.snp,
                   LoadSnpCollateral(WithBundle(arguments.snp, bundle)));
  ASSIGN_OR_RETURN(out.tdx,
                   LoadTdxCollateral(WithBundle(arguments.tdx, bundle)));
  return out;
}

}  // namespace evidenced
