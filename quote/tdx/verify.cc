#include "quote/tdx/verify.h"

#include "quote/base/status_macros.h"
#include "quote/tdx/quote_checks.h"

namespace evidenced {

absl::StatusOr<VerifiedTdxQuote> VerifyTdxQuote(
    ByteView quote, const VerifiedPck& pck, const TdQuotingEnclaves& enclaves) {
  ASSIGN_OR_RETURN(TdxQuote parsed, ParseTdxQuote(quote));
  RETURN_IF_ERROR(CheckTdxVersion(parsed));
  RETURN_IF_ERROR(CheckTdxTeeType(parsed));
  RETURN_IF_ERROR(CheckTdxQeVendor(parsed));
  RETURN_IF_ERROR(CheckTdxPadding(parsed));
  RETURN_IF_ERROR(CheckTdxQeSignature(parsed, pck.pck().key));
  RETURN_IF_ERROR(CheckTdxQe(parsed, enclaves));
  RETURN_IF_ERROR(CheckTdxKeyBinding(parsed));
  RETURN_IF_ERROR(CheckTdxSignature(quote, parsed));
  return VerifiedTdxQuote(std::move(parsed), pck);
}

}  // namespace evidenced
