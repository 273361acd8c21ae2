#ifndef AGENT_SERVE_REQUEST_LOG_H_
#define AGENT_SERVE_REQUEST_LOG_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "grpcpp/support/status.h"

#include "agent/serve/callers.h"

namespace evidenced {

// One structured line per request, when it is answered.
class RequestLog {
 public:
  // nullptr: the caller is not known.
  RequestLog(absl::string_view method, const Caller* caller);

  // The line shows the first bytes of the nonce's SHA-256, enough to find the
  // same request in the verifier's log, and no way back to the nonce.
  void SetNonce(absl::string_view nonce);
  // Likewise, of what a raw report is to be over.
  void SetReportData(absl::string_view data);

  void Write(const absl::Status& status) const;

 private:
  absl::Time started_;
  std::string method_;
  std::string caller_;
  Roles roles_ = 0;
  std::string digest_;  // with its name
};

// The same code and message; both number codes alike.
grpc::Status ToGrpc(const absl::Status& status);

}  // namespace evidenced

#endif  // AGENT_SERVE_REQUEST_LOG_H_
