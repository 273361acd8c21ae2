#ifndef AGENT_COLLECT_RTMR_LOG_H_
#define AGENT_COLLECT_RTMR_LOG_H_

#include <memory>
#include <utility>

#include "absl/status/status.h"

#include "agent/collect/collector.h"
#include "agent/collect/log_source.h"
#include "agent/collect/log_tail.h"
#include "agent/device/ccel_log.h"
#include "quote/base/bytes.h"

namespace evidenced {

// A TD's log beside the RTMRs of its quote, which is made after the log was
// read. It reads the log by itself, so that who waited for a quote does not
// wait for a TPM then. Used by the CPU's thread alone.
class RtmrLog {
 public:
  explicit RtmrLog(CcelPaths paths)
      : source_(std::move(paths)),
        follower_(&source_, LogFollower::Pause, LogDemand::kEvery) {}
  RtmrLog(const RtmrLog&) = delete;
  RtmrLog& operator=(const RtmrLog&) = delete;

  // Says in `evidence`, whose part "log.ccel" is `log` (null: none), how far
  // that reaches. If a RTMR is ahead of it, reads on for its tail.
  // DATA_LOSS: `quote` is none of a TD.
  absl::Status Follow(ByteView quote,
                      const std::shared_ptr<const CollectedLog>& log,
                      v1::Evidence& evidence);

 private:
  LogSource source_;
  LogFollower follower_;
};

}  // namespace evidenced

#endif  // AGENT_COLLECT_RTMR_LOG_H_
