#include "agent/serve/socket_address.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

#include <cstring>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_format.h"

#include "quote/base/bytes.h"

namespace evidenced {

absl::StatusOr<TcpAddress> ParseTcpAddress(const std::string& text) {
  const auto bad = absl::InvalidArgumentError(absl::StrFormat(
      "expected a numeric ADDRESS:PORT, found \"%s\"", Printable(text)));
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return bad;
  std::string host = text.substr(0, colon);
  const std::string port = text.substr(colon + 1);
  const bool bracketed = host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (!bracketed && absl::StrContains(host, ':')) return bad;
  if (port.empty() || port.size() > 5 ||
      port.find_first_not_of("0123456789") != std::string::npos ||
      std::stoul(port) > UINT16_MAX) {
    return bad;
  }
  addrinfo hints = {};
  hints.ai_family = bracketed ? AF_INET6 : AF_INET;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0) return bad;
  TcpAddress address;
  address.size = found->ai_addrlen;
  std::memcpy(&address.storage, found->ai_addr, found->ai_addrlen);
  freeaddrinfo(found);
  return address;
}

std::string BoundAddress(int fd) {
  TcpAddress address;
  address.size = sizeof(address.storage);
  char host[INET6_ADDRSTRLEN] = {};
  char port[8] = {};
  auto* generic = reinterpret_cast<sockaddr*>(&address.storage);
  if (getsockname(fd, generic, &address.size) != 0 ||
      getnameinfo(generic, address.size, host, sizeof(host), port, sizeof(port),
                  NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    return "unknown";
  }
  return address.storage.ss_family == AF_INET6
             ? absl::StrFormat("[%s]:%s", host, port)
             : absl::StrFormat("%s:%s", host, port);
}

}  // namespace evidenced
