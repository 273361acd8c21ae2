#ifndef AGENT_COLLECT_TPM_COLLECTOR_H_
#define AGENT_COLLECT_TPM_COLLECTOR_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/time/time.h"

#include "agent/collect/collector.h"
#include "agent/device/device_thread.h"
#include "agent/device/log_file.h"
#include "agent/device/tpm.h"

namespace evidenced {

struct CollectorOptions {
  TpmOptions tpm;
  HostPaths paths;
  std::string agent_version;
  size_t queue_length = 256;
  // The longest that a request waits, whatever its own deadline.
  absl::Duration device_timeout = absl::Seconds(30);
  // A TPM that has not answered for so long gets no more requests.
  absl::Duration hung_after = absl::Seconds(10);
};

// Collects from a guest's TPM and its logs, in the binding's second form: logs
// and manifest first, the TPM's quote last. It never blocks: the TPM is opened
// behind it, and requests wait until it is.
// Its destructor waits at most 2 s for a call that the TPM has not answered,
// and then abandons the thread that made it: the process must then end by
// _exit(), not by exit().
std::unique_ptr<Collector> MakeTpmCollector(const CollectorOptions& options);

// As above, over another device than options.tpm, which is not used.
std::unique_ptr<Collector> MakeCollector(const CollectorOptions& options,
                                         DeviceThread::Opener open);

}  // namespace evidenced

#endif  // AGENT_COLLECT_TPM_COLLECTOR_H_
