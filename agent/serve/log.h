#ifndef AGENT_SERVE_LOG_H_
#define AGENT_SERVE_LOG_H_

#include "absl/strings/string_view.h"

namespace evidenced {

// Lines to standard error, each behind its priority as journald reads it
// ("<6>"). `level`: "debug", "info", "warning" or "error"; lines below it are
// dropped. Must run before the other calls.
void InitLog(absl::string_view level);

// From here on gRPC's own lines are shown at "info", before at "debug": the
// agent's own check of its TLS makes two that look like faults.
void LogGrpc();

// One line each; the caller has made foreign text printable.
void LogDebug(absl::string_view line);
void LogInfo(absl::string_view line);
void LogWarning(absl::string_view line);
void LogError(absl::string_view line);

}  // namespace evidenced

#endif  // AGENT_SERVE_LOG_H_
