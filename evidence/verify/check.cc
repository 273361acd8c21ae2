#include "evidence/verify/check.h"

#include <algorithm>

namespace evidenced {

bool NoneFailed(const Checks& checks) {
  return std::none_of(checks.begin(), checks.end(), [](const Check& check) {
    return check.outcome == Outcome::kFail;
  });
}

}  // namespace evidenced
