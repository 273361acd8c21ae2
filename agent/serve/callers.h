#ifndef AGENT_SERVE_CALLERS_H_
#define AGENT_SERVE_CALLERS_H_

#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>

#include "absl/base/thread_annotations.h"
#include "absl/hash/hash.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "agent/base/mutex.h"
#include "agent/serve/roles.h"
#include "quote/crypto/certificate.h"

namespace evidenced {

// Who is at the other end of a connection.
struct Caller {
  std::string name;  // its first URI or DNS SAN, or its subject; printable
  Roles roles = 0;
  std::shared_ptr<const Certificate> certificate;  // null: the unix socket
};

// The callers of the TLS connections, by their certificates. Parsing one costs
// more than the whole rest of a call, so the last ones are kept.
class CallerCache {
 public:
  explicit CallerCache(RoleTable roles) : roles_(std::move(roles)) {}

  // `pem` is the certificate of a connection, whose chain gRPC has verified.
  // UNAUTHENTICATED: it does not parse, or is not valid at `now`: gRPC checks
  // the dates only when a connection begins.
  absl::StatusOr<std::shared_ptr<const Caller>> Find(absl::string_view pem,
                                                     absl::Time now);

 private:
  struct Entry {
    std::string pem;
    std::shared_ptr<const Caller> caller;
  };
  static constexpr size_t kEntries = 256;

  absl::StatusOr<std::shared_ptr<const Caller>> FindOrParse(
      absl::string_view pem);

  RoleTable roles_;
  Mutex mutex_;
  std::list<Entry> entries_ ABSL_GUARDED_BY(mutex_);  // the last used one first
  // The keys are views of the entries' own text.
  std::unordered_map<absl::string_view, std::list<Entry>::iterator,
                     absl::Hash<absl::string_view>>
      by_pem_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace evidenced

#endif  // AGENT_SERVE_CALLERS_H_
