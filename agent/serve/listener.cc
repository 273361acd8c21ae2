#include "agent/serve/listener.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "agent/serve/socket_address.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

constexpr int kBacklog = 128;
constexpr mode_t kSocketMode = 0660;

absl::Status Failed(absl::string_view what, const std::string& where) {
  const int error = errno;
  return absl::UnavailableError(
      absl::StrCat("cannot ", what, " ", where, ": ", std::strerror(error)));
}

absl::StatusOr<sockaddr_un> UnixAddress(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) {
    return absl::InvalidArgumentError(
        absl::StrCat("expected a socket path of at most ",
                     sizeof(address.sun_path) - 1, " bytes, found ", path));
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

// Makes way for a new socket at `path`, unless somebody is there.
absl::Status ClearPath(const std::string& path, const sockaddr_un& address) {
  struct stat status = {};
  if (lstat(path.c_str(), &status) != 0) return absl::OkStatus();
  if (!S_ISSOCK(status.st_mode)) {
    return absl::FailedPreconditionError(absl::StrCat(
        "expected a socket or nothing at ", path, ", found another file"));
  }
  const Descriptor probe(
      socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  // EAGAIN: somebody listens, who is slow to accept.
  if (connect(probe.get(), reinterpret_cast<const sockaddr*>(&address),
              sizeof(address)) == 0 ||
      errno == EAGAIN) {
    return absl::FailedPreconditionError(absl::StrCat(
        "expected nobody to listen at ", path, ", found another process"));
  }
  return unlink(path.c_str()) == 0 ? absl::OkStatus() : Failed("remove", path);
}

}  // namespace

Listener::Listener(Descriptor socket, std::string address, std::string path)
    : socket_(std::move(socket)),
      address_(std::move(address)),
      path_(std::move(path)) {}

Listener::Listener(Listener&& other) noexcept
    : socket_(std::move(other.socket_)),
      address_(std::move(other.address_)),
      path_(std::exchange(other.path_, "")) {}

Listener::~Listener() {
  // While the socket is ours, nobody else's can be at the path.
  if (is_unix()) unlink(path_.c_str());
}

absl::StatusOr<Listener> Listener::Tcp(const std::string& text) {
  ASSIGN_OR_RETURN(const TcpAddress address, ParseTcpAddress(text));
  Listener listener(
      Descriptor(socket(address.storage.ss_family,
                        SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)),
      text, "");
  const int fd = listener.fd();
  if (fd == -1) return Failed("open a socket for", text);
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  // Accepted sockets inherit it; gRPC sets it on its own listeners alone.
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  if (address.storage.ss_family == AF_INET6) {
    // [::] takes IPv4 too, whatever the host's default is.
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address.storage);
    const int only = IN6_IS_ADDR_UNSPECIFIED(&v6.sin6_addr) ? 0 : 1;
    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof(only));
  }
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address.storage),
           address.size) != 0 ||
      listen(fd, kBacklog) != 0) {
    return Failed("listen on", text);
  }
  listener.address_ = BoundAddress(fd);
  return listener;
}

absl::StatusOr<Listener> Listener::Unix(const std::string& path) {
  ASSIGN_OR_RETURN(const sockaddr_un address, UnixAddress(path));
  RETURN_IF_ERROR(ClearPath(path, address));
  Listener listener(
      Descriptor(
          socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)),
      path, "");
  const int fd = listener.fd();
  if (fd == -1) return Failed("open a socket for", path);
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) !=
      0) {
    return Failed("listen on", path);
  }
  listener.path_ = path;  // from here on it is ours to remove
  if (chmod(path.c_str(), kSocketMode) != 0 || listen(fd, kBacklog) != 0) {
    return Failed("listen on", path);
  }
  return listener;
}

}  // namespace evidenced
