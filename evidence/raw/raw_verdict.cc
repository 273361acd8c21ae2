#include "evidence/raw/raw_verdict.h"

#include <string>
#include <utility>

#include "evidence/verify/add_check.h"

namespace evidenced {

absl::string_view RawOutcomeName(RawOutcome outcome) {
  switch (outcome) {
    case RawOutcome::kAccept:
      return "accept";
    case RawOutcome::kReject:
      return "reject";
    case RawOutcome::kIncomplete:
      return "incomplete";
  }
  return "reject";
}

void RawVerdict::Pass(absl::string_view name, absl::string_view expected,
                      absl::string_view found) {
  AddCheck(checks_, name, Outcome::kPass, expected, found);
}

void RawVerdict::Fail(ErrorClass error_class, absl::string_view name,
                      absl::string_view expected, absl::string_view found) {
  AddCheck(checks_, name, Outcome::kFail, expected, found);
  NoteFailure(error_class, checks_.size() - 1);
}

void RawVerdict::Add(absl::string_view name, absl::string_view expected,
                     const absl::Status& status, absl::string_view found_if_ok,
                     ErrorClass otherwise) {
  if (status.ok()) {
    Pass(name, expected, found_if_ok);
  } else {
    Fail(ErrorClassOf(status, otherwise), name, expected, status.message());
  }
}

void RawVerdict::Undecided(absl::string_view name, absl::string_view expected,
                           absl::string_view why) {
  AddCheck(checks_, name, Outcome::kNotChecked, expected, why);
  undecided_.emplace_back(name);
}

void RawVerdict::NotChecked(absl::string_view name, absl::string_view expected,
                            absl::string_view why) {
  AddCheck(checks_, name, Outcome::kNotChecked, expected, why);
}

void RawVerdict::Include(const RawVerdict& part, absl::string_view prefix) {
  const size_t before = checks_.size();
  for (Check check : part.checks_) {
    check.name.insert(0, prefix.data(), prefix.size());
    checks_.push_back(std::move(check));
  }
  undecided_.insert(undecided_.end(), part.undecided_.begin(),
                    part.undecided_.end());
  if (!part.error_class_.has_value()) return;
  NoteFailure(*part.error_class_, before + part.decisive_);
}

void RawVerdict::NoteFailure(ErrorClass error_class, size_t check) {
  if (error_class_.has_value() && *error_class_ <= error_class) return;
  error_class_ = error_class;
  decisive_ = check;
}

const Check* RawVerdict::decisive() const {
  return error_class_.has_value() ? &checks_[decisive_] : nullptr;
}

RawOutcome RawVerdict::outcome() const {
  if (error_class_.has_value()) return RawOutcome::kReject;
  return undecided_.empty() ? RawOutcome::kAccept : RawOutcome::kIncomplete;
}

}  // namespace evidenced
