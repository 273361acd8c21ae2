#ifndef AGENT_DEVICE_TSM_ENTRY_H_
#define AGENT_DEVICE_TSM_ENTRY_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "agent/base/descriptor.h"
#include "agent/base/warn.h"
#include "quote/base/bytes.h"

namespace evidenced {

// What an attribute gave: its bytes or, as a number, why not.
struct TsmRead {
  Bytes bytes;
  int error = 0;  // errno; 0: none
};

// An entry of configfs-tsm: kernel, Documentation/ABI/testing/configfs-tsm. It
// has a name that nobody else has, is locked (flock) as long as its maker
// lives, and is removed with this object.
class TsmEntry {
 public:
  // In the folder `root`. `warn` is told if it cannot be removed. Errors are
  // those of DeviceError().
  static absl::StatusOr<TsmEntry> Make(const std::string& root,
                                       const Warn& warn = WarnNobody);
  ~TsmEntry();
  TsmEntry(TsmEntry&& other) noexcept;
  TsmEntry& operator=(TsmEntry&& other) noexcept;
  TsmEntry(const TsmEntry&) = delete;
  TsmEntry& operator=(const TsmEntry&) = delete;

  // Takes effect when this returns: the kernel commits when the file is closed.
  absl::Status Write(absl::string_view attribute, ByteView value) const;

  // To the end, whatever size the file claims to have; E2BIG: more than `cap`
  // bytes. Nothing is tried again.
  TsmRead Read(absl::string_view attribute, size_t cap) const;

  // A text attribute without its newline; a decimal one.
  absl::StatusOr<std::string> ReadText(absl::string_view attribute) const;
  absl::StatusOr<uint64_t> ReadNumber(absl::string_view attribute) const;

  std::string PathOf(absl::string_view attribute) const;

 private:
  TsmEntry(std::string path, Descriptor lock, Warn warn)
      : path_(std::move(path)),
        lock_(std::move(lock)),
        warn_(std::move(warn)) {}

  std::string path_;  // "": none
  Descriptor lock_;
  Warn warn_;
};

// Removes the entries in `root` that a TsmEntry made and whose maker is dead.
// Leaves all others alone.
void RemoveStaleTsmEntries(const std::string& root,
                           const Warn& warn = WarnNobody);

}  // namespace evidenced

#endif  // AGENT_DEVICE_TSM_ENTRY_H_
