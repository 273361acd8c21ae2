#ifndef AGENT_CLIENT_STATE_CHECKS_H_
#define AGENT_CLIENT_STATE_CHECKS_H_

#include <optional>
#include <string>
#include <vector>

#include "evidence/v1/evidence.pb.h"
#include "evidence/v1/saved.pb.h"

#include "evidence/verify/check.h"

namespace evidenced {
namespace v1 = ::evidence::v1;

// What the caller of `verify FILE` says that was asked for; what is unset or
// empty was not said.
struct ExpectedState {
  std::optional<std::string> audience;
  std::optional<std::string> user_data;  // the bytes
  std::vector<std::string> labels;
  std::vector<v1::PcrSelection> pcrs;
};

// One check for each that was said: "state/audience", "state/user-data",
// "state/labels" (in any order), "state/pcrs". Passes if and only if `state`
// has the same.
Checks CheckState(const ExpectedState& expected,
                  const v1::VerifierState& state);

}  // namespace evidenced

#endif  // AGENT_CLIENT_STATE_CHECKS_H_
