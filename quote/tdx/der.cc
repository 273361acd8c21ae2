#include "quote/tdx/der.h"

#include <algorithm>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"

#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

constexpr uint8_t kLongForm = 0x80;
constexpr uint8_t kMaxLengthBytes = 3;
constexpr size_t kShown = 16;

absl::Status Malformed(const std::string& message) {
  return Classified(ErrorClass::kMalformed,
                    absl::InvalidArgumentError(message));
}

// X.690, sections 8.1.3 and 10.1. What does not fit fails `in`.
absl::StatusOr<uint64_t> ReadLength(absl::string_view what, ByteReader& in) {
  const uint8_t first = in.U8();
  if (first < kLongForm) return first;
  const uint8_t count = first - kLongForm;
  if (count == 0 || count > kMaxLengthBytes) {
    return Malformed(
        absl::StrFormat("expected a length of at most %d bytes in %s, found "
                        "0x%02x",
                        kMaxLengthBytes, what, first));
  }
  uint64_t length = 0;
  for (const uint8_t byte : in.Take(count)) length = length << 8U | byte;
  const uint64_t least =
      count == 1 ? kLongForm : uint64_t{1} << (8U * (count - 1U));
  if (in.ok() && length < least) {
    return Malformed(absl::StrFormat(
        "expected the shortest form of a length in %s, found %d in %d bytes",
        what, length, count));
  }
  return length;
}

}  // namespace

absl::StatusOr<DerElement> ReadDer(absl::string_view what, ByteReader& in) {
  DerElement element;
  element.tag = in.U8();
  ASSIGN_OR_RETURN(const uint64_t length, ReadLength(what, in));
  element.contents = in.Take(length);
  RETURN_IF_ERROR(in.Check(what));
  return element;
}

absl::StatusOr<ByteView> ReadDerContents(absl::string_view what, uint8_t tag,
                                         ByteReader& in) {
  ASSIGN_OR_RETURN(const DerElement element, ReadDer(what, in));
  if (element.tag == tag) return element.contents;
  return Malformed(absl::StrFormat(
      "expected the tag 0x%02x as %s, found 0x%02x", tag, what, element.tag));
}

absl::StatusOr<ByteView> OneDer(absl::string_view what, uint8_t tag,
                                ByteView bytes) {
  ByteReader in(bytes);
  ASSIGN_OR_RETURN(const ByteView contents, ReadDerContents(what, tag, in));
  RETURN_IF_ERROR(in.Finish(what));
  return contents;
}

absl::StatusOr<uint16_t> DerSmallInteger(absl::string_view what,
                                         ByteView contents) {
  uint32_t value = 0;
  for (const uint8_t byte :
       contents.first(std::min<size_t>(contents.size(), kMaxLengthBytes))) {
    value = value << 8U | byte;
  }
  // A first bit that is set is a sign, and a zero byte is there for it alone.
  const bool shortest =
      contents.size() == 1 ||
      (contents.size() > 1 && contents[0] == 0 && contents[1] >= kLongForm) ||
      (contents.size() == 2 && contents[0] != 0);
  if (shortest && contents.size() <= kMaxLengthBytes &&
      contents[0] < kLongForm) {
    return static_cast<uint16_t>(value);
  }
  return Malformed(absl::StrFormat(
      "expected an integer of 0 to 65535 in its shortest form as %s, found %s",
      what, Hex(contents.first(std::min<size_t>(contents.size(), kShown)))));
}

}  // namespace evidenced
