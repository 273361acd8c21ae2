#ifndef TESTS_SUPPORT_TEE_EMULATOR_FUSE_TREE_H_
#define TESTS_SUPPORT_TEE_EMULATOR_FUSE_TREE_H_

#include <string>

#include "tests/support/tee_emulator/control.h"
#include "tests/support/tee_emulator/snp_device.h"
#include "tests/support/tee_emulator/tsm_tree.h"

namespace tee_emulator {

// What the mount shows:
//   tsm/report/   configfs-tsm
//   sev-guest     answers ioctl(2)
//   control       faults and counters
struct World {
  Control& control;
  TsmTree& tsm;
  SnpDevice* snp;  // nullptr: no file "sev-guest"
};

// Serves it at `mount_point` until SIGTERM, then unmounts. The exit status.
int Serve(World& world, const std::string& mount_point);

}  // namespace tee_emulator

#endif  // TESTS_SUPPORT_TEE_EMULATOR_FUSE_TREE_H_
