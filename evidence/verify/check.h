#ifndef EVIDENCE_VERIFY_CHECK_H_
#define EVIDENCE_VERIFY_CHECK_H_

#include <cstdint>
#include <string>
#include <vector>

namespace evidenced {

enum class Outcome : uint8_t {
  kPass,
  kFail,
  // Could not be decided, or was not demanded; `found` says what is known.
  kNotChecked,
};

// One line of a verdict. Texts are printable ASCII.
struct Check {
  std::string name;  // "quote-signature"
  Outcome outcome = Outcome::kNotChecked;
  std::string expected;
  std::string found;
};

using Checks = std::vector<Check>;

// Whether none of `checks` failed.
bool NoneFailed(const Checks& checks);

}  // namespace evidenced

#endif  // EVIDENCE_VERIFY_CHECK_H_
