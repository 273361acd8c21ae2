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

namespace tee_emulator {
namespace {

constexpr size_t kInblobSize = 64;

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

std::optional<Node> Find(std::string_view path) {
  return Resolve(TheWorld(), path);
}

int GetAttributes(const char* path, struct stat* out, fuse_file_info*) {
  const std::optional<Node> node = Find(path);
  if (!node.has_value()) return -ENOENT;
  *out = {};
  // In a real guest, root's.
  out->st_uid = getuid();
  out->st_gid = getgid();
  Describe(*node, *out);
  return 0;
}

int ReadFolder(const char* path, void* buffer, fuse_fill_dir_t fill, off_t,
               fuse_file_info*, fuse_readdir_flags) {
  const std::optional<Node> node = Find(path);
  if (!node.has_value()) return -ENOENT;
  const auto add = [&](const std::string& name) {
    fill(buffer, name.c_str(), nullptr, 0, fuse_fill_dir_flags{});
  };
  add(".");
  add("..");
  for (const std::string& name : List(TheWorld(), *node, path)) add(name);
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
  const std::optional<Node> node = Find(path);
  if (!node.has_value()) return -ENOENT;
  if (node->kind != Node::Kind::kEntry) return -EPERM;
  return -TheWorld().tsm.RemoveEntry(node->entry);
}

int Truncate(const char*, off_t, fuse_file_info*) { return 0; }

int Open(const char* path, fuse_file_info* info) {
  const std::optional<Node> node = Find(path);
  if (!node.has_value()) return -ENOENT;
  if (node->kind == Node::Kind::kAttribute) {
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
  if (file.node.file != nullptr) return file.node.file->Read(&file.bytes);
  if (file.node.attribute == nullptr) return EINVAL;
  return TheWorld().tsm.Read(file.node.entry, file.node.attribute->name,
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

// To "inblob": all that comes before close(2) is one.
int Collect(OpenFile& file, const Blob& bytes, off_t offset) {
  const auto end = static_cast<size_t>(offset) + bytes.size();
  file.written = true;
  if (end > kInblobSize) {
    file.bytes.clear();
    return EFBIG;
  }
  file.bytes.resize(std::max(end, file.bytes.size()));
  PutBytes(file.bytes, static_cast<size_t>(offset), bytes);
  return 0;
}

int Write(const char*, const char* buffer, size_t size, off_t offset,
          fuse_file_info* info) {
  OpenFile& file = FileOf(info);
  const Blob bytes(buffer, buffer + size);
  int error = EINVAL;
  if (file.node.file != nullptr) {
    error = file.node.file->Write(offset, bytes);
  } else if (file.node.attribute == nullptr) {
    error = EINVAL;
  } else if (file.node.attribute->name == "privlevel") {
    error = TheWorld().tsm.WriteLevel(file.node.entry,
                                      {bytes.begin(), bytes.end()});
  } else {
    error = Collect(file, bytes, offset);
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
  MountFile* file = FileOf(info).node.file;
  if (file == nullptr) return -ENOTTY;
  return -file->Ioctl({.command = command,
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
