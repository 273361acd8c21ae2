#include "evidence/raw/tdx_log.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

#include "evidence/log/replay.h"
#include "evidence/raw/report_data.h"
#include "quote/base/error_class.h"
#include "quote/crypto/digest.h"

namespace evidenced {
namespace {

using Rtmrs = std::array<ReplayedRtmr, kRtmrCount>;

constexpr auto kBank = HashAlgorithm::kSha384;
// Of a CC log: register 0 is MRTD.
constexpr uint32_t kFirstRtmr = 1;

Rtmrs Untouched() {
  Rtmrs rtmrs;
  for (ReplayedRtmr& rtmr : rtmrs) rtmr.replayed = Bytes(DigestSize(kBank), 0);
  return rtmrs;
}

void Extend(const Bytes& digest, ReplayedRtmr& rtmr) {
  rtmr.extended = true;
  rtmr.digests.push_back(digest);
  rtmr.replayed = Hash(kBank, {rtmr.replayed, digest});
}

Rtmrs OfLog(const LogReplay& replay) {
  Rtmrs rtmrs = Untouched();
  for (const LogEvent& event : replay.log->events) {
    if (event.reg < kFirstRtmr || event.reg >= kFirstRtmr + kRtmrCount ||
        !event.extends) {
      continue;
    }
    const auto value = ExtendValue(*replay.log, event, kBank);
    if (value.has_value()) Extend(*value, rtmrs.at(event.reg - kFirstRtmr));
  }
  return rtmrs;
}

Rtmrs OfEvents(const std::vector<RtmrEvent>& events) {
  Rtmrs rtmrs = Untouched();
  for (const RtmrEvent& event : events) {
    Extend(event.digest, rtmrs.at(event.rtmr));
  }
  return rtmrs;
}

std::optional<Rtmrs> Replayed(const RawTdxLogInput& in, RawTdxLog& out) {
  if (in.log.has_value()) {
    out.log = ReplayLogFile(*in.log);
    out.verdict.Include(out.log->verdict, "log/");
    if (!out.log->log.ok()) return std::nullopt;
    out.event_count = out.log->log->events.size();
    return OfLog(*out.log);
  }
  const absl::StatusOr<std::vector<RtmrEvent>>& events = *in.events;
  out.verdict.Add("log/events_well_formed", "a list of events", events.status(),
                  events.ok() ? absl::StrCat(events->size(), " events") : "");
  if (!events.ok()) return std::nullopt;
  out.event_count = events->size();
  return OfEvents(*events);
}

void Compare(size_t index, const Bytes& quoted, ReplayedRtmr& rtmr,
             RawVerdict& verdict) {
  const std::string name = absl::StrCat("rtmr", index, "_replay_matches_quote");
  rtmr.matches = rtmr.replayed == quoted;
  if (!rtmr.covered) {
    verdict.NotChecked(
        name, Hex(quoted),
        rtmr.matches ? "the same" : "another: the log does not cover it");
  } else if (rtmr.matches) {
    verdict.Pass(name, Hex(quoted), "the same");
  } else {
    verdict.Fail(ErrorClass::kDigestMismatch, name, Hex(quoted),
                 Hex(rtmr.replayed));
  }
}

void CompareAll(const RawTdxLogInput& in, RawTdxLog& out) {
  if (!out.rtmrs.has_value() || !out.quote.quote.has_value() ||
      !out.quote.quote->td.has_value()) {
    out.rtmrs.reset();
    out.verdict.NotChecked("rtmr_replay_matches_quote",
                           "registers of a TD and a log for them",
                           "one of both cannot be read");
    return;
  }
  for (size_t i = 0; i < kRtmrCount; ++i) {
    ReplayedRtmr& rtmr = out.rtmrs->at(i);
    rtmr.covered = in.covered.has_value()
                       ? std::find(in.covered->begin(), in.covered->end(), i) !=
                             in.covered->end()
                       : rtmr.extended;
    Compare(i, out.quote.quote->td->td.rtmr.at(i), rtmr, out.verdict);
  }
}

}  // namespace

RtmrDigests DigestsOf(const RawTdxLog& judged) {
  RtmrDigests out;
  if (!judged.rtmrs.has_value()) return out;
  for (size_t i = 0; i < kRtmrCount; ++i) {
    const ReplayedRtmr& rtmr = judged.rtmrs->at(i);
    if (rtmr.matches) out.at(i) = rtmr.digests;
  }
  return out;
}

RawTdxLog JudgeTdxLog(const RawTdxLogInput& in) {
  RawTdxLog out;
  out.quote = JudgeTdxQuote(in.quote);
  out.verdict.Include(out.quote.verdict, "tdx/");
  out.rtmrs = Replayed(in, out);
  CompareAll(in, out);
  if (out.quote.quote.has_value() && out.quote.quote->td.has_value()) {
    JudgeReportData(in.quote.report_data, out.quote.quote->td->report_data,
                    out.verdict);
  }
  return out;
}

}  // namespace evidenced
