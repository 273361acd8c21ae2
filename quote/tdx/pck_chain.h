#ifndef QUOTE_TDX_PCK_CHAIN_H_
#define QUOTE_TDX_PCK_CHAIN_H_

#include <span>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "quote/crypto/certificate.h"
#include "quote/crypto/issuance.h"
#include "quote/crypto/revocation_list.h"
#include "quote/tdx/pck.h"

namespace evidenced {

// The two certificates above a PCK's.
struct PckChain {
  Certificate intermediate;  // PCK Platform CA or PCK Processor CA
  Certificate root;
};

// The chain from `pck` over any of `ca` to a self-signed one of them, each
// signature ECDSA P-256 with SHA-256. More than kMaxPckCertificates are
// refused. It says nothing of trust in the root, dates and revocation.
// UNAUTHENTICATED (kChainInvalid): none.
absl::StatusOr<PckChain> FindPckChain(const Certificate& pck,
                                      std::span<const Certificate> ca);

// OK if and only if the intermediate is a CA for PCK certificates, by its name.
// UNAUTHENTICATED (kChainInvalid): otherwise.
absl::Status CheckPckIntermediate(const PckChain& chain);

// OK if and only if every certificate is valid then. UNAUTHENTICATED
// (kChainInvalid): otherwise.
absl::Status CheckPckDates(const Certificate& pck, const PckChain& chain,
                           ValidityTime time);

// Intel's CRLs: the root's, and that of the CA that issued the PCK certificate.
struct PckCrls {
  RevocationList root;
  RevocationList pck;
};

// OK if and only if both lists are signed by the chain's own keys and current,
// and name none of its certificates. UNAUTHENTICATED: revoked (kChainInvalid),
// or not to be relied on (kCollateralInvalid).
absl::Status CheckPckRevocation(const Certificate& pck, const PckChain& chain,
                                const PckCrls& crls, ValidityTime time);

}  // namespace evidenced

#endif  // QUOTE_TDX_PCK_CHAIN_H_
