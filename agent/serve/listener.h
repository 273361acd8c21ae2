#ifndef AGENT_SERVE_LISTENER_H_
#define AGENT_SERVE_LISTENER_H_

#include <string>

#include "absl/status/statusor.h"

#include "agent/base/descriptor.h"

namespace evidenced {

// A listening socket; closes it, and removes the path of a unix socket.
class Listener {
 public:
  // INVALID_ARGUMENT: `text` is not an address. UNAVAILABLE: in use, or not
  // ours to bind.
  static absl::StatusOr<Listener> Tcp(const std::string& text);
  // A socket that a dead agent left is replaced. FAILED_PRECONDITION: a live
  // one answers there, or the path is no socket.
  static absl::StatusOr<Listener> Unix(const std::string& path);

  Listener(Listener&& other) noexcept;
  Listener& operator=(Listener&& other) = delete;
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener();

  int fd() const { return socket_.get(); }
  bool is_unix() const { return !path_.empty(); }
  // The bound address, with the port that port 0 became.
  const std::string& address() const { return address_; }

 private:
  Listener(Descriptor socket, std::string address, std::string path);

  Descriptor socket_;
  std::string address_;
  std::string path_;
};

}  // namespace evidenced

#endif  // AGENT_SERVE_LISTENER_H_
