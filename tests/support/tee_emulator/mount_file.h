#ifndef TESTS_SUPPORT_TEE_EMULATOR_MOUNT_FILE_H_
#define TESTS_SUPPORT_TEE_EMULATOR_MOUNT_FILE_H_

#include <sys/types.h>

#include <cerrno>
#include <cstdint>

#include "tests/support/tee_emulator/blob.h"

namespace tee_emulator {

struct IoctlCall {
  unsigned int command;
  pid_t caller;
  uint64_t argument;  // an address of the caller
  void* data;         // what is there, copied in and, on success, out
};

// A file of the mount that is none of configfs-tsm. What it does not override
// it does not do. Results are 0 or an errno. Safe for many threads.
class MountFile {
 public:
  virtual ~MountFile() = default;

  // Whether it is there now.
  virtual bool exists() const { return true; }
  virtual mode_t mode() const = 0;
  virtual off_t size() const { return 0; }  // that stat(2) shows
  // All of it. Called when it is read for the first time since it was opened.
  virtual int Read(Blob*) { return EINVAL; }
  // What one write(2) brings.
  virtual int Write(off_t, const Blob&) { return EINVAL; }
  virtual int Ioctl(const IoctlCall&) { return ENOTTY; }
};

}  // namespace tee_emulator

#endif  // TESTS_SUPPORT_TEE_EMULATOR_MOUNT_FILE_H_
