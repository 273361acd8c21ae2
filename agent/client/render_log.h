#ifndef AGENT_CLIENT_RENDER_LOG_H_
#define AGENT_CLIENT_RENDER_LOG_H_

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

#include "evidence/log/event_log.h"
#include "quote/base/bytes.h"

namespace evidenced {

// How many of a log's last events are shown; nullopt: all of a boot log, and
// the last 20 of an IMA log, which has thousands.
using EventLimit = std::optional<size_t>;

// "all", a number, or "" for the default. INVALID_ARGUMENT: neither.
absl::StatusOr<EventLimit> ParseEventLimit(absl::string_view text);

// One log with what is known of it.
struct LogView {
  absl::string_view label{};
  const EventLog* log = nullptr;
  std::span<const LogEvent> events{};  // with those of a tail
  // Events that a quote reaches; nullopt: none, they are the agent's word.
  std::optional<size_t> quoted_events{};
  // Whether a quoted register vouches for an event; unset: it does for none.
  std::function<bool(size_t)> vouched{};
  // The registers were not quoted: somebody handed them over.
  bool registers_are_given = false;
};

// "PCR 7"; of a CC log "MRTD" or "RTMR0".
std::string RegisterName(const EventLog& log, uint32_t reg);

// The events in words, in order. An event that no quoted register vouches for
// has a mark, and one whose data no digest covers, or covers in part, another;
// the events beyond the quote have a heading.
std::string RenderEvents(const LogView& view, EventLimit limit);

nlohmann::ordered_json EventsToJson(const LogView& view, EventLimit limit);

// Parses a whole log by its label's kind: "log.ima", "log.ccel" or a TCG log.
absl::StatusOr<EventLog> ParseLogByLabel(absl::string_view label,
                                         ByteView bytes);

}  // namespace evidenced

#endif  // AGENT_CLIENT_RENDER_LOG_H_
