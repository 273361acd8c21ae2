#ifndef AGENT_CLIENT_COLLATERAL_BUNDLE_H_
#define AGENT_CLIENT_COLLATERAL_BUNDLE_H_

#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace evidenced {

// Whether a bundle is whole without a file.
enum class BundleNeed : uint8_t { kAlways, kPerhaps };

// One file of a bundle: what a verifier is given by the option of this name,
// underscores as dashes.
struct BundleRole {
  absl::string_view role;
  absl::string_view file;
  BundleNeed need = BundleNeed::kAlways;
};

// Of a TD quote: the service's answers as they stand; signing certificate and
// root; PCK CA and root; the PCK's chain, where the quote has none.
inline constexpr std::array<BundleRole, 7> kTdxBundleRoles = {{
    {"tcb_info", "tcb_info.json"},
    {"qe_identity", "qe_identity.json"},
    {"tcb_signing_chain", "tcb_signing_chain.pem"},
    {"pck_crl", "pck_crl.der"},
    {"root_crl", "root_crl.der"},
    {"crl_issuer_chain", "crl_issuer_chain.pem"},
    {"pck_chain", "pck_chain.pem", BundleNeed::kPerhaps},
}};

// Of an SNP report: VCEK or VLEK, of which the latter comes with the report
// alone; ASK or ASVK, and ARK; the ARK's list.
inline constexpr std::array<BundleRole, 3> kSnpBundleRoles = {{
    {"ek", "ek.der", BundleNeed::kPerhaps},
    {"ca", "ca.pem"},
    {"crl", "crl.der"},
}};

enum class BundleKind : uint8_t { kTdx, kSnp };

// A directory with the collateral of one platform, each file under the name of
// its role. What has another name is left alone. Nobody vouches for a bundle:
// what is in it is judged like any file.
struct CollateralBundle {
  std::string directory{};
  std::map<std::string, std::string> files{};  // role -> path

  // The path; empty: it has none.
  std::string Path(absl::string_view role) const;
  // OK if it has every file that none of `kind` can be without: else a verdict
  // would be as if nothing was given. INVALID_ARGUMENT: it is of another kind.
  // NOT_FOUND: files are missing.
  absl::Status CheckWhole(BundleKind kind) const;
};

// Which files are there; none is read. NOT_FOUND: no such directory, or a link
// in it that leads nowhere; no bundle of either kind is whole.
// INVALID_ARGUMENT: not a directory.
absl::StatusOr<CollateralBundle> OpenCollateralBundle(
    const std::string& directory);
// As that and CheckWhole(), and with the files of that kind alone.
absl::StatusOr<CollateralBundle> OpenCollateralBundle(
    const std::string& directory, BundleKind kind);

}  // namespace evidenced

#endif  // AGENT_CLIENT_COLLATERAL_BUNDLE_H_
