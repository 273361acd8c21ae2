#ifndef AGENT_CLIENT_TDX_ARGUMENTS_H_
#define AGENT_CLIENT_TDX_ARGUMENTS_H_

#include <optional>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"

#include "agent/client/collateral_bundle.h"
#include "quote/tdx/roots.h"

namespace evidenced {

// By what a TD quote is judged, of raw and of bound evidence alike, as options.
struct TdxCollateralArguments {
  // Files.
  std::string tcb_info;
  std::string tcb_signing_chain;
  std::string qe_identity;
  std::string pck_crl;
  std::string root_crl;
  std::string crl_issuer_chain;
  std::vector<std::string> pck_chain;
  std::string trusted_root;  // see ReadTdxRoots()
};
// --tcb-info and so on, --pck-chain, --trusted-intel-root.
void AddTdxCollateralOptions(CLI::App& app, TdxCollateralArguments& arguments);
// With the files of `bundle` for those that are not given.
TdxCollateralArguments WithBundle(TdxCollateralArguments arguments,
                                  const CollateralBundle& bundle);
// --collateral, for whoever reads all of them from one.
void AddCollateralOption(CLI::App& app, std::string& directory);

// The files as they are read. nullopt: not given.
struct TdxCollateralFiles {
  std::optional<std::string> tcb_info;
  std::optional<std::string> tcb_signing_chain;
  std::optional<std::string> qe_identity;
  std::optional<std::string> pck_crl;
  std::optional<std::string> root_crl;
  std::optional<std::string> crl_issuer_chain;
  std::vector<std::string> pck_chain;
};

// As ReadFile(). What is in the files is not looked at.
absl::StatusOr<TdxCollateralFiles> LoadTdxCollateralFiles(
    const TdxCollateralArguments& arguments);

// Intel's root, and the one of `trusted_root`, in hexadecimal, unless that is
// empty. INVALID_ARGUMENT: digits that are none, or no SHA-256.
absl::StatusOr<TdxRoots> ReadTdxRoots(const std::string& trusted_root);

}  // namespace evidenced

#endif  // AGENT_CLIENT_TDX_ARGUMENTS_H_
