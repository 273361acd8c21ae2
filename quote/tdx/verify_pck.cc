#include "quote/tdx/verify_pck.h"

#include "absl/strings/str_format.h"

#include "quote/base/refusal.h"
#include "quote/base/status_macros.h"
#include "quote/tdx/intel_pki.h"

namespace evidenced {

absl::Status VerifiedPck::CheckDates(ValidityTime time) const {
  RETURN_IF_ERROR(CheckPckDates(pck_.certificate, chain_, time));
  if (!crls_.has_value()) return absl::OkStatus();
  RETURN_IF_ERROR(CheckIntelCrlDates(crls_->root, time));
  return CheckIntelCrlDates(crls_->pck, time);
}

absl::StatusOr<VerifiedPck> VerifyPck(const Certificate& pck,
                                      std::span<const Certificate> ca,
                                      const TdxTrust& trust) {
  ASSIGN_OR_RETURN(PckCertificate parsed, ParsePckCertificate(pck));
  ASSIGN_OR_RETURN(PckChain chain, FindPckChain(pck, ca));
  RETURN_IF_ERROR(CheckPckIntermediate(chain));
  RETURN_IF_ERROR(CheckTdxRoot(chain.root, trust.roots));
  RETURN_IF_ERROR(CheckPckDates(pck, chain, trust.time));
  if (trust.crls.has_value()) {
    RETURN_IF_ERROR(CheckPckRevocation(pck, chain, *trust.crls, trust.time));
  } else if (trust.crl_use == PckCrlUse::kRequired) {
    return CollateralInvalid(
        absl::StrFormat("expected CRLs of %s and %s, found none",
                        chain.root.subject(), chain.intermediate.subject()));
  }
  return VerifiedPck(std::move(parsed), std::move(chain), trust);
}

}  // namespace evidenced
