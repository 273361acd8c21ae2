#ifndef QUOTE_TDX_TCB_SIGNING_H_
#define QUOTE_TDX_TCB_SIGNING_H_

#include <optional>
#include <span>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "quote/crypto/certificate.h"
#include "quote/crypto/issuance.h"
#include "quote/crypto/revocation_list.h"
#include "quote/tdx/verify_pck.h"

namespace evidenced {

// Who signs TCB infos and identities of enclaves: Intel, "PCS API v4",
// "TCB-Info-Issuer-Chain".
struct TcbSigningChain {
  Certificate signing;
  Certificate root;
};

// The two certificates of an issuer chain, in this order. UNAUTHENTICATED
// (kChainInvalid): more or fewer.
absl::StatusOr<TcbSigningChain> TcbSigningChainOf(
    std::span<const Certificate> certificates);

// OK if and only if the first is TCB signing, by its name, and the second
// issued it and itself. It says nothing of trust in the root, dates and
// revocation. UNAUTHENTICATED (kChainInvalid): otherwise.
absl::Status CheckTcbSigningChain(const TcbSigningChain& chain);

// OK if and only if one key vouches for both: for collateral and for the
// platform that it is to say something of. UNAUTHENTICATED
// (kCollateralInvalid): otherwise.
absl::Status CheckCollateralRoot(const Certificate& collateral_root,
                                 const Certificate& platform_root);

// A TCB signing key that Intel, or whom else `trust` names, vouches for. Only
// VerifyTcbSigning() makes one.
class VerifiedTcbSigning {
 public:
  const TcbSigningChain& chain() const { return chain_; }

  // Whether all that it was verified by is good at `time` too.
  // UNAUTHENTICATED: a certificate is not (kChainInvalid), or the list
  // (kCollateralInvalid).
  absl::Status CheckDates(ValidityTime time) const;

 private:
  friend absl::StatusOr<VerifiedTcbSigning> VerifyTcbSigning(
      std::span<const Certificate> certificates, const TdxTrust& trust);
  VerifiedTcbSigning(TcbSigningChain chain, const TdxTrust& trust)
      : chain_(std::move(chain)) {
    if (trust.crls.has_value()) root_crl_ = trust.crls->root;
  }

  TcbSigningChain chain_;
  std::optional<RevocationList> root_crl_;
};

// Valid if and only if:
// - CheckTcbSigningChain() says so, and the root is trusted
// - both certificates are valid at `trust.time`
// - the root's revocation list, if there are or must be lists, revokes neither
// UNAUTHENTICATED: otherwise.
absl::StatusOr<VerifiedTcbSigning> VerifyTcbSigning(
    std::span<const Certificate> certificates, const TdxTrust& trust);

}  // namespace evidenced

#endif  // QUOTE_TDX_TCB_SIGNING_H_
