#ifndef EVIDENCE_RAW_RAW_VERDICT_H_
#define EVIDENCE_RAW_RAW_VERDICT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "evidence/verify/check.h"
#include "quote/base/error_class.h"

namespace evidenced {

enum class RawOutcome : uint8_t {
  kAccept,  // every check that the material can decide passes
  kReject,
  kIncomplete,  // nothing failed, but material for a verdict is missing
};

// "accept", "reject", "incomplete"
absl::string_view RawOutcomeName(RawOutcome outcome);

// The verdict on an artefact that was handed over by itself: whether it is
// genuine, never whether it answers a challenge of ours. It is no attestation
// result, and no policy for bound evidence takes it.
class RawVerdict {
 public:
  void Pass(absl::string_view name, absl::string_view expected,
            absl::string_view found);
  void Fail(ErrorClass error_class, absl::string_view name,
            absl::string_view expected, absl::string_view found);
  // Passes if `status` is OK, else fails with its message and class, or
  // `otherwise` if it has none.
  void Add(absl::string_view name, absl::string_view expected,
           const absl::Status& status, absl::string_view found_if_ok,
           ErrorClass otherwise = ErrorClass::kMalformed);
  // Material without which there is no verdict is missing.
  void Undecided(absl::string_view name, absl::string_view expected,
                 absl::string_view why);
  // Fails nothing: it was not asked for, or was left out by name.
  void NotChecked(absl::string_view name, absl::string_view expected,
                  absl::string_view why);

  // All that `part` says, of an artefact within this one: its checks behind
  // `prefix`, what is undecided by its own names.
  void Include(const RawVerdict& part, absl::string_view prefix = "");

  RawOutcome outcome() const;
  // The first in the order of ErrorClass of those that failed.
  std::optional<ErrorClass> error_class() const { return error_class_; }
  const Checks& checks() const { return checks_; }
  // Of the checks that failed, the first of that class; nullptr: none failed.
  const Check* decisive() const;
  // The names of the checks for which material is missing.
  const std::vector<std::string>& undecided() const { return undecided_; }

 private:
  void NoteFailure(ErrorClass error_class, size_t check);

  Checks checks_;
  std::vector<std::string> undecided_;
  std::optional<ErrorClass> error_class_;
  size_t decisive_ = 0;  // of `checks_`, if there is a class
};

}  // namespace evidenced

#endif  // EVIDENCE_RAW_RAW_VERDICT_H_
