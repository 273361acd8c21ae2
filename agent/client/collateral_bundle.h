#ifndef AGENT_CLIENT_COLLATERAL_BUNDLE_H_
#define AGENT_CLIENT_COLLATERAL_BUNDLE_H_

#include <array>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace evidenced {

// One file of a bundle: what a verifier is given by the option of this name,
// underscores as dashes.
struct BundleRole {
  absl::string_view role;
  absl::string_view file;
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
    {"pck_chain", "pck_chain.pem"},
}};

// Of an SNP report: VCEK or VLEK; ASK or ASVK, and ARK; the ARK's list.
inline constexpr std::array<BundleRole, 3> kSnpBundleRoles = {{
    {"ek", "ek.der"},
    {"ca", "ca.pem"},
    {"crl", "crl.der"},
}};

// A directory with the collateral of one platform, each file under the name of
// its role. Any of them may be missing, and what has another name is left
// alone. Nobody vouches for a bundle: what is in it is judged like any file.
struct CollateralBundle {
  std::map<std::string, std::string> files;  // role -> path

  // The path; empty: it has none.
  std::string Path(absl::string_view role) const;
};

// Which files are there; none is read. NOT_FOUND: no such directory, or none of
// the files in it. INVALID_ARGUMENT: not a directory.
absl::StatusOr<CollateralBundle> OpenCollateralBundle(
    const std::string& directory);

}  // namespace evidenced

#endif  // AGENT_CLIENT_COLLATERAL_BUNDLE_H_
