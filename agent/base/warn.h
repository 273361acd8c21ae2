#ifndef AGENT_BASE_WARN_H_
#define AGENT_BASE_WARN_H_

#include <functional>

#include "absl/strings/string_view.h"

namespace evidenced {

// Takes a line for the agent's log: what went wrong without failing anybody's
// request. Any thread may call it.
using Warn = std::function<void(absl::string_view line)>;

inline void WarnNobody(absl::string_view /*line*/) {}

}  // namespace evidenced

#endif  // AGENT_BASE_WARN_H_
