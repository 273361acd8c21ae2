#ifndef AGENT_CLIENT_CPU_TRUST_H_
#define AGENT_CLIENT_CPU_TRUST_H_

#include <optional>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "agent/client/collateral_bundle.h"
#include "agent/client/snp_trust.h"
#include "agent/client/tdx_arguments.h"
#include "evidence/verify/snp_collateral.h"
#include "evidence/verify/tdx_collateral.h"
#include "quote/crypto/issuance.h"
#include "quote/snp/roots.h"
#include "quote/tdx/roots.h"

namespace evidenced {

// By what a processor's statement is judged, as options.
struct CpuTrustArguments {
  SnpTrustArguments snp;
  TdxCollateralArguments tdx;
  std::string directory;  // see OpenCollateralBundle(); empty: none
};
void AddCpuTrustOptions(CLI::App& app, CpuTrustArguments& arguments);

// Their time is the verdict's.
struct CpuCollateral {
  SnpCollateral snp{.roots = AmdSnpRoots(), .time = ValidityTime::NotChecked()};
  TdxCollateral tdx{.roots = IntelTdxRoots(),
                    .enclaves = IntelTdQuotingEnclaves(),
                    .time = ValidityTime::NotChecked()};
  // Which both are from, beside the options of single files.
  std::optional<CollateralBundle> bundle;
};

// OK if the bundle, if there is one, is for the CPU that signs as `signer`. As
// CollateralBundle::CheckWhole().
absl::Status CheckBundleIsFor(const CpuCollateral& collateral,
                              absl::string_view signer);

// As LoadSnpCollateral(), LoadTdxCollateral() and OpenCollateralBundle(), whose
// files serve for what the options of single files do not give.
absl::StatusOr<CpuCollateral> LoadCpuCollateral(
    const CpuTrustArguments& arguments);

}  // namespace evidenced

#endif  // AGENT_CLIENT_CPU_TRUST_H_
