#ifndef AGENT_BASE_DESCRIPTOR_H_
#define AGENT_BASE_DESCRIPTOR_H_

#include <unistd.h>

#include <utility>

namespace evidenced {

// Owns a descriptor; -1 is none.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(other.Release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ != -1) close(fd_);
  }

  int get() const { return fd_; }
  bool is_open() const { return fd_ != -1; }

  // Gives it away.
  int Release() { return std::exchange(fd_, -1); }
  // The result of close(2), which may report a failed write.
  int Close() { return close(Release()); }

 private:
  int fd_;
};

}  // namespace evidenced

#endif  // AGENT_BASE_DESCRIPTOR_H_
