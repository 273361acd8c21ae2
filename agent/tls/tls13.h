#ifndef AGENT_TLS_TLS13_H_
#define AGENT_TLS_TLS13_H_

#include "absl/status/status.h"

namespace evidenced {

// Makes TLS 1.3 without session tickets the only form of TLS in this process,
// for clients and servers: gRPC 1.51 has no public call for it. Must run once,
// in main(), before anything else uses OpenSSL. INTERNAL: OpenSSL refused it.
absl::Status RequireTls13();

}  // namespace evidenced

#endif  // AGENT_TLS_TLS13_H_
