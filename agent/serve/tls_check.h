#ifndef AGENT_SERVE_TLS_CHECK_H_
#define AGENT_SERVE_TLS_CHECK_H_

#include "absl/status/status.h"

namespace evidenced {

// gRPC 1.51 has no call that asks for TLS 1.3. What RequireTls13() did by a
// side door is proved with these two: each greets the server at the other end
// of the socket `fd` with one version alone, whatever this process is limited
// to. They block, at most 5 s at a time, and do not close `fd`; SIGPIPE must
// be ignored. INTERNAL: not so.

// OK if and only if the server ends a TLS 1.2 connection without an answer.
absl::Status CheckOldTlsIsRefused(int fd);

// OK if and only if the server answers TLS 1.3: without this, a server that
// answers nobody would pass the other.
absl::Status CheckTls13IsServed(int fd);

}  // namespace evidenced

#endif  // AGENT_SERVE_TLS_CHECK_H_
