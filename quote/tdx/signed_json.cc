#include "quote/tdx/signed_json.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"

#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"
#include "quote/json/strict_json.h"

namespace evidenced {
namespace {

constexpr char kSignature[] = "signature";
constexpr size_t kSignatureSize = 64;

absl::Status Malformed(const std::string& message) {
  return Classified(ErrorClass::kMalformed,
                    absl::InvalidArgumentError(message));
}

// Walks over a text that is known to be JSON. At its end it stays there.
class Walker {
 public:
  explicit Walker(absl::string_view json) : rest_(json) { SkipSpace(); }

  // Whether `c` comes next; then it is behind.
  bool Consume(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    SkipSpace();
    return true;
  }

  // The next string or other value, as it stands.
  absl::string_view Value() {
    const absl::string_view start = rest_;
    size_t depth = 0;
    while (!rest_.empty() && !EndsValue(depth)) {
      const char c = rest_.front();
      if (c == '"') {
        SkipString();
      } else {
        if (c == '{' || c == '[') ++depth;
        if (c == '}' || c == ']') --depth;
        rest_.remove_prefix(1);
      }
      // A string, an object or an array is over; a number goes on.
      if (depth == 0 && (c == '"' || c == '}' || c == ']')) break;
    }
    const absl::string_view value =
        start.substr(0, start.size() - rest_.size());
    SkipSpace();
    return value;
  }

 private:
  bool EndsValue(size_t depth) const {
    constexpr absl::string_view kEnds = ",:}]";
    return depth == 0 && absl::StrContains(kEnds, rest_.front());
  }
  void SkipString() {
    rest_.remove_prefix(1);
    while (!rest_.empty() && rest_.front() != '"') {
      const size_t size = rest_.front() == '\\' ? 2 : 1;
      rest_.remove_prefix(std::min(size, rest_.size()));
    }
    absl::ConsumePrefix(&rest_, "\"");
  }
  void SkipSpace() {
    const size_t next = rest_.find_first_not_of(" \t\r\n");
    rest_.remove_prefix(std::min(next, rest_.size()));
  }

  absl::string_view rest_;
};

using Members = std::map<std::string, absl::string_view>;

// The values of an object of two members, by their keys.
absl::StatusOr<Members> ReadMembers(absl::string_view json) {
  Walker in(json);
  Members members;
  bool more = in.Consume('{');
  while (more && members.size() < 3) {
    absl::string_view key = in.Value();
    absl::ConsumePrefix(&key, "\"");
    absl::ConsumeSuffix(&key, "\"");
    in.Consume(':');
    members.emplace(key, in.Value());
    more = in.Consume(',');
  }
  if (members.size() == 2) return members;
  return Malformed(
      "expected a JSON object of a body and its signature, found "
      "another");
}

absl::StatusOr<Bytes> ReadSignature(absl::string_view value) {
  if (absl::ConsumePrefix(&value, "\"") && absl::ConsumeSuffix(&value, "\"")) {
    absl::StatusOr<Bytes> signature = FromHex(value);
    if (signature.ok() && signature->size() == kSignatureSize) {
      return *std::move(signature);
    }
  }
  return Malformed(
      absl::StrFormat("expected %d bytes in hexadecimal as signature, found %s",
                      kSignatureSize, Printable(value, 2 * kSignatureSize)));
}

}  // namespace

absl::StatusOr<SignedJson> SplitSignedJson(absl::string_view key,
                                           ByteView text) {
  if (text.empty()) {
    return Classified(ErrorClass::kEmpty,
                      absl::InvalidArgumentError(absl::StrFormat(
                          "expected JSON with %s, found no byte", key)));
  }
  if (text.size() > kMaxCollateralSize) {
    return Malformed(absl::StrFormat("expected at most %d bytes, found %d",
                                     kMaxCollateralSize, text.size()));
  }
  const std::string json = ToString(text);
  RETURN_IF_ERROR(CheckStrictJson(json));
  ASSIGN_OR_RETURN(const Members members, ReadMembers(json));
  const auto body = members.find(std::string(key));
  const auto signature = members.find(kSignature);
  if (body == members.end() || signature == members.end() ||
      !absl::StartsWith(body->second, "{")) {
    return Malformed(absl::StrFormat(
        "expected an object as %s, and a %s, found others", key, kSignature));
  }
  ASSIGN_OR_RETURN(Bytes bytes, ReadSignature(signature->second));
  return SignedJson{.body = std::string(body->second),
                    .signature = std::move(bytes)};
}

}  // namespace evidenced
