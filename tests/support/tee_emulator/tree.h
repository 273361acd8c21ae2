#ifndef TESTS_SUPPORT_TEE_EMULATOR_TREE_H_
#define TESTS_SUPPORT_TEE_EMULATOR_TREE_H_

#include <sys/stat.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/tee_emulator/mount_file.h"
#include "tests/support/tee_emulator/tsm_tree.h"

namespace tee_emulator {

// What the mount shows: configfs-tsm as tsm/report/, and files by their paths
// in the mount, such as "measurements/rtmr0:sha384".
struct World {
  TsmTree& tsm;
  std::map<std::string, MountFile*> files;
};

// What a path of the mount leads to.
struct Node {
  enum class Kind { kFolder, kReport, kEntry, kAttribute, kFile };
  Kind kind = Kind::kFolder;
  std::string entry{};                      // of configfs-tsm
  const TsmAttribute* attribute = nullptr;  // likewise
  MountFile* file = nullptr;
};

inline constexpr std::string_view kReportPath = "/tsm/report";

std::optional<Node> Resolve(const World& world, std::string_view path);
// The names in that folder.
std::vector<std::string> List(const World& world, const Node& node,
                              std::string_view path);
// Mode and size.
void Describe(const Node& node, struct stat& out);

}  // namespace tee_emulator

#endif  // TESTS_SUPPORT_TEE_EMULATOR_TREE_H_
