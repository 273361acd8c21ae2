#include "agent/client/render_log.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "agent/client/text.h"
#include "evidence/log/describe.h"
#include "quote/crypto/digest.h"

namespace evidenced {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kImaEventsShown = 20;
constexpr absl::string_view kUncovered = "~";

size_t FirstShown(const LogView& view, EventLimit limit) {
  const size_t shown =
      limit.value_or(view.log->format == LogFormat::kIma ? kImaEventsShown
                                                         : view.events.size());
  return view.events.size() - std::min(shown, view.events.size());
}

std::string Earlier(size_t hidden) {
  return absl::StrCat("  ... ", Count(hidden, "earlier event"), " not shown\n");
}

// The rows of events `begin` to `end`. Sets `marked` if one has the mark.
std::string RenderRange(const LogView& view, size_t begin, size_t end,
                        size_t& marked) {
  Table table;
  for (size_t i = begin; i < end; ++i) {
    const LogEvent& event = view.events[i];
    const EventDescription words = DescribeEvent(*view.log, event);
    marked += words.data_covered ? 0 : 1;
    table.Row({absl::StrCat(i), absl::StrCat("PCR ", event.reg),
               Plain(words.type),
               absl::StrCat(words.data_covered ? " " : kUncovered, " ",
                            words.meaning)});
  }
  return table.Render();
}

}  // namespace

absl::StatusOr<EventLimit> ParseEventLimit(absl::string_view text) {
  if (text.empty()) return EventLimit();
  if (text == "all") return EventLimit(std::numeric_limits<size_t>::max());
  uint64_t limit = 0;
  if (!absl::SimpleAtoi(text, &limit)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "expected \"all\" or a number of events, found ", Plain(text)));
  }
  return EventLimit(limit);
}

std::string RenderEvents(const LogView& view, EventLimit limit) {
  const size_t first = FirstShown(view, limit);
  const size_t quoted =
      std::clamp(view.quoted_events.value_or(0), first, view.events.size());
  if (first == view.events.size()) {
    return absl::StrCat("  ", first > 0 ? "not shown" : "none", "\n");
  }
  std::string out = first > 0 ? Earlier(first) : "";

  size_t marked = 0;
  absl::StrAppend(&out, RenderRange(view, first, quoted, marked));
  if (view.quoted_events.has_value() && quoted < view.events.size()) {
    absl::StrAppend(&out,
                    "  -- the quote does not reach the events below: they are "
                    "the agent's word --\n");
  }
  absl::StrAppend(&out, RenderRange(view, quoted, view.events.size(), marked));
  if (marked > 0) {
    absl::StrAppend(&out, "  ", kUncovered,
                    " no digest covers this event's data: what it says is the "
                    "host's word\n");
  }
  return out;
}

Json EventsToJson(const LogView& view, EventLimit limit) {
  Json events = Json::array();
  for (size_t i = FirstShown(view, limit); i < view.events.size(); ++i) {
    const LogEvent& event = view.events[i];
    const EventDescription words = DescribeEvent(*view.log, event);
    Json digests = Json::object();
    for (const auto& [bank, digest] : event.digests) {
      digests[std::string(HashName(bank))] = Hex(digest);
    }
    Json json = {{"index", i},
                 {"pcr", event.reg},
                 {"type", Plain(words.type)},
                 {"meaning", Plain(words.meaning)},
                 {"data_covered", words.data_covered},
                 {"extends", event.extends},
                 {"digests", digests}};
    if (view.quoted_events.has_value()) {
      json["quoted"] = i < *view.quoted_events;
    }
    events.push_back(std::move(json));
  }
  return events;
}

absl::StatusOr<EventLog> ParseLogByLabel(absl::string_view label,
                                         ByteView bytes) {
  return label == "log.ima" ? ParseImaLog(bytes) : ParseTcgLog(bytes);
}

}  // namespace evidenced
