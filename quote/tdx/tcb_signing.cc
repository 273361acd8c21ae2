#include "quote/tdx/tcb_signing.h"

#include <string>

#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"

#include "quote/base/bytes.h"
#include "quote/base/refusal.h"
#include "quote/base/status_macros.h"
#include "quote/tdx/intel_pki.h"
#include "quote/tdx/roots.h"

namespace evidenced {
namespace {

constexpr size_t kChainSize = 2;

absl::Status CheckSigningRevocation(const TcbSigningChain& chain,
                                    const TdxTrust& trust) {
  if (!trust.crls.has_value()) {
    if (trust.crl_use == PckCrlUse::kIfGiven) return absl::OkStatus();
    return CollateralInvalid(absl::StrFormat("expected a CRL of %s, found none",
                                             chain.root.subject()));
  }
  const RevocationList& crl = trust.crls->root;
  RETURN_IF_ERROR(CheckIntelCrl(crl, chain.root, trust.time));
  RETURN_IF_ERROR(CheckNotRevoked(chain.signing, crl));
  return CheckNotRevoked(chain.root, crl);
}

}  // namespace

absl::StatusOr<TcbSigningChain> TcbSigningChainOf(
    std::span<const Certificate> certificates) {
  if (certificates.size() == kChainSize) {
    return TcbSigningChain{.signing = certificates.front(),
                           .root = certificates.back()};
  }
  return ChainInvalid(absl::StrFormat(
      "expected %d certificates, of TCB signing and its root, found %d",
      kChainSize, certificates.size()));
}

absl::Status CheckTcbSigningChain(const TcbSigningChain& chain) {
  const std::string& name = chain.signing.common_name();
  if (name != kTcbSigning) {
    return ChainInvalid(
        absl::StrFormat("expected a certificate of %s, found %s", kTcbSigning,
                        Printable(name)));
  }
  RETURN_IF_ERROR(VerifyIntelSignature(chain.signing, chain.root));
  return VerifyIntelSignature(chain.root, chain.root);
}

absl::Status CheckCollateralRoot(const Certificate& collateral_root,
                                 const Certificate& platform_root) {
  if (collateral_root.spki_sha256() == platform_root.spki_sha256()) {
    return absl::OkStatus();
  }
  return CollateralInvalid(absl::StrFormat(
      "expected collateral by the platform's own root, the key %s, found %s",
      Hex(platform_root.spki_sha256()), Hex(collateral_root.spki_sha256())));
}

absl::StatusOr<VerifiedTcbSigning> VerifyTcbSigning(
    std::span<const Certificate> certificates, const TdxTrust& trust) {
  ASSIGN_OR_RETURN(TcbSigningChain chain, TcbSigningChainOf(certificates));
  RETURN_IF_ERROR(CheckTcbSigningChain(chain));
  RETURN_IF_ERROR(CheckTdxRoot(chain.root, trust.roots));
  RETURN_IF_ERROR(trust.time.Check(chain.signing));
  RETURN_IF_ERROR(trust.time.Check(chain.root));
  RETURN_IF_ERROR(CheckSigningRevocation(chain, trust));
  return VerifiedTcbSigning(std::move(chain), trust);
}

absl::Status VerifiedTcbSigning::CheckDates(ValidityTime time) const {
  RETURN_IF_ERROR(time.Check(chain_.signing));
  RETURN_IF_ERROR(time.Check(chain_.root));
  if (!root_crl_.has_value()) return absl::OkStatus();
  return CheckIntelCrlDates(*root_crl_, time);
}

}  // namespace evidenced
