#ifndef AGENT_CLIENT_COLLATERAL_ARGUMENTS_H_
#define AGENT_CLIENT_COLLATERAL_ARGUMENTS_H_

#include <optional>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "agent/client/collateral_answers.h"
#include "agent/client/collateral_subject.h"
#include "agent/client/collateral_urls.h"
#include "agent/client/fetch_collateral.h"
#include "agent/client/https_client.h"

namespace evidenced {

// What `evidencectl collateral fetch` takes.
struct CollateralArguments {
  SubjectArguments subject;
  std::string out;
  std::string cache;
  bool no_cache = false;
  bool offline = false;
  bool refresh = false;
  std::string kds;
  std::string pcs;
  HttpsOptions https;
  double timeout_seconds = 60;
  std::string at;
  std::string trusted_ark;         // see ReadSnpRoots()
  std::string trusted_intel_root;  // see ReadTdxRoots()
};
void AddCollateralFetchOptions(CLI::App& app, CollateralArguments& arguments);

// The same, read and checked.
struct CollateralPlan {
  CollateralSubject subject;
  CollateralServices services;
  std::string cache;  // empty: none
  CacheUse cache_use = CacheUse::kWhileFresh;
  std::optional<absl::Time> at;
  absl::Duration timeout;
  CollateralRoots roots;
};
// As LoadSubject(), ServiceBase(), ReadSnpRoots() and ReadTdxRoots();
// INVALID_ARGUMENT also: a time or timeout that is none, or --offline without
// a cache.
absl::StatusOr<CollateralPlan> LoadCollateralPlan(
    const CollateralArguments& arguments);

}  // namespace evidenced

#endif  // AGENT_CLIENT_COLLATERAL_ARGUMENTS_H_
