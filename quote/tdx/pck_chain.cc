#include "quote/tdx/pck_chain.h"

#include <string>

#include "absl/strings/str_format.h"

#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"
#include "quote/tdx/intel_pki.h"

namespace evidenced {
namespace {

absl::Status ChainInvalid(const std::string& message) {
  return Classified(ErrorClass::kChainInvalid,
                    absl::UnauthenticatedError(message));
}

}  // namespace

absl::StatusOr<PckChain> FindPckChain(const Certificate& pck,
                                      std::span<const Certificate> ca) {
  if (ca.size() > kMaxPckCertificates) {
    return ChainInvalid(
        absl::StrFormat("expected at most %d CA certificates, found %d",
                        kMaxPckCertificates, ca.size()));
  }
  ASSIGN_OR_RETURN(Certificate intermediate, FindIntelIssuer(pck, ca));
  ASSIGN_OR_RETURN(Certificate root, FindIntelIssuer(intermediate, ca));
  RETURN_IF_ERROR(VerifyIntelSignature(root, root));
  return PckChain{.intermediate = std::move(intermediate),
                  .root = std::move(root)};
}

absl::Status CheckPckIntermediate(const PckChain& chain) {
  const std::string& found = chain.intermediate.common_name();
  if (found == kPckPlatformCa || found == kPckProcessorCa) {
    return absl::OkStatus();
  }
  return ChainInvalid(absl::StrFormat(
      "expected a PCK certificate to be issued by %s or %s, found %s",
      kPckPlatformCa, kPckProcessorCa, Printable(found)));
}

absl::Status CheckPckDates(const Certificate& pck, const PckChain& chain,
                           ValidityTime time) {
  RETURN_IF_ERROR(time.Check(pck));
  RETURN_IF_ERROR(time.Check(chain.intermediate));
  return time.Check(chain.root);
}

absl::Status CheckPckRevocation(const Certificate& pck, const PckChain& chain,
                                const PckCrls& crls, ValidityTime time) {
  RETURN_IF_ERROR(CheckIntelCrl(crls.root, chain.root, time));
  RETURN_IF_ERROR(CheckIntelCrl(crls.pck, chain.intermediate, time));
  RETURN_IF_ERROR(CheckNotRevoked(chain.root, crls.root));
  RETURN_IF_ERROR(CheckNotRevoked(chain.intermediate, crls.root));
  return CheckNotRevoked(pck, crls.pck);
}

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
    return Classified(ErrorClass::kCollateralInvalid,
                      absl::UnauthenticatedError(absl::StrFormat(
                          "expected CRLs of %s and %s, found none",
                          chain.root.subject(), chain.intermediate.subject())));
  }
  return VerifiedPck(std::move(parsed), std::move(chain), trust);
}

}  // namespace evidenced
