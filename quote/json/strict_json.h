#ifndef QUOTE_JSON_STRICT_JSON_H_
#define QUOTE_JSON_STRICT_JSON_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace evidenced {

enum class Nulls : uint8_t { kRefused, kTaken };

// OK if `json` is one JSON value (RFC 8259) without a null, unless they are
// taken, without a key twice in an object, nested at most 16 deep. `snake_case`
// and `camelCase` of one name are the same key, as they are the same field to
// protobuf. INVALID_ARGUMENT: otherwise, with the position or the key.
absl::Status CheckStrictJson(absl::string_view json,
                             Nulls nulls = Nulls::kRefused);

}  // namespace evidenced

#endif  // QUOTE_JSON_STRICT_JSON_H_
