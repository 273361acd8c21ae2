#include "quote/tdx/json_reader.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

constexpr char kTimeFormat[] = "%Y-%m-%dT%H:%M:%SZ";

}  // namespace

absl::StatusOr<JsonReader> JsonReader::Member(const char* key) const {
  if (!value_->is_object()) return Refused("an object");
  std::string path = absl::StrCat(path_, ".", key);
  const auto found = value_->find(key);
  if (found != value_->end()) return JsonReader(*found, std::move(path));
  return Classified(ErrorClass::kMalformed,
                    absl::InvalidArgumentError(
                        absl::StrFormat("expected %s, found none", path)));
}

absl::StatusOr<std::vector<JsonReader>> JsonReader::Elements() const {
  if (!value_->is_array()) return Refused("an array");
  std::vector<JsonReader> out;
  out.reserve(value_->size());
  for (const nlohmann::json& element : *value_) {
    out.emplace_back(element, absl::StrFormat("%s[%d]", path_, out.size()));
  }
  return out;
}

absl::StatusOr<std::string> JsonReader::Text() const {
  if (!value_->is_string()) return Refused("a string");
  return value_->get<std::string>();
}

absl::StatusOr<uint32_t> JsonReader::Integer(uint32_t most) const {
  if (value_->is_number_unsigned()) {
    const auto number = value_->get<uint64_t>();
    if (number <= most) return static_cast<uint32_t>(number);
  }
  return Refused(absl::StrFormat("an integer of 0 to %d", most));
}

absl::StatusOr<Bytes> JsonReader::Hexadecimal(size_t size) const {
  ASSIGN_OR_RETURN(const std::string text, Text());
  absl::StatusOr<Bytes> bytes = FromHex(text);
  if (bytes.ok() && bytes->size() == size) return *std::move(bytes);
  return Refused(absl::StrFormat("%d bytes in hexadecimal", size));
}

absl::StatusOr<absl::Time> JsonReader::Time() const {
  ASSIGN_OR_RETURN(const std::string text, Text());
  absl::Time time;
  // What is parsed may have spaces around it, or a fraction.
  if (absl::ParseTime(kTimeFormat, text, &time, nullptr) &&
      absl::FormatTime(kTimeFormat, time, absl::UTCTimeZone()) == text) {
    return time;
  }
  return Refused("a time as 2025-10-27T13:07:17Z");
}

absl::Status JsonReader::Refused(absl::string_view expected) const {
  constexpr size_t kShown = 80;
  return Classified(
      ErrorClass::kMalformed,
      absl::InvalidArgumentError(absl::StrFormat(
          "expected %s as %s, found %s", expected, path_,
          value_->is_structured()
              ? value_->type_name()
              : Printable(
                    value_->dump(-1, ' ', true,
                                 nlohmann::json::error_handler_t::replace),
                    kShown))));
}

}  // namespace evidenced
