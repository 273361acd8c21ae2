#include "agent/client/bundle_writer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>

#include "absl/cleanup/cleanup.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"

#include "agent/client/files.h"
#include "quote/base/bytes.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kModeBits = 07777;
constexpr mode_t kOrdinaryMode = 0777;  // less the umask
constexpr mode_t kFileBits = 0666;
constexpr auto kSameOwner = static_cast<uid_t>(-1);

absl::Status SystemError(absl::string_view what, const std::string& path) {
  return absl::ErrnoToStatus(errno, absl::StrCat("cannot ", what, " ", path));
}

bool IsThere(const std::string& path) {
  struct stat info {};
  return lstat(path.c_str(), &info) == 0;
}

// The directory itself: not a link to it, which would be what is replaced, and
// without a slash at its end.
absl::StatusOr<std::string> PlaceOf(const std::string& directory) {
  std::string path = directory;
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  const std::string name = fs::path(path).filename().string();
  // What is replaced would be what somebody stands in.
  if (name.empty() || name == "." || name == "..") {
    return absl::InvalidArgumentError(absl::StrCat(
        "expected the name of a directory for the bundle, found ", directory));
  }
  if (!IsThere(path)) return path;
  const std::unique_ptr<char, decltype(&std::free)> real(
      realpath(path.c_str(), nullptr), &std::free);
  if (real == nullptr) return SystemError("find", path);
  return std::string(real.get());
}

bool IsOf(std::span<const BundleRole> roles, const std::string& file) {
  return std::any_of(roles.begin(), roles.end(),
                     [&](const BundleRole& role) { return role.file == file; });
}

absl::Status CheckPlace(const std::string& place,
                        std::span<const BundleRole> roles) {
  if (!IsThere(place)) return absl::OkStatus();
  std::error_code fault;
  for (fs::directory_iterator entry(place, fault), end; !fault && entry != end;
       entry.increment(fault)) {
    const std::string name = entry->path().filename().string();
    if (IsOf(roles, name) &&
        entry->symlink_status().type() == fs::file_type::regular) {
      continue;
    }
    return absl::InvalidArgumentError(absl::StrCat(
        "expected nothing at ", place,
        ", or a bundle of the same kind, which is replaced, found ",
        Printable(name), " in it"));
  }
  if (!fault) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "cannot look into the directory ", place, ": ", fault.message()));
}

// Who may look into a directory.
struct Access {
  mode_t mode = 0;
  std::optional<gid_t> group{};  // nullopt: whichever it is given
};

// That of what stands at `place`, else what a directory in `own`, which is ours
// alone, is given: asking for the umask itself would change it for a moment.
absl::StatusOr<Access> AccessFor(const std::string& place,
                                 const std::string& own) {
  struct stat info {};
  if (stat(place.c_str(), &info) == 0) {
    return Access{.mode = info.st_mode & kModeBits, .group = info.st_gid};
  }
  const std::string made = absl::StrCat(own, "/mode");
  if (mkdir(made.c_str(), kOrdinaryMode) != 0 ||
      stat(made.c_str(), &info) != 0 || rmdir(made.c_str()) != 0) {
    return SystemError("make a directory in", own);
  }
  return Access{.mode = info.st_mode & kModeBits};
}

// Before SetModes(): it may take bits of the mode away.
absl::Status SetGroup(const std::string& directory, gid_t group) {
  std::error_code fault;
  for (fs::directory_iterator entry(directory, fault), end;
       !fault && entry != end; entry.increment(fault)) {
    if (chown(entry->path().c_str(), kSameOwner, group) != 0) {
      return SystemError("set the group of", entry->path().string());
    }
  }
  if (!fault && chown(directory.c_str(), kSameOwner, group) == 0) {
    return absl::OkStatus();
  }
  return SystemError("set the group of", directory);
}

// Whoever may look into the directory may read its files.
absl::Status SetModes(const std::string& directory, mode_t mode) {
  std::error_code fault;
  for (fs::directory_iterator entry(directory, fault), end;
       !fault && entry != end; entry.increment(fault)) {
    if (chmod(entry->path().c_str(), mode & kFileBits) != 0) {
      return SystemError("set the mode of", entry->path().string());
    }
  }
  if (!fault && chmod(directory.c_str(), mode) == 0) return absl::OkStatus();
  return SystemError("set the mode of", directory);
}

absl::Status SyncDirectory(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return SystemError("open", path);
  const bool synced = fsync(fd) == 0;
  close(fd);
  return synced ? absl::OkStatus() : SystemError("write", path);
}

// Puts `fresh` in the place of `place`, which takes its name.
absl::Status Exchange(const std::string& fresh, const std::string& place) {
  if (renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, place.c_str(),
                RENAME_EXCHANGE) == 0) {
    return absl::OkStatus();
  }
  if (errno != EINVAL && errno != ENOSYS) return SystemError("replace", place);
  // A file system that cannot: for a moment there is none.
  const std::string old = absl::StrCat(fresh, ".old");
  if (rename(place.c_str(), old.c_str()) != 0) {
    return SystemError("replace", place);
  }
  if (rename(fresh.c_str(), place.c_str()) != 0) {
    absl::Status failed = SystemError("replace", place);
    static_cast<void>(rename(old.c_str(), place.c_str()));
    return failed;
  }
  if (rename(old.c_str(), fresh.c_str()) != 0) {
    return SystemError("remove the old bundle", old);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckBundlePlace(const std::string& directory,
                              std::span<const BundleRole> roles) {
  ASSIGN_OR_RETURN(const std::string place, PlaceOf(directory));
  return CheckPlace(place, roles);
}

absl::StatusOr<std::vector<std::string>> WriteBundle(
    const std::string& directory, const FetchedCollateral& collateral) {
  ASSIGN_OR_RETURN(const std::string place, PlaceOf(directory));
  RETURN_IF_ERROR(CheckPlace(place, collateral.roles));
  std::string fresh = absl::StrCat(place, ".XXXXXX");
  if (mkdtemp(fresh.data()) == nullptr) {
    return SystemError("create a directory beside", place);
  }
  const absl::Cleanup remove = [&fresh] {
    // What was replaced may be closed to its owner too.
    static_cast<void>(chmod(fresh.c_str(), S_IRWXU));
    std::error_code ignored;
    fs::remove_all(fresh, ignored);
  };
  ASSIGN_OR_RETURN(const Access access, AccessFor(place, fresh));
  for (const BundleRole& role : collateral.roles) {
    for (const FetchedFile& file : collateral.files) {
      if (file.role != role.role) continue;
      RETURN_IF_ERROR(WriteFileAtomically(absl::StrCat(fresh, "/", role.file),
                                          AsBytes(file.bytes)));
    }
  }
  std::vector<std::string> remarks;
  if (access.group.has_value()) {
    const absl::Status set = SetGroup(fresh, *access.group);
    if (!set.ok()) {
      remarks.push_back(
          absl::StrCat("the bundle has another group than the one that it "
                       "replaces: ",
                       set.message()));
    }
  }
  RETURN_IF_ERROR(SetModes(fresh, access.mode));
  // Where there is nothing, or no file in it.
  if (rename(fresh.c_str(), place.c_str()) != 0) {
    if (errno != EEXIST && errno != ENOTEMPTY) {
      return SystemError("create", place);
    }
    RETURN_IF_ERROR(Exchange(fresh, place));
  }
  const std::string above = fs::path(place).parent_path().string();
  RETURN_IF_ERROR(SyncDirectory(above.empty() ? "." : above));
  return remarks;
}

}  // namespace evidenced
