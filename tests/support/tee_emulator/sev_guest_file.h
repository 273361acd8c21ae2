#ifndef TESTS_SUPPORT_TEE_EMULATOR_SEV_GUEST_FILE_H_
#define TESTS_SUPPORT_TEE_EMULATOR_SEV_GUEST_FILE_H_

#include <sys/types.h>

#include <cstdint>

#include "tests/support/tee_emulator/control.h"
#include "tests/support/tee_emulator/snp_device.h"

namespace tee_emulator {

struct IoctlCall {
  unsigned int command;
  pid_t caller;
  uint64_t argument;  // an address of the caller
  void* data;         // what is there, copied in and, on success, out
};

// An ioctl(2) on /dev/sev-guest, as the driver of Linux 6.12 answers it. The
// addresses within the request are the caller's too, so its memory is read and
// written by process_vm_readv(2), which root may. 0 or an errno.
int SevGuestIoctl(SnpDevice& device, const Control& control,
                  const IoctlCall& call);

}  // namespace tee_emulator

#endif  // TESTS_SUPPORT_TEE_EMULATOR_SEV_GUEST_FILE_H_
