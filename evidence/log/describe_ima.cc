#include "evidence/log/describe_ima.h"

#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"

#include "evidence/log/ima_template.h"
#include "quote/base/byte_reader.h"

namespace evidenced {
namespace {

constexpr size_t kMaxText = 1024;

std::string WithoutZeros(ByteView field) {
  std::string text = ToString(field);
  while (!text.empty() && text.back() == '\0') text.pop_back();
  return text;
}

// Quoted if it has a space, as words of ours have: a file may be called
// "/tmp/x signature of 9 bytes". Printable() leaves no quote within.
std::string Text(ByteView field) {
  const std::string text = Printable(WithoutZeros(field), kMaxText);
  return absl::StrContains(text, ' ') ? absl::StrCat("\"", text, "\"") : text;
}

// "sha256:" and a zero, then the digest; version 2 has "ima:" or "verity:"
// before it.
std::string DescribeDigest(ByteView field) {
  const auto zero = std::find(field.begin(), field.end(), 0);
  if (zero == field.end()) return Hex(field);
  const auto prefix = static_cast<size_t>(zero - field.begin());
  return absl::StrCat(Printable(ToString(field.first(prefix))),
                      Hex(field.subspan(prefix + 1)));
}

std::string DescribeNumber(absl::string_view name, ByteView field) {
  if (field.size() > sizeof(uint64_t)) return Hex(field);
  uint64_t value = 0;
  for (size_t i = field.size(); i > 0; --i) value = value << 8 | field[i - 1];
  return name == "imode" ? absl::StrFormat("mode %o", value)
                         : absl::StrFormat("%s %d", name.substr(1), value);
}

std::string DescribeField(const ImaField& known, ByteView field) {
  const std::string name = Printable(known.name);
  switch (known.kind) {
    case ImaFieldKind::kDigest:
      return field.empty() ? "" : DescribeDigest(field);
    case ImaFieldKind::kPath:
      return Text(field);
    case ImaFieldKind::kString:
      return absl::StrCat(name, " ", Text(field));
    case ImaFieldKind::kUint16:
    case ImaFieldKind::kUint32:
      return field.empty() ? "" : DescribeNumber(name, field);
    case ImaFieldKind::kHex:
    case ImaFieldKind::kUnknown:
      break;
  }
  if (field.empty()) return "";
  const bool is_signature = absl::EndsWith(name, "sig");
  return absl::StrFormat("%s of %d bytes",
                         is_signature    ? "signature"
                         : name == "buf" ? "data"
                                         : name,
                         field.size());
}

std::string DescribeFields(const ImaFields& fields, ByteView data) {
  ByteReader in(data);
  std::string text;
  for (const ImaField& known : fields) {
    const ByteView field = in.Take(in.Le<uint32_t>());
    if (!in.ok()) break;
    const std::string words = DescribeField(known, field);
    if (words.empty()) continue;
    absl::StrAppend(&text, text.empty() ? "" : " ", words);
  }
  if (!in.Finish("template data").ok()) {
    absl::StrAppend(&text, " (malformed fields)");
  }
  return text;
}

bool IsText(ByteView field) {
  return !field.empty() && field.back() == 0 &&
         std::all_of(field.begin(), field.end() - 1,
                     [](uint8_t byte) { return byte >= 0x20 && byte < 0x7f; });
}

// A template that nobody here knows still is a row of fields with lengths.
std::string DescribeUnknown(ByteView data) {
  ByteReader in(data);
  std::string text;
  while (in.remaining() > 0 && text.size() < kMaxText) {
    const ByteView field = in.Take(in.Le<uint32_t>());
    if (!in.ok()) return absl::StrFormat("%d bytes", data.size());
    absl::StrAppend(&text, text.empty() ? "" : " ",
                    IsText(field)
                        ? Text(field)
                        : absl::StrFormat("field of %d bytes", field.size()));
  }
  return text.empty() ? "0 bytes" : text;
}

std::string DescribeLegacy(ByteView data) {
  ByteReader in(data);
  const ByteView digest = in.Take(kLegacyDigestSize);
  const ByteView path = in.Take(in.Le<uint32_t>());
  return absl::StrCat("sha1:", Hex(digest), " ", Text(path));
}

// Whether the template's name is the list of its fields. No digest covers a
// name: the host could call a path a signature.
bool IsListOfFields(absl::string_view name, const ImaFields& fields) {
  return !fields.empty() && absl::StartsWith(name, fields.front().name);
}

}  // namespace

EventDescription DescribeImaEntry(const LogEvent& event) {
  EventDescription out;
  out.type = Printable(event.template_name);
  const ImaFields fields = ImaTemplateFields(event.template_name);
  const bool covered = !event.violation && event.data_known;
  out.data_covered = covered && !IsListOfFields(event.template_name, fields);
  out.text_covered = covered && !out.data_covered;
  if (!event.data_known) {
    out.meaning = "template data that this list does not tell";
  } else if (event.template_name == kLegacyTemplate) {
    out.meaning = DescribeLegacy(event.data);
  } else if (fields.empty()) {
    out.meaning = DescribeUnknown(event.data);
  } else {
    out.meaning = DescribeFields(fields, event.data);
  }
  if (event.violation) out.meaning = absl::StrCat("violation: ", out.meaning);
  return out;
}

}  // namespace evidenced
