#ifndef QUOTE_TDX_SIGNED_JSON_H_
#define QUOTE_TDX_SIGNED_JSON_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "quote/base/bytes.h"

namespace evidenced {

// Collateral as Intel's service gives it: Intel, "PCS API v4", "Get TDX TCB
// Info" and "Get TDX QE Identity".
struct SignedJson {
  std::string body;  // byte by byte as it was signed
  Bytes signature;   // r, s
};

// Takes an object of the two keys `key` and "signature" apart, without reading
// the body: the signature is over its bytes, and another text of the same
// values is not what was signed. INVALID_ARGUMENT (kEmpty, kMalformed), if not:
// - `text` is one JSON object as for CheckStrictJson(), of at most
//   kMaxCollateralSize bytes, with these keys and no other
// - the body is an object, the signature 64 bytes in hexadecimal
inline constexpr size_t kMaxCollateralSize = size_t{1} << 20U;
absl::StatusOr<SignedJson> SplitSignedJson(absl::string_view key,
                                           ByteView text);

}  // namespace evidenced

#endif  // QUOTE_TDX_SIGNED_JSON_H_
