#ifndef AGENT_SERVE_ACCEPTOR_H_
#define AGENT_SERVE_ACCEPTOR_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <unordered_set>
#include <vector>

#include "absl/status/statusor.h"

#include "agent/base/descriptor.h"
#include "agent/serve/listener.h"

namespace evidenced {

// Accepts connections on one thread of its own, because gRPC's listener never
// accepts again after EMFILE and knows no limit. At the limit, or without
// descriptors, it waits and leaves new connections in the kernel's queue.
class Acceptor {
 public:
  // Takes the descriptor over. Called on the acceptor's thread.
  using Handler = std::function<void(const Listener& listener, int fd)>;

  // RESOURCE_EXHAUSTED: no descriptor to wake the thread by.
  static absl::StatusOr<std::unique_ptr<Acceptor>> Start(
      std::vector<Listener> listeners, size_t max_connections, Handler handler);
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;
  // Stops accepting; closes the listeners.
  ~Acceptor();

  const std::vector<Listener>& listeners() const { return listeners_; }

 private:
  Acceptor(std::vector<Listener> listeners, size_t max_connections,
           Handler handler, Descriptor wake);
  void Run();
  void AcceptFrom(const Listener& listener);
  bool HasRoom();

  std::vector<Listener> listeners_;
  size_t max_connections_;
  Handler handler_;
  const Descriptor wake_;
  // Inodes of the sockets that were handed over; those that gRPC has closed
  // are dropped when the limit is met.
  std::unordered_set<uint64_t> open_;
  std::thread thread_;
};

}  // namespace evidenced

#endif  // AGENT_SERVE_ACCEPTOR_H_
