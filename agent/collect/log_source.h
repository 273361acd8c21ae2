#ifndef AGENT_COLLECT_LOG_SOURCE_H_
#define AGENT_COLLECT_LOG_SOURCE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "agent/collect/collector.h"
#include "agent/device/ccel_log.h"
#include "evidence/binding/manifest.h"
#include "evidence/log/event_log.h"
#include "quote/base/bytes.h"

namespace evidenced {

// A log file as it was at one time, parsed once.
struct CollectedLog {
  LogSnapshot snapshot;
  Bytes padding;        // what follows the last whole event
  EventLog log;         // views into snapshot.bytes
  ManifestEntry entry;  // kPresent
};

// Why a log is missing. `reason` is the manifest's word: "no-device", "empty",
// "too-large" or "device-error"; "" if it is there.
struct MissingLog {
  std::string reason;
  std::string detail;  // for a person
};

// One of the kernel's log files. Used by one thread.
class LogSource {
 public:
  enum class Kind : uint8_t { kTcg2, kIma, kCcel };

  // Not of kCcel, whose file is no good without its table.
  LogSource(Kind kind, std::string path);
  explicit LogSource(CcelPaths paths);

  Kind kind() const { return kind_; }

  absl::string_view label() const;

  // The log as it is now, or null if it is missing: then missing() says why,
  // until the next Read().
  // A log that has not changed since the last Read() is the same object, as
  // long as it is kept or in use.
  std::shared_ptr<const CollectedLog> Read();
  const MissingLog& missing() const { return missing_; }

  // What follows the first whole events of `head` in the file now, as whole
  // events. INVALID_ARGUMENT: the file no longer begins with them.
  struct Tail {
    Bytes bytes;
    EventLog log;  // views into `bytes`
  };
  absl::StatusOr<Tail> ReadTail(const CollectedLog& head);

 private:
  absl::Status ReadFile();  // to file_
  std::shared_ptr<const CollectedLog> Parse();

  const Kind kind_;
  const std::string path_;
  const std::string table_;  // kCcel
  const size_t cap_;
  Bytes file_;                                // as last read
  std::shared_ptr<const CollectedLog> last_;  // if small enough to keep
  std::weak_ptr<const CollectedLog> recent_;
  MissingLog missing_;
};

}  // namespace evidenced

#endif  // AGENT_COLLECT_LOG_SOURCE_H_
