#include "agent/client/render_collateral.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "agent/client/render_verdict.h"

namespace evidenced {
namespace {

using Json = nlohmann::ordered_json;

std::string FileName(const FetchedCollateral& collateral,
                     absl::string_view role) {
  for (const BundleRole& one : collateral.roles) {
    if (one.role == role) return std::string(one.file);
  }
  return "";
}

std::string UtcText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
}

// "next_update"
std::string KeyOf(absl::string_view words) {
  std::string key(words);
  std::replace(key.begin(), key.end(), ' ', '_');
  return key;
}

}  // namespace

Json WrittenBundleToJson(const WrittenBundle& bundle) {
  const FetchedCollateral& collateral = bundle.collateral;
  Json files = Json::array();
  for (const FetchedFile& file : collateral.files) {
    files.push_back({{"role", std::string(file.role)},
                     {"file", FileName(collateral, file.role)},
                     {"url", file.url},
                     {"from_cache", file.from_cache},
                     {"fetched", UtcText(file.fetched)},
                     {KeyOf(file.until_what), UtcText(file.until)}});
  }
  Json missing = Json::array();
  for (const MissingFile& file : collateral.missing) {
    missing.push_back({{"role", std::string(file.role)}, {"why", file.why}});
  }
  return {{"directory", bundle.directory}, {"tee", std::string(collateral.tee)},
          {"subject", collateral.subject}, {"files", std::move(files)},
          {"missing", std::move(missing)}, {"remarks", bundle.remarks}};
}

std::string RenderWrittenBundle(const WrittenBundle& bundle,
                                const Palette& palette) {
  const FetchedCollateral& collateral = bundle.collateral;
  Table table;
  // Not in the table, which would break them.
  std::string sources;
  for (const FetchedFile& file : collateral.files) {
    table.Row({FileName(collateral, file.role), std::string(file.until_what),
               TimeText(file.until),
               file.from_cache ? absl::StrCat("cached ", TimeText(file.fetched))
                               : "fetched now"});
    const std::string source = absl::StrCat("  ", Plain(file.url), "\n");
    if (!absl::StrContains(sources, source)) sources += source;
  }
  Table remarks;
  for (const MissingFile& file : collateral.missing) {
    remarks.Row(
        {FileName(collateral, file.role), absl::StrCat("missing: ", file.why)});
  }
  for (const std::string& remark : bundle.remarks) {
    remarks.Row({"remark", remark});
  }
  return absl::StrCat(
      palette.Bold(absl::StrCat("Collateral in ", Plain(bundle.directory))),
      "\n  for ", Plain(collateral.subject), "\n\n", table.Render(),
      remarks.empty() ? "" : "\n", remarks.Render(), Heading("From", palette),
      sources);
}

}  // namespace evidenced
