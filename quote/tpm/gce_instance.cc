#include "quote/tpm/gce_instance.h"

#include <cstdint>
#include <map>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"

#include "quote/base/byte_reader.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

// Tags: X.690, section 8.1.2.
constexpr uint8_t kBoolean = 0x01;
constexpr uint8_t kInteger = 0x02;
constexpr uint8_t kUtf8 = 0x0c;
constexpr uint8_t kSequence = 0x30;
constexpr uint8_t kContext = 0xa0;  // constructed, [0]
constexpr uint8_t kTagNumber = 0x1f;
constexpr char kWhat[] = "GCE instance extension";

struct Element {
  uint8_t tag = 0;
  ByteView contents;
};

// A length in its shortest form (X.690, section 10.1), of at most two octets:
// the extension of a certificate is not longer.
absl::StatusOr<Element> ReadElement(ByteReader& in) {
  Element out;
  out.tag = in.U8();
  const uint8_t first = in.U8();
  size_t size = first;
  if (first == 0x81) size = in.U8();
  if (first == 0x82) size = in.Be<uint16_t>();
  RETURN_IF_ERROR(in.Check(kWhat));
  const bool shortest = first < 0x80 || (first == 0x81 && size >= 0x80) ||
                        (first == 0x82 && size > 0xff);
  if (!shortest) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected a DER length in its shortest form, found 0x%02x", first));
  }
  out.contents = in.Take(size);
  RETURN_IF_ERROR(in.Check(kWhat));
  return out;
}

absl::StatusOr<ByteView> Read(ByteReader& in, uint8_t tag) {
  ASSIGN_OR_RETURN(const Element element, ReadElement(in));
  if (element.tag == tag) return element.contents;
  return absl::InvalidArgumentError(absl::StrFormat(
      "expected the DER tag 0x%02x, found 0x%02x", tag, element.tag));
}

absl::StatusOr<std::string> ReadText(ByteReader& in) {
  ASSIGN_OR_RETURN(const ByteView text, Read(in, kUtf8));
  return ToString(text);
}

// A number that is not negative, in the fewest octets (X.690, section 8.3.2).
absl::StatusOr<uint64_t> NumberOf(ByteView contents) {
  const bool negative = !contents.empty() && (contents[0] & 0x80) != 0;
  const bool padded = contents.size() > 1 && contents[0] == 0;
  const bool longer = padded && (contents[1] & 0x80) == 0;
  if (contents.empty() || negative || longer ||
      contents.size() > sizeof(uint64_t) + (padded ? 1 : 0)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected an integer of 0 to 64 bits in DER, found %d bytes",
        contents.size()));
  }
  uint64_t value = 0;
  for (const uint8_t byte : contents) value = value << 8 | byte;
  return value;
}

absl::StatusOr<uint64_t> ReadNumber(ByteReader& in) {
  ASSIGN_OR_RETURN(const ByteView contents, Read(in, kInteger));
  return NumberOf(contents);
}

// X.690, section 11.1.
absl::StatusOr<uint64_t> BooleanOf(ByteView contents) {
  const bool one = contents.size() == 1;
  if (one && contents[0] == 0x00) return 0;
  if (one && contents[0] == 0xff) return 1;
  return absl::InvalidArgumentError(
      absl::StrFormat("expected a boolean of one octet, 0x00 or 0xff, found %s",
                      one ? absl::StrFormat("0x%02x", contents[0])
                          : absl::StrFormat("%d octets", contents.size())));
}

// [N] EXPLICIT INTEGER or BOOLEAN, any number of them, by ascending N.
absl::Status ReadSecurity(ByteView bytes,
                          std::map<uint32_t, uint64_t>& security) {
  ByteReader outer(bytes);
  ASSIGN_OR_RETURN(const ByteView sequence, Read(outer, kSequence));
  RETURN_IF_ERROR(outer.Finish(kWhat));
  ByteReader in(sequence);
  while (in.remaining() > 0) {
    ASSIGN_OR_RETURN(const Element field, ReadElement(in));
    ByteReader inner(field.contents);
    ASSIGN_OR_RETURN(const Element value, ReadElement(inner));
    RETURN_IF_ERROR(inner.Finish(kWhat));
    if ((field.tag & ~kTagNumber) != kContext ||
        (value.tag != kBoolean && value.tag != kInteger)) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "expected a numbered integer or boolean, found 0x%02x in 0x%02x",
          value.tag, field.tag));
    }
    const uint32_t number = field.tag & kTagNumber;
    if (!security.empty() && security.rbegin()->first >= number) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "expected ascending security properties, found [%d] after [%d]",
          number, security.rbegin()->first));
    }
    ASSIGN_OR_RETURN(security[number], value.tag == kBoolean
                                           ? BooleanOf(value.contents)
                                           : NumberOf(value.contents));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<GceInstance> ParseGceInstance(ByteView der) {
  ByteReader outer(der);
  ASSIGN_OR_RETURN(const ByteView sequence, Read(outer, kSequence));
  RETURN_IF_ERROR(outer.Finish(kWhat));
  ByteReader in(sequence);
  GceInstance instance;
  ASSIGN_OR_RETURN(instance.zone, ReadText(in));
  ASSIGN_OR_RETURN(instance.project_number, ReadNumber(in));
  ASSIGN_OR_RETURN(instance.project_id, ReadText(in));
  ASSIGN_OR_RETURN(instance.instance_id, ReadNumber(in));
  ASSIGN_OR_RETURN(instance.instance_name, ReadText(in));
  if (in.remaining() > 0) {
    ASSIGN_OR_RETURN(const ByteView security, Read(in, kContext));
    RETURN_IF_ERROR(ReadSecurity(security, instance.security));
  }
  RETURN_IF_ERROR(in.Finish(kWhat));
  return instance;
}

}  // namespace evidenced
