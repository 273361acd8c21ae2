#include "agent/client/cpu_trust.h"

#include <utility>

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
  CpuCollateral out;
  SnpTrustArguments snp = arguments.snp;
  TdxCollateralArguments tdx = arguments.tdx;
  if (!arguments.directory.empty()) {
    ASSIGN_OR_RETURN(out.bundle, OpenCollateralBundle(arguments.directory));
    // Part of one is none, which is said once it is known which is needed.
    if (out.bundle->CheckWhole(BundleKind::kSnp).ok()) {
      snp = WithBundle(std::move(snp), *out.bundle);
    }
    if (out.bundle->CheckWhole(BundleKind::kTdx).ok()) {
      tdx = WithBundle(std::move(tdx), *out.bundle);
    }
  }
  ASSIGN_OR_RETURN(out.snp, LoadSnpCollateral(snp));
  ASSIGN_OR_RETURN(out.tdx, LoadTdxCollateral(tdx));
  return out;
}

absl::Status CheckBundleIsFor(const CpuCollateral& collateral,
                              absl::string_view signer) {
  if (!collateral.bundle.has_value()) return absl::OkStatus();
  if (signer == "snp") return collateral.bundle->CheckWhole(BundleKind::kSnp);
  if (signer == "tdx") return collateral.bundle->CheckWhole(BundleKind::kTdx);
  return absl::OkStatus();
}

}  // namespace evidenced
