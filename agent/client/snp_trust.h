#ifndef AGENT_CLIENT_SNP_TRUST_H_
#define AGENT_CLIENT_SNP_TRUST_H_

#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"

#include "agent/client/collateral_bundle.h"
#include "evidence/verify/snp_collateral.h"
#include "quote/snp/roots.h"

namespace evidenced {

// By what an SNP report is judged, of raw and of bound evidence alike, as
// options.
struct SnpTrustArguments {
  std::string ek;               // file
  std::vector<std::string> ca;  // files
  std::string crl;              // file
  std::string trusted_ark;      // hexadecimal, perhaps behind "milan="
};
// --ek, --ek-ca, --crl, --trusted-ark, of bound evidence.
void AddSnpTrustOptions(CLI::App& app, SnpTrustArguments& arguments);

// With the files of `bundle` for those that are not given.
SnpTrustArguments WithBundle(SnpTrustArguments arguments,
                             const CollateralBundle& bundle);

inline constexpr char kTrustedArkHelp[] =
    "trust this root for SNP reports too, beside AMD's: the SHA-256 of its "
    "public key, for one product (milan=HEX) or for all";

// AMD's roots, and the one of `trusted_ark` unless that is empty.
// INVALID_ARGUMENT: an unknown product, digits that are none, or no SHA-256.
absl::StatusOr<SnpRoots> ReadSnpRoots(const std::string& trusted_ark);

// Without a time: it is the verdict's. As ReadSnpRoots() and ReadFile();
// INVALID_ARGUMENT also: a file that holds no certificates, or no CRL.
absl::StatusOr<SnpCollateral> LoadSnpCollateral(
    const SnpTrustArguments& arguments);

}  // namespace evidenced

#endif  // AGENT_CLIENT_SNP_TRUST_H_
