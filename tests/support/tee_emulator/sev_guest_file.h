#ifndef TESTS_SUPPORT_TEE_EMULATOR_SEV_GUEST_FILE_H_
#define TESTS_SUPPORT_TEE_EMULATOR_SEV_GUEST_FILE_H_

#include <sys/stat.h>

#include "tests/support/tee_emulator/control.h"
#include "tests/support/tee_emulator/mount_file.h"
#include "tests/support/tee_emulator/snp_device.h"

namespace tee_emulator {

// /dev/sev-guest, as the driver of Linux 6.12 answers. The addresses within a
// request are the caller's too, so its memory is read and written by
// process_vm_readv(2), which root may.
class SevGuestFile : public MountFile {
 public:
  SevGuestFile(SnpDevice& device, const Control& control)
      : device_(device), control_(control) {}

  mode_t mode() const override { return S_IRUSR | S_IWUSR; }
  int Ioctl(const IoctlCall& call) override;

 private:
  SnpDevice& device_;
  const Control& control_;
};

}  // namespace tee_emulator

#endif  // TESTS_SUPPORT_TEE_EMULATOR_SEV_GUEST_FILE_H_
