#ifndef QUOTE_TDX_DER_H_
#define QUOTE_TDX_DER_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "quote/base/byte_reader.h"
#include "quote/base/bytes.h"

namespace evidenced {

inline constexpr uint8_t kDerBoolean = 0x01;
inline constexpr uint8_t kDerInteger = 0x02;
inline constexpr uint8_t kDerOctetString = 0x04;
inline constexpr uint8_t kDerOid = 0x06;
inline constexpr uint8_t kDerEnumerated = 0x0A;
inline constexpr uint8_t kDerSequence = 0x30;

// One element of DER: X.690, section 8.1, with a tag of one byte.
struct DerElement {
  uint8_t tag = 0;
  ByteView contents;
};

// The next element of `in`; `what` names it. INVALID_ARGUMENT: a length of
// more than three bytes, or in more bytes than it needs (kMalformed), or over
// the end (kTruncated).
absl::StatusOr<DerElement> ReadDer(absl::string_view what, ByteReader& in);

// The contents of that, of this tag. INVALID_ARGUMENT: another tag, or none.
absl::StatusOr<ByteView> ReadDerContents(absl::string_view what, uint8_t tag,
                                         ByteReader& in);

// The contents of the one element that `bytes` are. INVALID_ARGUMENT: another.
absl::StatusOr<ByteView> OneDer(absl::string_view what, uint8_t tag,
                                ByteView bytes);

// An INTEGER or ENUMERATED from 0 to 65535 in its shortest form.
// INVALID_ARGUMENT: otherwise.
absl::StatusOr<uint16_t> DerSmallInteger(absl::string_view what,
                                         ByteView contents);

}  // namespace evidenced

#endif  // QUOTE_TDX_DER_H_
