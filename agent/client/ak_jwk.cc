#include "agent/client/ak_jwk.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "nlohmann/json.hpp"

#include "quote/base/bytes.h"
#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"
#include "quote/json/strict_json.h"

namespace evidenced {
namespace {

using Json = nlohmann::json;

constexpr char kKid[] = "HCLAkPub";
// An HCL report is smaller. A document takes many times its size in memory.
constexpr size_t kMaxJwkSize = 1U << 20;

// A member that is a string; "" if there is none.
std::string Text(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>()
                                                     : "";
}

// A number in base64url, most significant byte first.
absl::StatusOr<Bytes> Number(const Json& key, const char* member) {
  const std::string text = Text(key, member);
  std::string bytes;
  if (text.empty() || !absl::WebSafeBase64Unescape(text, &bytes)) {
    return absl::InvalidArgumentError(
        absl::StrFormat(R"(expected "%s" of the key in base64url, found "%s")",
                        member, Printable(text, 32)));
  }
  return ToBytes(AsBytes(bytes));
}

absl::StatusOr<PublicKey> RsaKey(const Json& key) {
  ASSIGN_OR_RETURN(const Bytes modulus, Number(key, "n"));
  ASSIGN_OR_RETURN(const Bytes exponent, Number(key, "e"));
  if (exponent.size() > sizeof(uint32_t)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected an exponent of at most %d bytes, found %d",
                        sizeof(uint32_t), exponent.size()));
  }
  uint32_t value = 0;
  for (const uint8_t byte : exponent) value = value << 8 | byte;
  return PublicKey::FromRsa(modulus, value);
}

absl::StatusOr<PublicKey> EcKey(const Json& key) {
  const std::string curve = Text(key, "crv");
  if (curve != "P-256" && curve != "P-384") {
    return Classified(
        ErrorClass::kUnsupportedAlgorithm,
        absl::InvalidArgumentError(absl::StrCat(
            "expected the curve P-256 or P-384, found ", Printable(curve))));
  }
  ASSIGN_OR_RETURN(const Bytes x, Number(key, "x"));
  ASSIGN_OR_RETURN(const Bytes y, Number(key, "y"));
  return PublicKey::FromEcPoint(
      curve == "P-256" ? EcCurve::kP256 : EcCurve::kP384, x, y);
}

// Within `document`: a copy would descend as deep as the sender nests.
absl::StatusOr<const Json*> FindKey(const Json& document) {
  if (!document.is_object() || !document.contains("keys") ||
      !document["keys"].is_array()) {
    return absl::InvalidArgumentError(
        "expected a JSON object with a list \"keys\", found none");
  }
  const Json* found = nullptr;
  for (const Json& key : document["keys"]) {
    if (!key.is_object() || Text(key, "kid") != kKid) continue;
    if (found != nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat("expected one key ", kKid, ", found two"));
    }
    found = &key;
  }
  if (found == nullptr) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected a key with the identifier %s, found %d others", kKid,
        document["keys"].size()));
  }
  return found;
}

}  // namespace

absl::StatusOr<PublicKey> ParseAkJwk(absl::string_view json) {
  if (json.empty()) {
    return Classified(ErrorClass::kEmpty,
                      absl::InvalidArgumentError(
                          "expected a JSON Web Key Set, found no byte"));
  }
  if (json.size() > kMaxJwkSize) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected a JSON Web Key Set of at most %d bytes, "
                        "found %d",
                        kMaxJwkSize, json.size()));
  }
  // Of a name that is there twice, another reader could take the other value.
  RETURN_IF_ERROR(CheckStrictJson(json, Nulls::kTaken));
  const Json document = Json::parse(json.begin(), json.end(), nullptr, false);
  ASSIGN_OR_RETURN(const Json* key, FindKey(document));
  const std::string kind = Text(*key, "kty");
  if (kind == "RSA") return RsaKey(*key);
  if (kind == "EC") return EcKey(*key);
  return Classified(
      ErrorClass::kUnsupportedAlgorithm,
      absl::InvalidArgumentError(absl::StrCat(
          "expected an RSA or EC key, found the kind ", Printable(kind))));
}

}  // namespace evidenced
