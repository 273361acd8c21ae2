#ifndef EVIDENCE_VERIFY_ADD_CHECK_H_
#define EVIDENCE_VERIFY_ADD_CHECK_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "evidence/verify/check.h"
#include "quote/base/bytes.h"

namespace evidenced {

inline Outcome PassIf(bool passed) {
  return passed ? Outcome::kPass : Outcome::kFail;
}

// Whether `hex`, digits of either case, is `value`.
bool EqualsHex(absl::string_view hex, ByteView value);

// Appends one check.
void AddCheck(Checks& checks, absl::string_view name, Outcome outcome,
              absl::string_view expected, absl::string_view found);

// Appends the failed check for `status`: its message, behind the class of the
// refusal if it has one.
void AddFailure(Checks& checks, absl::string_view name,
                absl::string_view expected, const absl::Status& status);

// Appends a check for `result`, with what `describe` says of its value as what
// was found, and gives it back.
template <typename T, typename Describe>
absl::StatusOr<T> AddResult(Checks& checks, absl::string_view name,
                            absl::string_view expected,
                            absl::StatusOr<T> result,
                            const Describe& describe) {
  if (result.ok()) {
    AddCheck(checks, name, Outcome::kPass, expected,
             std::string(describe(*result)));
  } else {
    AddFailure(checks, name, expected, result.status());
  }
  return result;
}

}  // namespace evidenced

#endif  // EVIDENCE_VERIFY_ADD_CHECK_H_
