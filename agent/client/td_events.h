#ifndef AGENT_CLIENT_TD_EVENTS_H_
#define AGENT_CLIENT_TD_EVENTS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "evidence/raw/tdx_log.h"

namespace evidenced {

inline constexpr size_t kMaxTdEvents = 65536;

// A log of a TD as dstack writes it: a list of objects, of which `imr` (0 to 3)
// and `digest` (SHA-384) are read. INVALID_ARGUMENT (kMalformed, kEmpty):
// another form, or more than kMaxTdEvents.
absl::StatusOr<std::vector<RtmrEvent>> ParseTdEvents(absl::string_view json);

}  // namespace evidenced

#endif  // AGENT_CLIENT_TD_EVENTS_H_
