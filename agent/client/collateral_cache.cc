#include "agent/client/collateral_cache.h"

#include <cstddef>
#include <cstdint>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"

#include "agent/client/files.h"
#include "quote/base/bytes.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/digest.h"

namespace evidenced {
namespace {

using Json = nlohmann::json;

constexpr int kForm = 1;
// The largest body is a revocation list, and Base64 adds a third.
constexpr size_t kMaxKeptSize = size_t{8} << 20;

// Over all that counts: a damaged file is no answer.
std::string DigestOf(const std::string& url, const KeptAnswer& answer) {
  Json parts = {url, absl::ToUnixSeconds(answer.fetched), answer.issuer_chain,
                Hex(Sha256(AsBytes(answer.body)))};
  return Hex(Sha256(
      AsBytes(parts.dump(-1, ' ', true, Json::error_handler_t::replace))));
}

std::optional<std::string> Text(const Json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

std::optional<KeptAnswer> FromJson(const Json& json, const std::string& url) {
  if (!json.is_object()) return std::nullopt;
  const auto form = json.find("form");
  if (form == json.end() || *form != kForm) return std::nullopt;
  const auto fetched = json.find("fetched_unix");
  const auto chain = Text(json, "issuer_chain");
  const auto body = Text(json, "body");
  if (fetched == json.end() || !fetched->is_number_integer() || !chain ||
      !body) {
    return std::nullopt;
  }
  KeptAnswer answer{.fetched = absl::FromUnixSeconds(fetched->get<int64_t>()),
                    .issuer_chain = *chain,
                    .body = {}};
  if (!absl::Base64Unescape(*body, &answer.body) ||
      Text(json, "sha256") != DigestOf(url, answer)) {
    return std::nullopt;
  }
  return answer;
}

// As `mkdir -p`.
absl::Status MakeDirectories(const std::string& path) {
  for (size_t slash = path.find('/', 1); slash != std::string::npos;
       slash = path.find('/', slash + 1)) {
    RETURN_IF_ERROR(MakeDirectory(path.substr(0, slash)));
  }
  return MakeDirectory(path);
}

}  // namespace

std::string CollateralCache::FileOf(const std::string& url) const {
  return absl::StrCat(directory_, "/", Hex(Sha256(AsBytes(url))), ".json");
}

std::optional<KeptAnswer> CollateralCache::Find(const std::string& url) const {
  if (directory_.empty()) return std::nullopt;
  const auto file = ReadFile(FileOf(url), kMaxKeptSize);
  if (!file.ok()) return std::nullopt;
  const Json json = Json::parse(*file, nullptr, /*allow_exceptions=*/false);
  return FromJson(json, url);
}

absl::Status CollateralCache::Keep(const std::string& url,
                                   const KeptAnswer& answer) const {
  if (directory_.empty()) return absl::OkStatus();
  const Json json = {{"form", kForm},
                     {"url", url},
                     {"fetched_unix", absl::ToUnixSeconds(answer.fetched)},
                     {"issuer_chain", answer.issuer_chain},
                     {"body", absl::Base64Escape(answer.body)},
                     {"sha256", DigestOf(url, answer)}};
  RETURN_IF_ERROR(MakeDirectories(directory_));
  return WriteFileAtomically(
      FileOf(url),
      AsBytes(json.dump(-1, ' ', true, Json::error_handler_t::replace)));
}

}  // namespace evidenced
