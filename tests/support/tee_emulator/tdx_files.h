#ifndef TESTS_SUPPORT_TEE_EMULATOR_TDX_FILES_H_
#define TESTS_SUPPORT_TEE_EMULATOR_TDX_FILES_H_

#include <sys/stat.h>

#include <map>
#include <memory>
#include <string>

#include "tests/support/tee_emulator/blob.h"
#include "tests/support/tee_emulator/control.h"
#include "tests/support/tee_emulator/mount_file.h"
#include "tests/support/tee_emulator/tdx_device.h"
#include "tests/support/tee_emulator/tdx_guest.h"

namespace tee_emulator {

// /dev/tdx_guest: TDX_CMD_GET_REPORT0.
class TdxGuestFile : public MountFile {
 public:
  explicit TdxGuestFile(const TdxDevice& device) : device_(device) {}

  mode_t mode() const override { return S_IRUSR | S_IWUSR; }
  int Ioctl(const IoctlCall& call) override;

 private:
  const TdxDevice& device_;
};

// Files by name.
using Files = std::map<std::string, std::unique_ptr<MountFile>>;

// The folder of measurements that Linux has from 6.16 on: Documentation/ABI/
// testing/sysfs-devices-virtual-misc-tdx_guest. A write to an RTMR extends it.
Files MeasurementFiles(TdxGuest& guest);

// CCEL and CCEL.data, in Linux /sys/firmware/acpi/tables/CCEL and data/CCEL.
Files CcelFiles(const TdxGuest& guest, const Control& control);

// Lines for `control`: "measure=N:TEXT" extends RTMR N with an event, which the
// log has; "log=N:TEXT" logs it alone.
void AddMeasureCommands(TdxGuest& guest, Control& control);

}  // namespace tee_emulator

#endif  // TESTS_SUPPORT_TEE_EMULATOR_TDX_FILES_H_
