#ifndef QUOTE_BASE_BYTES_H_
#define QUOTE_BASE_BYTES_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace evidenced {

using Bytes = std::vector<uint8_t>;
using ByteView = std::span<const uint8_t>;

// The bytes of `text`, valid as long as `text` is (protobuf keeps bytes in
// std::string).
ByteView AsBytes(absl::string_view text);

// A copy of `bytes`.
std::string ToString(ByteView bytes);
Bytes ToBytes(ByteView bytes);

// Lower-case hexadecimal digits, two a byte, without prefix.
std::string Hex(ByteView bytes);

// INVALID_ARGUMENT: `hex` has an odd length or holds anything but hexadecimal
// digits of either case.
absl::StatusOr<Bytes> FromHex(absl::string_view hex);

// Whether both hold the same bytes. The time it takes depends on the lengths
// alone.
bool ConstantTimeEqual(ByteView a, ByteView b);

// Whether both hold the same bytes.
bool Equal(ByteView a, ByteView b);

// `text` as one printable line: backslash, quotes, control characters, bytes
// outside of printable ASCII become \xNN escapes, and what is over `limit`
// bytes is cut with "...". Nothing in it reaches a terminal or a log as a
// control sequence.
std::string Printable(absl::string_view text, size_t limit = 256);

}  // namespace evidenced

#endif  // QUOTE_BASE_BYTES_H_
