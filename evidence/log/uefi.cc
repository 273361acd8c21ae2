#include "evidence/log/uefi.h"

#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "quote/base/byte_reader.h"

namespace evidenced {
namespace {

constexpr size_t kGuidSize = 16;

// The separators of a path as slashes: backslashes would be escaped.
std::string FilePath(ByteView utf16) {
  Bytes path = ToBytes(utf16);
  for (size_t i = 0; i + 1 < path.size(); i += 2) {
    if (path[i] == '\\' && path[i + 1] == 0) path[i] = '/';
  }
  const std::string text = FromUtf16(path);
  return text.substr(absl::StartsWith(text, "/") ? 1 : 0);
}

// Device path nodes: UEFI 2.10, sections 10.3.2 to 10.3.5.
std::string NodeName(uint8_t type, uint8_t subtype, ByteView data) {
  ByteReader in(data);
  if (type == 4 && subtype == 4) return FilePath(data);
  if (type == 4 && subtype == 6 && data.size() == kGuidSize) {
    return "FvFile";
  }
  if (type == 4 && subtype == 7 && data.size() == kGuidSize) return "Fv";
  if (type == 4 && subtype == 1) {
    return absl::StrFormat("Partition(%d)", in.Le<uint32_t>());
  }
  if (type == 2 && subtype == 1) return "Acpi";
  if (type == 1 && subtype == 1 && data.size() == 2) {
    const uint8_t function = in.U8();
    return absl::StrFormat("Pci(%d.%d)", in.U8(), function);
  }
  if (type == 1 && subtype == 3) return "MemoryMapped";
  return absl::StrFormat("node(%d.%d)", type, subtype);
}

}  // namespace

std::string FromUtf16(ByteView utf16) {
  std::string text;
  for (size_t i = 0; i + 1 < utf16.size(); i += 2) {
    const auto unit = static_cast<uint16_t>(utf16[i] | utf16[i + 1] << 8);
    if (unit == 0) break;
    if (unit < 0x80) {
      text.push_back(static_cast<char>(unit));
    } else {
      absl::StrAppend(&text, "?");
    }
  }
  return Printable(text, 512);
}

std::optional<UefiVariable> ReadUefiVariable(ByteView event_data) {
  ByteReader in(event_data);
  UefiVariable variable;
  variable.guid = in.Take(kGuidSize);
  const auto characters = in.Le<uint64_t>();
  const auto size = in.Le<uint64_t>();
  if (!in.ok() || characters > in.remaining() / 2) return std::nullopt;
  const ByteView name = in.Take(characters * 2);
  variable.data = in.Take(size);
  if (!in.ok()) return std::nullopt;
  // A zero within the name would show less than what was measured.
  for (size_t i = 0; i < name.size(); i += 2) {
    if (name[i] == 0 && name[i + 1] == 0) return std::nullopt;
  }
  variable.name = FromUtf16(name);
  return variable;
}

std::optional<UefiVariable> ParseUefiVariable(ByteView event_data) {
  auto variable = ReadUefiVariable(event_data);
  if (variable.has_value() && variable->data.data() + variable->data.size() !=
                                  event_data.data() + event_data.size()) {
    return std::nullopt;
  }
  return variable;
}

std::string GuidText(ByteView guid) {
  if (guid.size() != kGuidSize) return "";
  ByteReader in(guid);
  const auto first = in.Le<uint32_t>();
  const auto second = in.Le<uint16_t>();
  const auto third = in.Le<uint16_t>();
  const ByteView clock = in.Take(2);
  return absl::StrFormat("%08x-%04x-%04x-%s-%s", first, second, third,
                         Hex(clock), Hex(in.Rest()));
}

std::string DescribeDevicePath(ByteView path) {
  constexpr uint8_t kEnd = 0x7f;
  constexpr size_t kMaxText = 1024;
  ByteReader in(path);
  std::string text;
  while (in.remaining() > 0) {
    const uint8_t type = in.U8();
    const uint8_t subtype = in.U8();
    const auto size = in.Le<uint16_t>();
    if (!in.ok() || size < 4) return "";
    const ByteView data = in.Take(size - 4);
    if (!in.ok()) return "";
    if (type == kEnd) break;
    if (text.size() > kMaxText) return absl::StrCat(text, "/...");
    absl::StrAppend(&text, text.empty() ? "" : "/",
                    NodeName(type, subtype, data));
  }
  return text;
}

std::string DescribeGpt(ByteView data) {
  constexpr size_t kHeader = 92;
  constexpr size_t kEntry = 128;
  constexpr size_t kNameOffset = 56;
  constexpr uint64_t kMaxShown = 16;
  ByteReader in(data);
  in.Take(kHeader);
  const auto count = in.Le<uint64_t>();
  if (!in.ok() || count > in.remaining() / kEntry) return "malformed GPT event";
  std::string names;
  for (uint64_t i = 0; i < std::min(count, kMaxShown); ++i) {
    absl::StrAppend(&names, i == 0 ? ": " : ", ", "\"",
                    FromUtf16(in.Take(kEntry).subspan(kNameOffset)), "\"");
  }
  return absl::StrFormat("%d partitions%s%s", count, names,
                         count > kMaxShown ? ", ..." : "");
}

std::string DescribeLoadOption(ByteView option) {
  ByteReader in(option);
  in.Le<uint32_t>();  // attributes
  const auto path_size = in.Le<uint16_t>();
  const ByteView rest = in.Rest();
  size_t end = 0;
  while (end + 1 < rest.size() && (rest[end] != 0 || rest[end + 1] != 0)) {
    end += 2;
  }
  if (end + 1 >= rest.size() || path_size > rest.size() - end - 2) {
    return "malformed load option";
  }
  const std::string path = DescribeDevicePath(rest.subspan(end + 2, path_size));
  return absl::StrCat("\"", FromUtf16(rest.first(end)), "\"",
                      path.empty() ? "" : " at ", path);
}

}  // namespace evidenced
