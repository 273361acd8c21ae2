#ifndef EVIDENCE_RAW_TDX_LOG_H_
#define EVIDENCE_RAW_TDX_LOG_H_

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"

#include "evidence/raw/log_replay.h"
#include "evidence/raw/raw_verdict.h"
#include "evidence/raw/tdx_quote.h"
#include "quote/base/bytes.h"

namespace evidenced {

inline constexpr size_t kRtmrCount = 4;

// One measurement into an RTMR, of a log without the events' data.
struct RtmrEvent {
  size_t rtmr = 0;  // below kRtmrCount
  Bytes digest;     // SHA-384
};

struct RawTdxLogInput {
  RawTdxInput quote;
  // A CC log, or else a list of events. An error of the latter is that of the
  // file it is from.
  std::optional<LogReplayInput> log;
  std::optional<absl::StatusOr<std::vector<RtmrEvent>>> events;
  // The registers that the log must explain, each below kRtmrCount. nullopt:
  // those that it extends.
  std::optional<std::vector<size_t>> covered;
};

// What a log says of one RTMR.
struct ReplayedRtmr {
  bool extended = false;
  bool covered = false;
  bool matches = false;
  std::vector<Bytes> digests;  // that were extended into it
  Bytes replayed;              // zeros if no event extends it
};

// The verdict on a TD quote and a log, with all that was read on the way.
struct RawTdxLog {
  RawVerdict verdict;  // of a part as "tdx/..." and "log/..."
  RawTdxQuote quote;
  std::optional<LogReplay> log;
  size_t event_count = 0;
  // Empty: one of both cannot be read.
  std::optional<std::array<ReplayedRtmr, kRtmrCount>> rtmrs;
};

// What the log says was extended into each RTMR; nullopt: it does not replay to
// the quote's value.
using RtmrDigests = std::array<std::optional<std::vector<Bytes>>, kRtmrCount>;
RtmrDigests DigestsOf(const RawTdxLog& judged);

// Genuine if and only if the quote is, see JudgeTdxQuote(), the log is one, and
// its events give each covered RTMR of the quote. Views point into `in`.
RawTdxLog JudgeTdxLog(const RawTdxLogInput& in);

}  // namespace evidenced

#endif  // EVIDENCE_RAW_TDX_LOG_H_
