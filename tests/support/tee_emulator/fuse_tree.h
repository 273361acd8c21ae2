#ifndef TESTS_SUPPORT_TEE_EMULATOR_FUSE_TREE_H_
#define TESTS_SUPPORT_TEE_EMULATOR_FUSE_TREE_H_

#include <string>

#include "tests/support/tee_emulator/tree.h"

namespace tee_emulator {

// Serves `world` at `mount_point` until SIGTERM, then unmounts. The exit
// status.
int Serve(World& world, const std::string& mount_point);

}  // namespace tee_emulator

#endif  // TESTS_SUPPORT_TEE_EMULATOR_FUSE_TREE_H_
