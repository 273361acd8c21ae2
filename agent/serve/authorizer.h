#ifndef AGENT_SERVE_AUTHORIZER_H_
#define AGENT_SERVE_AUTHORIZER_H_

#include <memory>
#include <string>
#include <unordered_map>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "agent/device/mutex.h"
#include "agent/serve/roles.h"
#include "quote/crypto/certificate.h"

namespace evidenced {

// Who calls, as far as the channel says.
struct Caller {
  std::string name;  // of the log: a SAN or "unix"
  Roles roles = 0;
  // The client's certificate; nullptr on the unix socket.
  std::shared_ptr<const Certificate> certificate;
};

// Knows callers by their certificates. A PEM is parsed once and remembered:
// parsing costs more than the rest of an RPC. Any thread may call it.
class CallerCache {
 public:
  explicit CallerCache(const RoleTable& table) : table_(table) {}

  // `pem`: the client's leaf certificate, whose chain the handshake verified.
  // UNAUTHENTICATED: it does not parse, or is not valid at `now`.
  absl::StatusOr<std::shared_ptr<const Caller>> Find(absl::string_view pem,
                                                     absl::Time now);

 private:
  const RoleTable& table_;
  Mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const Caller>> callers_
      GUARDED_BY(mutex_);
};

}  // namespace evidenced

#endif  // AGENT_SERVE_AUTHORIZER_H_
