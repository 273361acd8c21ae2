// A key set of which a key is taken has just one by that name: as a set twice
// as long it is refused. The key is a key by itself, and the same twice.
#include <cstddef>
#include <cstdint>
#include <string>

#include "nlohmann/json.hpp"

#include "agent/client/ak_jwk.h"
#include "quote/crypto/public_key.h"
#include "tests/fuzz/properties.h"

namespace {

using evidenced::ParseAkJwk;
using evidenced::Require;
using Json = nlohmann::json;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text = evidenced::ToString(evidenced::ByteView(data, size));
  const auto key = ParseAkJwk(text);
  const auto twice = ParseAkJwk(text);
  Require(key.status() == twice.status());
  if (!key.ok()) {
    Require(evidenced::IsPrintable(key.status().message()));
    return 0;
  }
  Require(key->spki() == twice->spki());
  const auto same = evidenced::PublicKey::FromSpki(key->spki());
  Require(same.ok() && same->spki() == key->spki());
  Json doubled = Json::parse(text);
  const auto written = ParseAkJwk(doubled.dump());
  Require(written.ok() && written->spki() == key->spki());
  Json& keys = doubled["keys"];
  const Json copy = keys;
  keys.insert(keys.end(), copy.begin(), copy.end());
  Require(!ParseAkJwk(doubled.dump()).ok());
  return 0;
}
