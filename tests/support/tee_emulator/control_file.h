#ifndef TESTS_SUPPORT_TEE_EMULATOR_CONTROL_FILE_H_
#define TESTS_SUPPORT_TEE_EMULATOR_CONTROL_FILE_H_

#include <sys/stat.h>

#include <string>

#include "tests/support/tee_emulator/control.h"
#include "tests/support/tee_emulator/mount_file.h"
#include "tests/support/tee_emulator/tsm_tree.h"

namespace tee_emulator {

// Shows faults and counters, and takes lines that change them.
class ControlFile : public MountFile {
 public:
  ControlFile(Control& control, const TsmTree& tsm)
      : control_(control), tsm_(tsm) {}

  mode_t mode() const override { return S_IRUSR | S_IWUSR; }
  int Read(Blob* out) override {
    const std::string text = control_.Text(tsm_.entry_count());
    out->assign(text.begin(), text.end());
    return 0;
  }
  int Write(off_t, const Blob& bytes) override {
    return control_.Apply({bytes.begin(), bytes.end()});
  }

 private:
  Control& control_;
  const TsmTree& tsm_;
};

}  // namespace tee_emulator

#endif  // TESTS_SUPPORT_TEE_EMULATOR_CONTROL_FILE_H_
