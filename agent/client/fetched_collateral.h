#ifndef AGENT_CLIENT_FETCHED_COLLATERAL_H_
#define AGENT_CLIENT_FETCHED_COLLATERAL_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "agent/client/collateral_bundle.h"

namespace evidenced {

// A file of a bundle, checked.
struct FetchedFile {
  absl::string_view role;
  std::string bytes;
  std::string url{};  // where it came from, perhaps some time ago
  absl::Time fetched{};
  bool from_cache = false;
  absl::string_view until_what{};  // "next update", "valid until"
  absl::Time until{};
};

// What there is no file for, and why.
struct MissingFile {
  absl::string_view role;
  std::string why;
};

struct FetchedCollateral {
  absl::string_view tee;              // "snp", "tdx"
  std::span<const BundleRole> roles;  // of that TEE
  std::string subject{};              // what it is collateral for
  std::vector<FetchedFile> files{};
  std::vector<MissingFile> missing{};
};

}  // namespace evidenced

#endif  // AGENT_CLIENT_FETCHED_COLLATERAL_H_
