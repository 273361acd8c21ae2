#ifndef TESTS_EVIDENCE_RAW_CHECK_LOOKUP_H_
#define TESTS_EVIDENCE_RAW_CHECK_LOOKUP_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

#include "evidence/raw/raw_verdict.h"

namespace evidenced {

// The outcome of the check `name`; nullopt: there is none.
inline std::optional<Outcome> OutcomeOf(const RawVerdict& verdict,
                                        absl::string_view name) {
  for (const Check& check : verdict.checks()) {
    if (check.name == name) return check.outcome;
  }
  return std::nullopt;
}

// What the check `name` found; "" if there is none.
inline std::string FoundOf(const RawVerdict& verdict, absl::string_view name) {
  for (const Check& check : verdict.checks()) {
    if (check.name == name) return check.found;
  }
  return "";
}

}  // namespace evidenced

#endif  // TESTS_EVIDENCE_RAW_CHECK_LOOKUP_H_
