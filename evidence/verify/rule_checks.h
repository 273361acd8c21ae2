#ifndef EVIDENCE_VERIFY_RULE_CHECKS_H_
#define EVIDENCE_VERIFY_RULE_CHECKS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/repeated_field.h"

#include "evidence/verify/check.h"
#include "quote/base/bytes.h"

namespace evidenced {

// What rules for a report and for a quote have in common.

inline constexpr absl::string_view kAnyByDefault = "any (default)";

using TextList = google::protobuf::RepeatedPtrField<std::string>;

// What a list accepts, with as many values as a person would compare.
std::string OneOf(const TextList& values);

bool Lists(const TextList& values, absl::string_view found);
// Values are in hexadecimal.
bool ListsBytes(const TextList& values, ByteView found);

// Appends whether `found` is one of `values`; of none, it is shown.
void CheckBytes(absl::string_view rule, const TextList& values, ByteView found,
                Checks& checks);

// What is known of a revocation list, or of what else a vendor signs and dates.
enum class CollateralState : uint8_t {
  kNone,          // nothing was there
  kRefused,       // what was refused, or revokes
  kDatesUnknown,  // good, and of no known time
  kCurrent,       // good
};

// Nothing is known against it: it was not given, or is of no known time.
bool IsOpen(CollateralState state);

// Append what is known of revocation lists: as a fact, and as a demand that
// kCurrent alone meets.
void ShowCrl(absl::string_view rule, CollateralState state, Checks& checks);
void RequireCrl(absl::string_view rule, CollateralState state, Checks& checks);

}  // namespace evidenced

#endif  // EVIDENCE_VERIFY_RULE_CHECKS_H_
