#include "agent/client/collateral_bundle.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

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

std::span<const BundleRole> RolesOf(BundleKind kind) {
  if (kind == BundleKind::kSnp) return kSnpBundleRoles;
  return kTdxBundleRoles;
}

absl::string_view KindText(BundleKind kind) {
  return kind == BundleKind::kSnp ? "SNP reports" : "TD quotes";
}

BundleKind OtherThan(BundleKind kind) {
  return kind == BundleKind::kSnp ? BundleKind::kTdx : BundleKind::kSnp;
}

bool HasAnyOf(const CollateralBundle& bundle, BundleKind kind) {
  const std::span<const BundleRole> roles = RolesOf(kind);
  return std::any_of(roles.begin(), roles.end(), [&](const BundleRole& role) {
    return !bundle.Path(role.role).empty();
  });
}

// Whatever is there under a role's name counts, whether or not it can be read
// later, but for what leads nowhere.
absl::Status AddFiles(BundleKind kind, CollateralBundle& bundle) {
  for (const BundleRole& role : RolesOf(kind)) {
    std::string path = absl::StrCat(bundle.directory, "/", role.file);
    struct stat info {};
    if (FileExists(path)) {
      bundle.files.emplace(role.role, std::move(path));
    } else if (lstat(path.c_str(), &info) == 0 && S_ISLNK(info.st_mode)) {
      return absl::NotFoundError(absl::StrCat(
          "expected a file at ", path, ", found a link that leads to none"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::string CollateralBundle::Path(absl::string_view role) const {
  const auto found = files.find(std::string(role));
  return found == files.end() ? "" : found->second;
}

absl::Status CollateralBundle::CheckWhole(BundleKind kind) const {
  const BundleKind other = OtherThan(kind);
  if (!HasAnyOf(*this, kind) && HasAnyOf(*this, other)) {
    return absl::InvalidArgumentError(
        absl::StrCat("expected collateral for ", KindText(kind), " in ",
                     directory, ", found that for ", KindText(other)));
  }
  std::vector<absl::string_view> missing;
  for (const BundleRole& role : RolesOf(kind)) {
    if (role.need == BundleNeed::kPerhaps || !Path(role.role).empty()) continue;
    missing.push_back(role.file);
  }
  if (missing.empty()) return absl::OkStatus();
  return absl::NotFoundError(
      absl::StrCat("expected all collateral for ", KindText(kind), " in ",
                   directory, ", found no ", absl::StrJoin(missing, ", no ")));
}

absl::StatusOr<CollateralBundle> OpenCollateralBundle(
    const std::string& directory) {
  RETURN_IF_ERROR(CheckDirectory(directory));
  CollateralBundle bundle{.directory = directory};
  RETURN_IF_ERROR(AddFiles(BundleKind::kTdx, bundle));
  RETURN_IF_ERROR(AddFiles(BundleKind::kSnp, bundle));
  if (bundle.files.empty()) {
    return absl::NotFoundError(
        absl::StrCat("expected collateral in ", directory, ", such as ",
                     kTdxBundleRoles.front().file, " or ",
                     kSnpBundleRoles.back().file, ", found none"));
  }
  // Of both kinds one may be whole, or of one kind all of it.
  const BundleKind kind =
      HasAnyOf(bundle, BundleKind::kTdx) ? BundleKind::kTdx : BundleKind::kSnp;
  const absl::Status whole = bundle.CheckWhole(kind);
  if (!whole.ok() && !bundle.CheckWhole(OtherThan(kind)).ok()) return whole;
  return bundle;
}

absl::StatusOr<CollateralBundle> OpenCollateralBundle(
    const std::string& directory, BundleKind kind) {
  RETURN_IF_ERROR(CheckDirectory(directory));
  CollateralBundle bundle{.directory = directory};
  RETURN_IF_ERROR(AddFiles(kind, bundle));
  if (bundle.files.empty()) {
    // Perhaps that of another vendor.
    RETURN_IF_ERROR(AddFiles(OtherThan(kind), bundle));
  }
  RETURN_IF_ERROR(bundle.CheckWhole(kind));
  return bundle;
}

}  // namespace evidenced
