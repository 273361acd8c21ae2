#include "agent/client/cpu_trust.h"

#include "agent/client/collateral_bundle.h"
#include "agent/client/tdx_trust.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

// With the files of `bundle` for those that are not given.
SnpTrustArguments WithBundle(SnpTrustArguments arguments,
                             const CollateralBundle& bundle) {
  if (arguments.ek.empty()) arguments.ek = bundle.Path("ek");
  if (arguments.crl.empty()) arguments.crl = bundle.Path("crl");
  if (arguments.ca.empty() && !bundle.Path("ca").empty()) {
    arguments.ca.push_back(bundle.Path("ca"));
  }
  return arguments;
}

}  // namespace

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
  TdxCollateralArguments tdx = arguments.tdx;
  tdx.directory = arguments.directory;
  ASSIGN_OR_RETURN(out.tdx, LoadTdxCollateral(tdx));
  return out;
}

}  // namespace evidenced
