#include "agent/client/collateral_bundle.h"

#include <sys/stat.h>

#include <cerrno>
#include <span>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "agent/client/files.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

absl::Status CheckDirectory(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot open ", path));
  }
  if (S_ISDIR(info.st_mode)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "expected a directory with collateral, found a file: ", path));
}

void AddFiles(const std::string& directory, std::span<const BundleRole> roles,
              CollateralBundle& bundle) {
  for (const BundleRole& role : roles) {
    std::string path = absl::StrCat(directory, "/", role.file);
    if (FileExists(path)) bundle.files.emplace(role.role, std::move(path));
  }
}

}  // namespace

std::string CollateralBundle::Path(absl::string_view role) const {
  const auto found = files.find(std::string(role));
  return found == files.end() ? "" : found->second;
}

absl::StatusOr<CollateralBundle> OpenCollateralBundle(
    const std::string& directory) {
  RETURN_IF_ERROR(CheckDirectory(directory));
  CollateralBundle bundle;
  AddFiles(directory, kTdxBundleRoles, bundle);
  AddFiles(directory, kSnpBundleRoles, bundle);
  if (bundle.files.empty()) {
    return absl::NotFoundError(
        absl::StrCat("expected collateral in ", directory, ", such as ",
                     kTdxBundleRoles.front().file, " or ",
                     kSnpBundleRoles.front().file, ", found none"));
  }
  return bundle;
}

}  // namespace evidenced
