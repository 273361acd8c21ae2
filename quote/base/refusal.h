#ifndef QUOTE_BASE_REFUSAL_H_
#define QUOTE_BASE_REFUSAL_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "quote/base/error_class.h"

namespace evidenced {

// UNAUTHENTICATED, with the class of what was refused: a certificate, or what
// somebody signed about certificates and TCBs.
inline absl::Status ChainInvalid(absl::string_view message) {
  return Classified(ErrorClass::kChainInvalid,
                    absl::UnauthenticatedError(message));
}
inline absl::Status CollateralInvalid(absl::string_view message) {
  return Classified(ErrorClass::kCollateralInvalid,
                    absl::UnauthenticatedError(message));
}

}  // namespace evidenced

#endif  // QUOTE_BASE_REFUSAL_H_
