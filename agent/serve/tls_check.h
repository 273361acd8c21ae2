#ifndef AGENT_SERVE_TLS_CHECK_H_
#define AGENT_SERVE_TLS_CHECK_H_

#include "absl/status/status.h"

namespace evidenced {

// Greets the server at the other end of the socket `fd` with TLS 1.2 alone,
// whatever this process is limited to. OK if and only if the server refuses
// the version. gRPC 1.51 has no call that asks for TLS 1.3: what
// RequireTls13() did by a side door is proved here. Blocks, at most 5 s at a
// time; does not close `fd`. INTERNAL: the server answers TLS 1.2, or not at
// all.
absl::Status CheckOldTlsIsRefused(int fd);

}  // namespace evidenced

#endif  // AGENT_SERVE_TLS_CHECK_H_
