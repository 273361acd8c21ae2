#include "agent/device/tsm_entry.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"

#include "agent/base/descriptor.h"
#include "agent/base/warn.h"
#include "agent/device/device_error.h"
#include "agent/device/no_device.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

constexpr absl::string_view kPrefix = "evidenced-";
// The attribute that is locked: every entry has it, and only who may ask for
// reports can open it. Opening it changes nothing.
constexpr absl::string_view kLocked = "inblob";
constexpr int kNameAttempts = 3;
constexpr size_t kFirstRead = 32U << 10;
constexpr size_t kMaxText = 4096;

struct CloseDirectory {
  void operator()(DIR* directory) const { closedir(directory); }
};

absl::StatusOr<std::string> NewName() {
  std::array<uint8_t, 16> random = {};
  if (getrandom(random.data(), random.size(), 0) !=
      static_cast<ssize_t>(random.size())) {
    return DeviceError("getrandom", errno);
  }
  return absl::StrCat(kPrefix, getpid(), "-", Hex(random));
}

// Only one process at a time gets it, and the kernel takes it back when that
// process ends, however it ends. Nothing is open if another has it, or if there
// is no such entry.
Descriptor LockEntry(const std::string& path) {
  const std::string file = absl::StrCat(path, "/", kLocked);
  Descriptor lock(open(file.c_str(), O_WRONLY | O_CLOEXEC));
  if (!lock.is_open() || flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    return Descriptor();
  }
  // It may have been removed in between.
  if (access(path.c_str(), F_OK) != 0) return Descriptor();
  return lock;
}

// One that is not there is as good as removed.
void RemoveEntry(const std::string& path, const Warn& warn) {
  while (rmdir(path.c_str()) != 0) {
    if (errno == EINTR) continue;
    if (errno != ENOENT) warn(DeviceError("removing " + path, errno).message());
    return;
  }
}

}  // namespace

absl::StatusOr<TsmEntry> TsmEntry::Make(const std::string& root,
                                        const Warn& warn) {
  for (int i = 0; i < kNameAttempts; ++i) {
    ASSIGN_OR_RETURN(const std::string name, NewName());
    std::string path = absl::StrCat(root, "/", name);
    if (mkdir(path.c_str(), S_IRWXU) != 0) {
      const int error = errno;
      absl::Status status =
          DeviceError(absl::StrCat("making an entry in ", root), error);
      // The folder is there without a provider, too.
      return error == ENXIO || error == ENODEV ? NoDevice(std::move(status))
                                               : status;
    }
    Descriptor lock = LockEntry(path);
    if (lock.is_open()) {
      return TsmEntry(std::move(path), std::move(lock), warn);
    }
    // Another agent that starts just now took it for a stale one.
    RemoveEntry(path, warn);
  }
  return absl::UnavailableError(absl::StrFormat(
      "%s: expected an entry of our own, found that each of %d was removed",
      root, kNameAttempts));
}

TsmEntry::~TsmEntry() {
  if (!path_.empty()) RemoveEntry(path_, warn_);
}

TsmEntry::TsmEntry(TsmEntry&& other) noexcept
    : path_(std::exchange(other.path_, "")),
      lock_(std::move(other.lock_)),
      warn_(std::move(other.warn_)) {}

TsmEntry& TsmEntry::operator=(TsmEntry&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(lock_, other.lock_);
  std::swap(warn_, other.warn_);
  return *this;
}

std::string TsmEntry::PathOf(absl::string_view attribute) const {
  return absl::StrCat(path_, "/", attribute);
}

absl::Status TsmEntry::Write(absl::string_view attribute,
                             ByteView value) const {
  const std::string path = PathOf(attribute);
  Descriptor file(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file.is_open()) return DeviceError("opening " + path, errno);
  const ssize_t put = write(file.get(), value.data(), value.size());
  if (put < 0) return DeviceError("writing " + path, errno);
  if (file.Close() != 0) return DeviceError("closing " + path, errno);
  if (static_cast<size_t>(put) == value.size()) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrFormat("writing %s: expected to write %d bytes, found that %d "
                      "were taken",
                      path, value.size(), put));
}

TsmRead TsmEntry::Read(absl::string_view attribute, size_t cap) const {
  const Descriptor file(open(PathOf(attribute).c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return {.bytes = {}, .error = errno};
  // One byte over the cap is asked for, so that a larger one shows.
  Bytes out(std::min(kFirstRead, cap + 1));
  size_t used = 0;
  while (true) {
    const ssize_t got = read(file.get(), out.data() + used, out.size() - used);
    if (got < 0) return {.bytes = {}, .error = errno};
    if (got == 0) break;
    used += static_cast<size_t>(got);
    if (used > cap) return {.bytes = {}, .error = E2BIG};
    if (used == out.size()) out.resize(std::min(used * 2, cap + 1));
  }
  out.resize(used);
  return {.bytes = std::move(out), .error = 0};
}

absl::StatusOr<std::string> TsmEntry::ReadText(
    absl::string_view attribute) const {
  const TsmRead read = Read(attribute, kMaxText);
  if (read.error != 0) {
    return DeviceError("reading " + PathOf(attribute), read.error);
  }
  return std::string(absl::StripTrailingAsciiWhitespace(ToString(read.bytes)));
}

absl::StatusOr<uint64_t> TsmEntry::ReadNumber(
    absl::string_view attribute) const {
  ASSIGN_OR_RETURN(const std::string text, ReadText(attribute));
  uint64_t number = 0;
  if (absl::SimpleAtoi(text, &number)) return number;
  return absl::UnavailableError(
      absl::StrFormat("%s: expected a decimal number, found \"%s\"",
                      PathOf(attribute), Printable(text)));
}

void RemoveStaleTsmEntries(const std::string& root, const Warn& warn) {
  const std::unique_ptr<DIR, CloseDirectory> directory(opendir(root.c_str()));
  if (directory == nullptr) return;
  std::vector<std::string> ours;
  while (const dirent* entry = readdir(directory.get())) {
    const absl::string_view name = entry->d_name;
    if (absl::StartsWith(name, kPrefix)) ours.emplace_back(name);
  }
  for (const std::string& name : ours) {
    const std::string path = absl::StrCat(root, "/", name);
    const Descriptor lock = LockEntry(path);
    if (lock.is_open()) RemoveEntry(path, warn);
  }
}

}  // namespace evidenced
