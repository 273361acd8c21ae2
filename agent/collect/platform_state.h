#ifndef AGENT_COLLECT_PLATFORM_STATE_H_
#define AGENT_COLLECT_PLATFORM_STATE_H_

#include <functional>
#include <vector>

#include "absl/status/status.h"

#include "agent/base/mutex.h"
#include "agent/collect/collection.h"
#include "agent/device/tpm_device.h"

namespace evidenced {

// What is known of this guest without asking a device. Any thread may use it.
class PlatformState {
 public:
  explicit PlatformState(const AgentIdentity& identity);

  // The device thread's observer: OK with what was opened, or why the TPM
  // cannot be used.
  void TpmChanged(const absl::Status& status, const TpmInfo* info);
  void LogsRead(const std::vector<LogState>& states);

  v1::Platform Get() const;
  // See Collector::WatchHealth().
  void Watch(std::function<void(bool available)> changed);

 private:
  mutable Mutex mutex_;
  v1::Platform platform_ ABSL_GUARDED_BY(mutex_);

  // Held while the watcher is called, so that it sees changes in order.
  Mutex watch_mutex_;
  bool available_ ABSL_GUARDED_BY(watch_mutex_) = false;
  std::function<void(bool)> watcher_ ABSL_GUARDED_BY(watch_mutex_) = [](bool) {
  };
};

}  // namespace evidenced

#endif  // AGENT_COLLECT_PLATFORM_STATE_H_
