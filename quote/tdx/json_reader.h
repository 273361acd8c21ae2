#ifndef QUOTE_TDX_JSON_READER_H_
#define QUOTE_TDX_JSON_READER_H_

// Included by sources alone: it shows nlohmann's types.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "nlohmann/json.hpp"

#include "quote/base/bytes.h"

namespace evidenced {

// One value of a JSON text, and where it stands in it for whoever reads why it
// was refused. Each of its readers gives INVALID_ARGUMENT (kMalformed) where
// the value is not what was asked for.
class JsonReader {
 public:
  // `value` must outlive it.
  JsonReader(const nlohmann::json& value, std::string path)
      : value_(&value), path_(std::move(path)) {}

  const std::string& path() const { return path_; }

  // Of an object: the member, which must be there.
  absl::StatusOr<JsonReader> Member(const char* key) const;
  bool Has(const char* key) const {
    return value_->is_object() && value_->contains(key);
  }
  // Of an array: its elements.
  absl::StatusOr<std::vector<JsonReader>> Elements() const;

  absl::StatusOr<std::string> Text() const;
  // An integer from 0 to `most`.
  absl::StatusOr<uint32_t> Integer(uint32_t most) const;
  // `size` bytes in hexadecimal.
  absl::StatusOr<Bytes> Hexadecimal(size_t size) const;
  // "2025-10-27T13:07:17Z"
  absl::StatusOr<absl::Time> Time() const;

  // INVALID_ARGUMENT (kMalformed): `expected` was, the value was found.
  absl::Status Refused(absl::string_view expected) const;

 private:
  const nlohmann::json* value_;
  std::string path_;
};

}  // namespace evidenced

#endif  // QUOTE_TDX_JSON_READER_H_
