#include "evidence/log/ima_ascii_fields.h"

#include <algorithm>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

#include "evidence/log/ima_template.h"
#include "quote/base/byte_writer.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

constexpr char kWrongFields[] = "the fields of its template";

using Parts = absl::InlinedVector<absl::string_view, 16>;

// The text of each of `fields`. A space can only be within a path: all others
// are counted off from both ends. Empty last fields may have lost their space.
std::optional<Parts> SplitFields(const ImaFields& fields,
                                 absl::string_view text) {
  const Parts words = absl::StrSplit(text, ' ');
  const auto* const path = std::find_if(
      fields.begin(), fields.end(),
      [](const ImaField& field) { return field.kind == ImaFieldKind::kPath; });
  if (words.size() > fields.size() && path == fields.end()) {
    return std::nullopt;
  }
  Parts parts;
  size_t next = 0;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (next >= words.size()) {
      if (fields[i].kind != ImaFieldKind::kHex &&
          fields[i].kind != ImaFieldKind::kDigest) {
        return std::nullopt;
      }
      parts.emplace_back();
      continue;
    }
    const bool is_path =
        path != fields.end() && i == static_cast<size_t>(path - fields.begin());
    const size_t count = is_path && words.size() > fields.size()
                             ? words.size() - fields.size() + 1
                             : 1;
    const absl::string_view last = words[next + count - 1];
    const auto begin = static_cast<size_t>(words[next].data() - text.data());
    const auto end =
        static_cast<size_t>(last.data() - text.data()) + last.size();
    parts.push_back(text.substr(begin, end - begin));
    next += count;
  }
  return parts;
}

absl::StatusOr<Bytes> DecodeNumber(ImaFieldKind kind, absl::string_view text) {
  uint32_t value = 0;
  const bool is_short = kind == ImaFieldKind::kUint16;
  if (!absl::SimpleAtoi(text, &value) || (is_short && value > 0xffff)) {
    return absl::InvalidArgumentError("expected a number");
  }
  ByteWriter out;
  return is_short ? std::move(out.Le(static_cast<uint16_t>(value))).Take()
                  : std::move(out.Le(value)).Take();
}

Bytes WithZero(absl::string_view text) {
  Bytes bytes = ToBytes(AsBytes(text));
  bytes.push_back(0);
  return bytes;
}

// What precedes the last colon ends with a zero in the data.
absl::StatusOr<Bytes> DecodeDigest(absl::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == absl::string_view::npos) return FromHex(text);
  Bytes bytes = WithZero(text.substr(0, colon + 1));
  ASSIGN_OR_RETURN(const Bytes digest, FromHex(text.substr(colon + 1)));
  bytes.insert(bytes.end(), digest.begin(), digest.end());
  return bytes;
}

absl::StatusOr<Bytes> DecodeField(ImaFieldKind kind, absl::string_view text) {
  if (text.empty()) return Bytes();
  switch (kind) {
    case ImaFieldKind::kDigest:
      return DecodeDigest(text);
    case ImaFieldKind::kPath:
    case ImaFieldKind::kString:
      return WithZero(text);
    case ImaFieldKind::kHex:
      return FromHex(text);
    case ImaFieldKind::kUint16:
    case ImaFieldKind::kUint32:
      return DecodeNumber(kind, text);
    case ImaFieldKind::kUnknown:
      break;
  }
  return absl::InvalidArgumentError("expected a known field");
}

// As it stands in a binary list: see ReadLegacyData() in ima_log.cc.
absl::StatusOr<Bytes> LegacyData(absl::string_view text) {
  const size_t space = std::min(text.find(' '), text.size());
  const absl::StatusOr<Bytes> digest = FromHex(text.substr(0, space));
  const absl::string_view path = text.substr(std::min(space + 1, text.size()));
  if (!digest.ok() || digest->size() != kLegacyDigestSize || path.empty() ||
      path.size() >= kLegacyNameSize) {
    return absl::InvalidArgumentError(
        "40 digits and a path of at most 255 bytes");
  }
  ByteWriter out;
  out.Put(*digest).Le(static_cast<uint32_t>(path.size())).Put(AsBytes(path));
  return std::move(out).Take();
}

}  // namespace

absl::StatusOr<std::optional<Bytes>> ImaDataFromText(
    absl::string_view template_name, absl::string_view text) {
  if (template_name == kLegacyTemplate) {
    ASSIGN_OR_RETURN(Bytes data, LegacyData(text));
    return std::optional<Bytes>(std::move(data));
  }
  const ImaFields fields = ImaTemplateFields(template_name);
  const bool known =
      !fields.empty() &&
      std::none_of(fields.begin(), fields.end(), [](const ImaField& field) {
        return field.kind == ImaFieldKind::kUnknown;
      });
  if (!known) return std::optional<Bytes>();
  const std::optional<Parts> parts = SplitFields(fields, text);
  if (!parts.has_value()) return absl::InvalidArgumentError(kWrongFields);
  ByteWriter out;
  for (size_t i = 0; i < fields.size(); ++i) {
    const absl::StatusOr<Bytes> field =
        DecodeField(fields[i].kind, (*parts)[i]);
    if (!field.ok()) return absl::InvalidArgumentError(kWrongFields);
    out.Le(static_cast<uint32_t>(field->size())).Put(*field);
  }
  return std::optional<Bytes>(std::move(out).Take());
}

}  // namespace evidenced
