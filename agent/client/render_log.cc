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
constexpr size_t kLongestInLine = 32;  // digits of a digest
constexpr absl::string_view kUncovered = "~";
constexpr absl::string_view kHalfCovered = "-";
constexpr absl::string_view kUnvouched = "!";

size_t FirstShown(const LogView& view, EventLimit limit) {
  const size_t shown =
      limit.value_or(view.log->format == LogFormat::kIma ? kImaEventsShown
                                                         : view.events.size());
  return view.events.size() - std::min(shown, view.events.size());
}

std::string Earlier(size_t hidden) {
  return absl::StrCat("  ... ", Count(hidden, "earlier event"), " not shown\n");
}

bool Vouched(const LogView& view, size_t index) {
  return view.vouched != nullptr && view.vouched(index);
}

// Which marks were used.
struct Marks {
  bool uncovered = false;
  bool half_covered = false;
  bool unvouched = false;
};

absl::string_view MarkOf(const EventDescription& words, bool unvouched,
                         Marks& marks) {
  if (unvouched) {
    marks.unvouched = true;
    return kUnvouched;
  }
  if (words.data_covered) return "";
  bool& used = words.text_covered ? marks.half_covered : marks.uncovered;
  used = true;
  return words.text_covered ? kHalfCovered : kUncovered;
}

// The rows of events `begin` to `end`.
std::string RenderRange(const LogView& view, size_t begin, size_t end,
                        Marks& marks) {
  Table table;
  for (size_t i = begin; i < end; ++i) {
    const LogEvent& event = view.events[i];
    const EventDescription words = DescribeEvent(*view.log, event);
    // Without a quote there is nothing that could vouch, as a heading says.
    const bool unvouched = view.quoted_events.has_value() && !Vouched(view, i);
    // What a boot log measured is in --json; of a file every digit is shown.
    const bool is_list = view.log->format == LogFormat::kIma;
    table.Row({absl::StrCat(i), RegisterName(*view.log, event.reg),
               Plain(words.type), std::string(MarkOf(words, unvouched, marks)),
               is_list ? words.meaning
                       : ShortDigests(words.meaning, kLongestInLine)});
  }
  return table.Render();
}

absl::string_view BeyondText(const LogView& view) {
  if (view.quoted_events == size_t{0} && !view.registers_are_given) {
    return "no quote reaches the events below: they are the agent's word";
  }
  return view.registers_are_given
             ? "the given registers do not reach the events below: they are "
               "the log's word"
             : "the quote does not reach the events below: they are the "
               "agent's word";
}

std::string Legend(const LogView& view, const Marks& marks) {
  std::string out;
  if (marks.uncovered) {
    absl::StrAppend(&out, "  ", kUncovered,
                    " no digest covers what this event says: it is the host's "
                    "word\n");
  }
  if (marks.half_covered) {
    absl::StrAppend(&out, "  ", kHalfCovered,
                    " a digest covers the text of this event, but not what it "
                    "is called\n");
  }
  if (marks.unvouched) {
    absl::StrAppend(&out, "  ", kUnvouched, " no ",
                    view.registers_are_given ? "given" : "quoted",
                    " register vouches for this event: it is the host's word "
                    "altogether\n");
  }
  return out;
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

std::string RegisterName(const EventLog& log, uint32_t reg) {
  // Of an event that extends nothing.
  constexpr uint32_t kNone = 0xffffffff;
  if (reg == kNone) return "none";
  if (log.format != LogFormat::kCcel) return absl::StrCat("PCR ", reg);
  return reg == 0 ? "MRTD" : absl::StrCat("RTMR", reg - 1);
}

std::string RenderEvents(const LogView& view, EventLimit limit) {
  const size_t first = FirstShown(view, limit);
  const size_t quoted =
      std::clamp(view.quoted_events.value_or(0), first, view.events.size());
  if (first == view.events.size()) {
    return absl::StrCat("  ", first > 0 ? "not shown" : "none", "\n");
  }
  std::string out = first > 0 ? Earlier(first) : "";

  Marks marks;
  absl::StrAppend(&out, RenderRange(view, first, quoted, marks));
  if (view.quoted_events.has_value() && quoted < view.events.size()) {
    absl::StrAppend(&out, "  -- ", BeyondText(view), " --\n");
  }
  // Not in one expression with the legend: this finds out what it must say.
  absl::StrAppend(&out, RenderRange(view, quoted, view.events.size(), marks));
  return absl::StrCat(out, Legend(view, marks));
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
                 {"register", RegisterName(*view.log, event.reg)}};
    if (view.log->format != LogFormat::kCcel) json["pcr"] = event.reg;
    json.update({{"type", Plain(words.type)},
                 {"meaning", Plain(words.meaning)},
                 {"vouched", Vouched(view, i)},
                 {"data_covered", words.data_covered},
                 {"extends", event.extends},
                 {"digests", digests}});
    events.push_back(std::move(json));
  }
  return events;
}

absl::StatusOr<EventLog> ParseLogByLabel(absl::string_view label,
                                         ByteView bytes) {
  if (label == "log.ima") return ParseImaLog(bytes);
  return label == "log.ccel" ? ParseCcel(bytes) : ParseTcgLog(bytes);
}

}  // namespace evidenced
