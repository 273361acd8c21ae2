#include "tests/support/tee_emulator/tree.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tee_emulator {
namespace {

std::optional<Node> ResolveEntry(const World& world, std::string_view rest) {
  const size_t slash = rest.find('/');
  Node node{.kind = Node::Kind::kEntry,
            .entry = std::string(rest.substr(0, slash))};
  if (!world.tsm.HasEntry(node.entry)) return std::nullopt;
  if (slash == std::string_view::npos) return node;
  node.kind = Node::Kind::kAttribute;
  node.attribute = world.tsm.Find(rest.substr(slash + 1));
  if (node.attribute == nullptr) return std::nullopt;
  return node;
}

// The names right in the folder `prefix`, which is empty or ends with a slash.
std::vector<std::string> NamesIn(const World& world, std::string_view prefix) {
  std::set<std::string> names;
  for (const auto& [path, file] : world.files) {
    const std::string_view whole = path;
    if (!file->exists() || !whole.starts_with(prefix)) continue;
    const std::string_view rest = whole.substr(prefix.size());
    names.insert(std::string(rest.substr(0, rest.find('/'))));
  }
  return {names.begin(), names.end()};
}

std::string FolderPrefix(std::string_view path) {
  std::string prefix(path.substr(1));
  if (!prefix.empty()) prefix += '/';
  return prefix;
}

}  // namespace

std::optional<Node> Resolve(const World& world, std::string_view path) {
  if (path == "/" || path == "/tsm") return Node{};
  if (path == kReportPath) return Node{.kind = Node::Kind::kReport};
  if (path.starts_with(kReportPath) && path[kReportPath.size()] == '/') {
    return ResolveEntry(world, path.substr(kReportPath.size() + 1));
  }
  const auto file = world.files.find(std::string(path.substr(1)));
  if (file != world.files.end() && file->second->exists()) {
    return Node{.kind = Node::Kind::kFile, .file = file->second};
  }
  if (!NamesIn(world, FolderPrefix(path)).empty()) return Node{};
  return std::nullopt;
}

std::vector<std::string> List(const World& world, const Node& node,
                              std::string_view path) {
  if (node.kind == Node::Kind::kReport) return world.tsm.Entries();
  if (node.kind == Node::Kind::kEntry) {
    std::vector<std::string> out;
    for (const TsmAttribute& attribute : world.tsm.Attributes()) {
      out.emplace_back(attribute.name);
    }
    return out;
  }
  if (path == "/tsm") return {"report"};
  std::vector<std::string> out = NamesIn(world, FolderPrefix(path));
  if (path == "/") out.emplace_back("tsm");
  return out;
}

void Describe(const Node& node, struct stat& out) {
  out.st_nlink = 1;
  switch (node.kind) {
    case Node::Kind::kFolder:
    case Node::Kind::kReport:
    case Node::Kind::kEntry:
      out.st_mode = S_IFDIR | 0755;
      out.st_nlink = 2;
      break;
    case Node::Kind::kAttribute:
      out.st_mode = S_IFREG | node.attribute->mode;
      out.st_size = node.attribute->size;
      break;
    case Node::Kind::kFile:
      out.st_mode = S_IFREG | node.file->mode();
      out.st_size = node.file->size();
      break;
  }
}

}  // namespace tee_emulator
