#include "evidence/verify/verified_log.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "evidence/binding/refusal.h"
#include "evidence/verify/add_check.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

constexpr absl::string_view kTcg2Label = "log.tcg2";
constexpr absl::string_view kImaLabel = "log.ima";

absl::StatusOr<EventLog> ParseByLabel(absl::string_view label, ByteView part) {
  if (label == kImaLabel) return ParseImaLog(part);
  return label == kCcelLabel ? ParseCcel(part) : ParseTcgLog(part);
}

absl::StatusOr<EventLog> ParseTail(const EventLog& head, ByteView tail) {
  return head.format == LogFormat::kIma ? ParseImaLog(tail)
                                        : ParseTcgLogTail(head, tail);
}

std::string UnloggedText(const RegisterVerdict& reg) {
  if (reg.missing.empty()) {
    return absl::StrCat("unlogged: all events give ", Hex(reg.replayed));
  }
  return absl::StrCat("unlogged: something was measured into its ",
                      absl::StrJoin(reg.missing, ", ",
                                    [](std::string* out, HashAlgorithm bank) {
                                      absl::StrAppend(out, HashName(bank));
                                    }),
                      " bank, which the log does not have");
}

// "pcr7", "rtmr0".
std::string RegisterKey(const VerifiedLog& log, uint32_t reg) {
  return log.log.format == LogFormat::kCcel ? absl::StrCat("rtmr", reg - 1)
                                            : absl::StrCat("pcr", reg);
}

// What a register's line says is not demanded here: whether a log must explain
// a register is a policy's question.
void CheckRegister(const VerifiedLog& log, const RegisterVerdict& reg,
                   Checks& checks) {
  const std::string name =
      absl::StrCat("replay/", log.label, "/", RegisterKey(log, reg.reg));
  const std::string expected =
      absl::StrCat(HashName(reg.bank), " ", Hex(reg.quoted), ", as quoted");
  switch (reg.state) {
    case RegisterState::kMatched:
      AddCheck(checks, name, Outcome::kPass, expected,
               reg.events > 0 ? "the same" : "the same: no event reached it");
      return;
    case RegisterState::kUnlogged:
      AddCheck(checks, name, Outcome::kNotChecked, expected, UnloggedText(reg));
      return;
    case RegisterState::kWeak:
      AddCheck(checks, name, Outcome::kNotChecked, expected,
               "the same by SHA-1 alone, from which nothing is claimed");
      return;
  }
}

// The kernel extends the hash of the template data, whatever digest is logged
// beside it, so a wrong one is a curiosity of the log. Somebody who looks for
// it by that digest should know.
void CheckTemplateDigests(const VerifiedLog& log, Checks& checks) {
  const auto& events = log.events;
  const auto wrong = [&log](const LogEvent& event) {
    return !TemplateDigestMatches(log.log, event);
  };
  const auto first = std::find_if(events.begin(), events.end(), wrong);
  if (first == events.end()) return;
  AddCheck(checks, absl::StrCat("template-digest/", log.label),
           Outcome::kNotChecked, "the SHA-1 of the template data, as logged",
           absl::StrFormat("%d of %d entries log another, the first is entry "
                           "%d; what is extended is the data's",
                           std::count_if(first, events.end(), wrong),
                           events.size(), first - events.begin()));
}

}  // namespace

std::span<const LogEvent> VerifiedLog::quoted() const {
  return std::span<const LogEvent>(events).first(
      verdict.quoted_events.value_or(0));
}

bool VerifiedLog::Vouched(size_t index) const {
  return index < verdict.quoted_events.value_or(0) && events[index].extends &&
         verdict.Matched(events[index].reg);
}

QuotedRegisters::QuotedRegisters(const VerifiedTdxQuote& quote) {
  auto& registers = values_[HashAlgorithm::kSha384];
  uint32_t index = 1;
  for (const Bytes& rtmr : quote.body().td.rtmr) registers[index++] = rtmr;
}

bool IsKnownLog(absl::string_view label) {
  return label == kTcg2Label || label == kImaLabel || label == kCcelLabel;
}

absl::StatusOr<VerifiedLog> ReadVerifiedLog(const std::string& label,
                                            Bytes part, Bytes tail,
                                            const QuotedRegisters& registers) {
  VerifiedLog out;
  out.label = label;
  out.part = std::move(part);
  out.tail = std::move(tail);
  ASSIGN_OR_RETURN(out.log, ParseByLabel(label, out.part));
  if (out.log.length != out.part.size()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected a log without padding, found %d bytes after "
                        "the last event",
                        out.part.size() - out.log.length));
  }
  out.events = std::exchange(out.log.events, {});
  if (!out.tail.empty()) {
    ASSIGN_OR_RETURN(EventLog tail_log, ParseTail(out.log, out.tail));
    for (LogEvent& event : tail_log.events) {
      event.offset += out.part.size();
      out.events.push_back(std::move(event));
    }
  }
  out.verdict = CompareWithRegisters(out.log, out.events, registers.values());
  return out;
}

void CheckLog(const VerifiedLog& log, Checks& checks) {
  const LogVerdict& verdict = log.verdict;
  const bool known = verdict.quoted_events.has_value();
  const size_t quoted = verdict.quoted_events.value_or(0);
  AddCheck(checks, absl::StrCat("replay/", log.label),
           known ? Outcome::kPass : Outcome::kNotChecked,
           absl::StrFormat("a number of events that gives every quoted %s they "
                           "explain",
                           log.log.format == LogFormat::kCcel ? "RTMR" : "PCR"),
           known ? absl::StrFormat("%d of %d events", quoted, log.events.size())
                 : absl::StrFormat("%s: none of %d events; nothing is claimed "
                                   "from this log",
                                   verdict.registers.empty()
                                       ? "no register that it extends is quoted"
                                       : "LOG_BEHIND_REGISTER",
                                   log.events.size()));
  for (const RegisterVerdict& reg : verdict.registers) {
    CheckRegister(log, reg, checks);
  }
  CheckTemplateDigests(log, checks);
  if (log.tail.empty()) return;
  const std::string name = absl::StrCat("tail/", log.label);
  const std::string expected =
      absl::StrFormat("no event beyond the %d quoted ones", quoted);
  if (log.events.size() <= quoted) {
    AddCheck(checks, name, Outcome::kPass, expected, "none");
    return;
  }
  AddFailure(
      checks, name, expected,
      Refuse("tail-beyond-quoted-events",
             absl::StrFormat("found %d events", log.events.size() - quoted)));
}

}  // namespace evidenced
