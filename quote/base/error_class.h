#ifndef QUOTE_BASE_ERROR_CLASS_H_
#define QUOTE_BASE_ERROR_CLASS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace evidenced {

// Why an artefact is refused, for scripts. The earlier one counts where several
// apply.
enum class ErrorClass : uint8_t {
  kEmpty,
  kTruncated,
  kMalformed,
  kUnsupportedVersion,
  kUnsupportedType,
  kUnsupportedAlgorithm,
  kSignatureInvalid,
  kUntrustedRoot,
  kChainInvalid,
  kBindingMismatch,
  kDigestMismatch,
  kCollateralInvalid,
};

// "unsupported_version"
absl::string_view ErrorClassName(ErrorClass error_class);

// `status` with its class; unchanged if it is OK or has one already: the place
// that knows best comes first.
absl::Status Classified(ErrorClass error_class, absl::Status status);

// The class of a status that is not OK; `otherwise` if none was given.
ErrorClass ErrorClassOf(const absl::Status& status,
                        ErrorClass otherwise = ErrorClass::kMalformed);

}  // namespace evidenced

#endif  // QUOTE_BASE_ERROR_CLASS_H_
