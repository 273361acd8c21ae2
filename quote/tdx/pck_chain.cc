#include "quote/tdx/pck_chain.h"

#include <string>

#include "absl/strings/str_format.h"

#include "quote/base/refusal.h"
#include "quote/base/status_macros.h"
#include "quote/tdx/intel_pki.h"

namespace evidenced {

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

}  // namespace evidenced
