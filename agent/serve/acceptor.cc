#include "agent/serve/acceptor.h"

#include <dirent.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string>
#include <utility>

#include "agent/serve/log.h"

namespace evidenced {
namespace {

constexpr int kPauseMs = 50;

uint64_t InodeOf(int fd) {
  struct stat status = {};
  return fstat(fd, &status) == 0 ? status.st_ino : 0;
}

// The inodes of all open sockets of this process.
std::unordered_set<uint64_t> OpenSockets() {
  std::unordered_set<uint64_t> inodes;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(opendir("/proc/self/fd"),
                                                   closedir);
  if (folder == nullptr) return inodes;
  while (const dirent* entry = readdir(folder.get())) {
    struct stat status = {};
    if (fstatat(dirfd(folder.get()), entry->d_name, &status, 0) == 0 &&
        S_ISSOCK(status.st_mode)) {
      inodes.insert(status.st_ino);
    }
  }
  return inodes;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Acceptor>> Acceptor::Start(
    std::vector<Listener> listeners, size_t max_connections, Handler handler) {
  Descriptor wake(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake.is_open()) {
    return absl::ResourceExhaustedError(
        "expected a descriptor for the listeners' thread, found none left");
  }
  return std::unique_ptr<Acceptor>(
      new Acceptor(std::move(listeners), max_connections, std::move(handler),
                   std::move(wake)));
}

Acceptor::Acceptor(std::vector<Listener> listeners, size_t max_connections,
                   Handler handler, Descriptor wake)
    : listeners_(std::move(listeners)),
      max_connections_(max_connections),
      handler_(std::move(handler)),
      wake_(std::move(wake)),
      thread_([this] { Run(); }) {}

Acceptor::~Acceptor() {
  const uint64_t one = 1;
  (void)!write(wake_.get(), &one, sizeof(one));
  thread_.join();
}

void Acceptor::Run() {
  std::vector<pollfd> fds;
  fds.push_back({.fd = wake_.get(), .events = POLLIN, .revents = 0});
  for (const Listener& listener : listeners_) {
    fds.push_back({.fd = listener.fd(), .events = POLLIN, .revents = 0});
  }
  while (true) {
    if (!HasRoom()) {
      // Only the wake-up counts until there is room.
      if (poll(fds.data(), 1, kPauseMs) > 0) return;
      continue;
    }
    if (poll(fds.data(), fds.size(), -1) < 0) continue;
    if (fds[0].revents != 0) return;
    for (size_t i = 0; i < listeners_.size(); ++i) {
      if (fds[i + 1].revents != 0) AcceptFrom(listeners_[i]);
    }
  }
}

bool Acceptor::HasRoom() {
  if (open_.size() < max_connections_) return true;
  const std::unordered_set<uint64_t> alive = OpenSockets();
  for (auto it = open_.begin(); it != open_.end();) {
    it = alive.contains(*it) ? std::next(it) : open_.erase(it);
  }
  return open_.size() < max_connections_;
}

void Acceptor::AcceptFrom(const Listener& listener) {
  const int fd =
      accept4(listener.fd(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd >= 0) {
    open_.insert(InodeOf(fd));
    handler_(listener, fd);
    return;
  }
  if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
      errno == ENOMEM) {
    LogWarning("out of descriptors or memory, connections wait");
    pollfd wake = {.fd = wake_.get(), .events = POLLIN, .revents = 0};
    poll(&wake, 1, kPauseMs);
  }
}

}  // namespace evidenced
