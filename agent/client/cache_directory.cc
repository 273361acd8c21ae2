#include "agent/client/cache_directory.h"

#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace evidenced {
namespace {

// Empty: not set, or no absolute path.
absl::string_view DirectoryOf(const char* variable) {
  const char* value = std::getenv(variable);
  if (value == nullptr || !absl::StartsWith(value, "/")) return "";
  return value;
}

}  // namespace

std::string DefaultCacheDirectory() {
  const absl::string_view cache = DirectoryOf("XDG_CACHE_HOME");
  if (!cache.empty()) return absl::StrCat(cache, "/evidencectl");
  const absl::string_view home = DirectoryOf("HOME");
  return home.empty() ? "" : absl::StrCat(home, "/.cache/evidencectl");
}

}  // namespace evidenced
