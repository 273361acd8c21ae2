#ifndef AGENT_SERVE_SOCKET_ADDRESS_H_
#define AGENT_SERVE_SOCKET_ADDRESS_H_

#include <sys/socket.h>

#include <string>

#include "absl/status/statusor.h"

namespace evidenced {

struct TcpAddress {
  sockaddr_storage storage = {};
  socklen_t size = 0;
};

// "127.0.0.1:7443", "[::]:7443": numeric only. INVALID_ARGUMENT: neither.
absl::StatusOr<TcpAddress> ParseTcpAddress(const std::string& text);

// The address that `fd` is bound to, in the same form.
std::string BoundAddress(int fd);

}  // namespace evidenced

#endif  // AGENT_SERVE_SOCKET_ADDRESS_H_
