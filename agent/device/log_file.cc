#include "agent/device/log_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "agent/base/descriptor.h"

namespace evidenced {
namespace {

constexpr size_t kFirstRead = 64U << 10;

absl::Status FileError(int error, const std::string& path) {
  const std::string text =
      absl::StrCat(path, ": ", std::generic_category().message(error));
  if (error == ENOENT || error == ENOTDIR) return absl::NotFoundError(text);
  return absl::UnavailableError(text);
}

}  // namespace

absl::Status ReadWholeFile(const std::string& path, size_t cap, Bytes* out) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open()) return FileError(errno, path);
  size_t used = 0;
  // One byte over the cap is asked for, so that a larger file shows.
  out->resize(std::min(std::max(kFirstRead, out->capacity()), cap + 1));
  while (true) {
    if (used > cap) {
      return absl::OutOfRangeError(absl::StrFormat(
          "%s: more bytes than the %d that are accepted", path, cap));
    }
    if (used == out->size()) out->resize(std::min(used * 2, cap + 1));
    const ssize_t got =
        read(file.get(), out->data() + used, out->size() - used);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return FileError(errno, path);
    if (got == 0) break;
    used += static_cast<size_t>(got);
  }
  out->resize(used);
  return absl::OkStatus();
}

}  // namespace evidenced
