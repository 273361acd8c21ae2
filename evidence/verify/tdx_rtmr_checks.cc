#include "evidence/verify/tdx_rtmr_checks.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "evidence/verify/add_check.h"
#include "quote/base/bytes.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

bool IsZero(ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(),
                     [](uint8_t byte) { return byte == 0; });
}

// One rule and what it reads.
struct Rtmr {
  std::string name;
  const Bytes& value;
  RtmrEvents events;
};

std::string EventsText(const std::vector<Bytes>& events) {
  return absl::StrFormat("%d events", events.size());
}

constexpr absl::string_view kNoEvents =
    "not known: no log was shown that replays to it";

void CheckRequired(const Rtmr& rtmr, const TextList& required, Checks& checks) {
  if (required.empty()) return;
  const std::string name = absl::StrCat(rtmr.name, "/required-events");
  const std::string expected =
      absl::StrFormat("all of %d events", required.size());
  if (!rtmr.events.has_value()) {
    AddCheck(checks, name, Outcome::kFail, expected, kNoEvents);
    return;
  }
  const std::vector<Bytes>& events = *rtmr.events;
  const auto missing = std::find_if(
      required.begin(), required.end(), [&events](const std::string& hex) {
        return std::none_of(
            events.begin(), events.end(),
            [&hex](const Bytes& event) { return EqualsHex(hex, event); });
      });
  if (missing == required.end()) {
    AddCheck(checks, name, Outcome::kPass, expected, EventsText(events));
    return;
  }
  AddCheck(
      checks, name, Outcome::kFail, expected,
      absl::StrCat(EventsText(events), ", none of them ", Printable(*missing)));
}

void CheckAllowed(const Rtmr& rtmr, const TextList& allowed, Checks& checks) {
  if (allowed.empty()) return;
  const std::string name = absl::StrCat(rtmr.name, "/allowed-events");
  const std::string expected =
      absl::StrFormat("none but %d events", allowed.size());
  if (!rtmr.events.has_value()) {
    AddCheck(checks, name, Outcome::kFail, expected, kNoEvents);
    return;
  }
  const std::vector<Bytes>& events = *rtmr.events;
  const auto other = std::find_if(
      events.begin(), events.end(),
      [&allowed](const Bytes& event) { return !ListsBytes(allowed, event); });
  if (other == events.end()) {
    AddCheck(checks, name, Outcome::kPass, expected, EventsText(events));
    return;
  }
  AddCheck(
      checks, name, Outcome::kFail, expected,
      absl::StrFormat("%s, among them %s", EventsText(events), Hex(*other)));
}

void CheckRule(const TdxFacts& facts, const v1::TdxRtmrRule& rule,
               Checks& checks) {
  if (!rule.has_index() || rule.index() >= kTdRtmrs) {
    AddCheck(checks, "policy/tdx/rtmr", Outcome::kFail,
             "a rule for one of RTMR 0 to 3",
             rule.has_index() ? absl::StrCat("one for RTMR ", rule.index())
                              : "a rule without an index");
    return;
  }
  Rtmr rtmr{.name = absl::StrCat("policy/tdx/rtmr", rule.index()),
            .value = facts.body.td.rtmr.at(rule.index()),
            .events = facts.rtmr_events.at(rule.index())};
  if (IsZero(rtmr.value)) rtmr.events = std::vector<Bytes>();
  CheckBytes(rtmr.name, rule.values(), rtmr.value, checks);
  CheckRequired(rtmr, rule.required_events(), checks);
  CheckAllowed(rtmr, rule.allowed_events(), checks);
}

}  // namespace

void CheckRtmrRules(const TdxFacts& facts, const v1::TdxPolicy& policy,
                    Checks& checks) {
  if (policy.rtmrs().empty()) {
    AddCheck(checks, "policy/tdx/rtmrs", Outcome::kNotChecked,
             "no RTMR value (default)",
             "RTMRs are listed, nothing is demanded of them");
  }
  for (const v1::TdxRtmrRule& rule : policy.rtmrs()) {
    CheckRule(facts, rule, checks);
  }
}

}  // namespace evidenced
