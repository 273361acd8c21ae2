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
constexpr size_t kSignatureListHeader = 28;
constexpr uint8_t kX509Guid[kGuidSize] = {0xa1, 0x59, 0xc0, 0xa5, 0xe4, 0x94,
                                          0xa7, 0x4a, 0x87, 0xb5, 0xab, 0x15,
                                          0x5c, 0x2b, 0xf0, 0x72};
constexpr uint8_t kSha256Guid[kGuidSize] = {0x26, 0x16, 0xc4, 0xc1, 0x4c, 0x50,
                                            0x92, 0x40, 0xac, 0xa9, 0x41, 0xf9,
                                            0x36, 0x93, 0x43, 0x28};

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

std::optional<UefiVariable> ParseUefiVariable(ByteView event_data) {
  ByteReader in(event_data);
  UefiVariable variable;
  variable.guid = in.Take(kGuidSize);
  const auto characters = in.Le<uint64_t>();
  const auto size = in.Le<uint64_t>();
  if (!in.ok() || characters > in.remaining() / 2) return std::nullopt;
  const ByteView name = in.Take(characters * 2);
  variable.data = in.Take(size);
  if (!in.Finish("UEFI_VARIABLE_DATA").ok()) return std::nullopt;
  // A zero within the name would show less than what was measured.
  for (size_t i = 0; i < name.size(); i += 2) {
    if (name[i] == 0 && name[i + 1] == 0) return std::nullopt;
  }
  variable.name = FromUtf16(name);
  return variable;
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

std::string DescribeSignatureLists(ByteView lists) {
  ByteReader in(lists);
  size_t x509 = 0;
  size_t sha256 = 0;
  size_t other = 0;
  while (in.remaining() > 0) {
    const ByteView type = in.Take(kGuidSize);
    const auto list_size = in.Le<uint32_t>();
    const auto header_size = in.Le<uint32_t>();
    const auto entry_size = in.Le<uint32_t>();
    if (!in.ok() || list_size < kSignatureListHeader) return "malformed lists";
    in.Take(header_size);
    const uint64_t before = uint64_t{kSignatureListHeader} + header_size;
    if (!in.ok() || list_size < before || entry_size < kGuidSize) {
      return "malformed lists";
    }
    const uint64_t entries_size = list_size - before;
    in.Take(entries_size);
    if (!in.ok() || entries_size % entry_size != 0) return "malformed lists";
    size_t& count = Equal(type, kX509Guid)     ? x509
                    : Equal(type, kSha256Guid) ? sha256
                                               : other;
    count += entries_size / entry_size;
  }
  return absl::StrFormat("%d X.509, %d SHA-256, %d other", x509, sha256, other);
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
