#include "tests/support/tee_emulator/fuse_tree.h"

#define FUSE_USE_VERSION 35
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <fuse3/fuse.h>

#include "tests/support/tee_emulator/blob.h"
#include "tests/support/tee_emulator/sev_guest_file.h"

namespace tee_emulator {
namespace {

constexpr std::string_view kReportPath = "/tsm/report";
constexpr size_t kInblobSize = 64;

enum class Kind { kFolder, kReport, kEntry, kAttribute, kSevGuest, kControl };

struct Node {
  Kind kind = Kind::kFolder;
  std::string entry{};
  const TsmAttribute* attribute = nullptr;
};

// An open file. The kernel too keeps what a reader got first, and what a writer
// wrote until it closes.
struct OpenFile {
  Node node;
  Blob bytes;
  bool filled = false;
  bool written = false;
};

World& TheWorld() {
  return *static_cast<World*>(fuse_get_context()->private_data);
}

OpenFile& FileOf(const fuse_file_info* info) {
  return *std::bit_cast<OpenFile*>(info->fh);
}

std::optional<Node> Resolve(std::string_view path) {
  const World& world = TheWorld();
  if (path == "/" || path == "/tsm") return Node{.kind = Kind::kFolder};
  if (path == kReportPath) return Node{.kind = Kind::kReport};
  if (path == "/control") return Node{.kind = Kind::kControl};
  if (path == "/sev-guest" && world.snp != nullptr) {
    return Node{.kind = Kind::kSevGuest};
  }
  if (!path.starts_with(kReportPath) || path[kReportPath.size()] != '/') {
    return std::nullopt;
  }
  const std::string_view rest = path.substr(kReportPath.size() + 1);
  const size_t slash = rest.find('/');
  Node node{.kind = Kind::kEntry, .entry = std::string(rest.substr(0, slash))};
  if (!world.tsm.HasEntry(node.entry)) return std::nullopt;
  if (slash == std::string_view::npos) return node;
  node.kind = Kind::kAttribute;
  node.attribute = world.tsm.Find(rest.substr(slash + 1));
  if (node.attribute == nullptr) return std::nullopt;
  return node;
}

int GetAttributes(const char* path, struct stat* out, fuse_file_info*) {
  const std::optional<Node> node = Resolve(path);
  if (!node.has_value()) return -ENOENT;
  *out = {};
  out->st_nlink = 1;
  // In a real guest, root's.
  out->st_uid = getuid();
  out->st_gid = getgid();
  switch (node->kind) {
    case Kind::kFolder:
    case Kind::kReport:
    case Kind::kEntry:
      out->st_mode = S_IFDIR | 0755;
      out->st_nlink = 2;
      break;
    case Kind::kAttribute:
      out->st_mode = S_IFREG | node->attribute->mode;
      out->st_size = node->attribute->size;
      break;
    case Kind::kSevGuest:
    case Kind::kControl:
      out->st_mode = S_IFREG | 0600;
      break;
  }
  return 0;
}

int ReadFolder(const char* path, void* buffer, fuse_fill_dir_t fill, off_t,
               fuse_file_info*, fuse_readdir_flags) {
  const std::optional<Node> node = Resolve(path);
  if (!node.has_value()) return -ENOENT;
  const World& world = TheWorld();
  const auto add = [&](const std::string& name) {
    fill(buffer, name.c_str(), nullptr, 0, fuse_fill_dir_flags{});
  };
  add(".");
  add("..");
  if (node->kind == Kind::kReport) {
    for (const std::string& entry : world.tsm.Entries()) add(entry);
  } else if (node->kind == Kind::kEntry) {
    for (const TsmAttribute& attribute : world.tsm.Attributes()) {
      add(std::string(attribute.name));
    }
  } else if (std::string_view(path) == "/tsm") {
    add("report");
  } else {
    add("tsm");
    add("control");
    if (world.snp != nullptr) add("sev-guest");
  }
  return 0;
}

int MakeFolder(const char* path, mode_t) {
  const std::string_view whole = path;
  if (!whole.starts_with(kReportPath) ||
      whole.size() <= kReportPath.size() + 1) {
    return -EPERM;
  }
  const std::string_view entry = whole.substr(kReportPath.size() + 1);
  if (std::count(entry.begin(), entry.end(), '/') != 0) return -EPERM;
  return -TheWorld().tsm.MakeEntry(std::string(entry));
}

int RemoveFolder(const char* path) {
  const std::optional<Node> node = Resolve(path);
  if (!node.has_value()) return -ENOENT;
  if (node->kind != Kind::kEntry) return -EPERM;
  return -TheWorld().tsm.RemoveEntry(node->entry);
}

int Truncate(const char*, off_t, fuse_file_info*) { return 0; }

int Open(const char* path, fuse_file_info* info) {
  const std::optional<Node> node = Resolve(path);
  if (!node.has_value()) return -ENOENT;
  if (node->kind == Kind::kAttribute) {
    const int mode = info->flags & O_ACCMODE;
    const bool readable = (node->attribute->mode & S_IRUSR) != 0;
    // As root too: an attribute has no operation for the other direction.
    if (mode != (readable ? O_RDONLY : O_WRONLY)) return -EACCES;
  }
  auto file = std::make_unique<OpenFile>();
  file->node = *node;
  info->fh = std::bit_cast<uint64_t>(file.release());
  info->direct_io = 1;
  return 0;
}

int Fill(OpenFile& file) {
  World& world = TheWorld();
  if (file.node.kind == Kind::kControl) {
    const std::string text = world.control.Text(world.tsm.Entries().size());
    file.bytes.assign(text.begin(), text.end());
    return 0;
  }
  if (file.node.kind != Kind::kAttribute) return EINVAL;
  return world.tsm.Read(file.node.entry, file.node.attribute->name,
                        &file.bytes);
}

int Read(const char*, char* buffer, size_t size, off_t offset,
         fuse_file_info* info) {
  OpenFile& file = FileOf(info);
  if (!file.filled) {
    const int error = Fill(file);
    if (error != 0) return -error;
    file.filled = true;
  }
  const auto at = static_cast<size_t>(offset);
  if (at >= file.bytes.size()) return 0;
  const size_t count = std::min(size, file.bytes.size() - at);
  std::memcpy(buffer, file.bytes.data() + at, count);
  return static_cast<int>(count);
}

int Write(const char*, const char* buffer, size_t size, off_t offset,
          fuse_file_info* info) {
  OpenFile& file = FileOf(info);
  World& world = TheWorld();
  const std::string text(buffer, size);
  int error = 0;
  if (file.node.kind == Kind::kControl) {
    error = world.control.Apply(text);
  } else if (file.node.kind != Kind::kAttribute) {
    error = EINVAL;
  } else if (file.node.attribute->name == "privlevel") {
    error = world.tsm.WriteLevel(file.node.entry, text);
  } else {
    const auto end = static_cast<size_t>(offset) + size;
    file.written = true;
    if (end > kInblobSize) {
      file.bytes.clear();
      return -EFBIG;
    }
    file.bytes.resize(std::max(end, file.bytes.size()));
    PutBytes(file.bytes, static_cast<size_t>(offset), text);
  }
  return error != 0 ? -error : static_cast<int>(size);
}

// At close(2), before it returns; release comes at some later time.
int Flush(const char*, fuse_file_info* info) {
  OpenFile& file = FileOf(info);
  if (!file.written) return 0;
  file.written = false;
  // configfs reports no error of this to anybody.
  TheWorld().tsm.CommitInblob(file.node.entry, file.bytes);
  return 0;
}

int Release(const char*, fuse_file_info* info) {
  const std::unique_ptr<OpenFile> file(&FileOf(info));
  return 0;
}

int Ioctl(const char*, unsigned int command, void* argument,
          fuse_file_info* info, unsigned int flags, void* data) {
  if ((flags & FUSE_IOCTL_COMPAT) != 0) return -ENOSYS;
  const World& world = TheWorld();
  if (FileOf(info).node.kind != Kind::kSevGuest) return -ENOTTY;
  return -SevGuestIoctl(*world.snp, world.control,
                        {.command = command,
                         .caller = fuse_get_context()->pid,
                         .argument = std::bit_cast<uint64_t>(argument),
                         .data = data});
}

void* Init(fuse_conn_info*, fuse_config* config) {
  // Nothing is cached: entries come and go, and attributes change.
  config->attr_timeout = 0;
  config->entry_timeout = 0;
  config->negative_timeout = 0;
  config->direct_io = 1;
  return fuse_get_context()->private_data;
}

fuse_operations Operations() {
  fuse_operations out = {};
  out.init = Init;
  out.getattr = GetAttributes;
  out.readdir = ReadFolder;
  out.mkdir = MakeFolder;
  out.rmdir = RemoveFolder;
  out.truncate = Truncate;
  out.open = Open;
  out.read = Read;
  out.write = Write;
  out.flush = Flush;
  out.release = Release;
  out.ioctl = Ioctl;
  return out;
}

}  // namespace

int Serve(World& world, const std::string& mount_point) {
  std::string program = "tee_emulator";
  std::string foreground = "-f";
  std::string option = "-o";
  // The threads: libfuse 3.14 complains of its own default.
  std::string options = "default_permissions,max_idle_threads=10";
  std::string where = mount_point;
  std::array<char*, 6> arguments = {program.data(), foreground.data(),
                                    option.data(),  options.data(),
                                    where.data(),   nullptr};
  const fuse_operations operations = Operations();
  return fuse_main(5, arguments.data(), &operations, &world);
}

}  // namespace tee_emulator
