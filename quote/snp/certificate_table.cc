#include "quote/snp/certificate_table.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"

#include "quote/base/byte_reader.h"
#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

constexpr size_t kGuidSize = 16;

struct Guid {
  absl::string_view text;
  SnpTableKind kind;
};

constexpr std::array<Guid, 6> kGuids = {{
    {"63da758d-e664-4564-adc5-f4b93be8accd", SnpTableKind::kVcek},
    {"a8074bc2-a25a-483e-aae6-39c045a0b8a1", SnpTableKind::kVlek},
    {"4ab7b379-bbac-4fe4-a02f-05aef327c782", SnpTableKind::kAsk},
    {"c0b406a4-a803-4952-9743-3fb6014cd0ae", SnpTableKind::kArk},
    {"92f81bc3-5811-4d3d-97ff-d19f88dc67ea", SnpTableKind::kCrl},
    {"ecae0c0f-9502-43b1-afa2-0ae2e0d565b6", SnpTableKind::kExtraPlatformInfo},
}};

absl::Status Malformed(const std::string& message) {
  return Classified(ErrorClass::kMalformed,
                    absl::InvalidArgumentError(message));
}

// In the order of its bytes: these GUIDs are not of mixed endianness.
std::string GuidText(ByteView guid) {
  std::string text = Hex(guid);
  for (const size_t dash : {8, 13, 18, 23}) text.insert(dash, 1, '-');
  return text;
}

SnpTableKind KindOf(absl::string_view guid) {
  for (const Guid& known : kGuids) {
    if (guid == known.text) return known.kind;
  }
  return SnpTableKind::kUnknown;
}

struct Header {
  ByteView guid;
  uint32_t offset = 0;
  uint32_t length = 0;

  bool IsEnd() const {
    return offset == 0 && length == 0 &&
           std::all_of(guid.begin(), guid.end(),
                       [](uint8_t byte) { return byte == 0; });
  }
};

absl::Status CheckRange(const Header& header, ByteView table) {
  const uint64_t end = uint64_t{header.offset} + header.length;
  if (end <= table.size()) return absl::OkStatus();
  return Classified(
      ErrorClass::kTruncated,
      absl::InvalidArgumentError(absl::StrFormat(
          "certificate table is truncated: expected %d bytes at offset %d for "
          "%s, found a table of %d bytes",
          header.length, header.offset, GuidText(header.guid), table.size())));
}

absl::StatusOr<std::vector<Header>> ReadHeaders(ByteReader& in,
                                                ByteView table) {
  std::vector<Header> headers;
  while (true) {
    Header header;
    header.guid = in.Take(kGuidSize);
    header.offset = in.Le<uint32_t>();
    header.length = in.Le<uint32_t>();
    RETURN_IF_ERROR(in.Check("certificate table without an end"));
    if (header.IsEnd()) return headers;
    // Before the count: where the end is missing, data are read as entries.
    RETURN_IF_ERROR(CheckRange(header, table));
    if (headers.size() == kMaxSnpTableEntries) {
      return Malformed(
          absl::StrFormat("expected at most %d entries in the certificate "
                          "table, found more",
                          kMaxSnpTableEntries));
    }
    headers.push_back(header);
  }
}

// Data of some length, behind the entries, and apart from all others.
absl::Status CheckLayout(std::vector<Header> headers, size_t entries_end) {
  std::sort(
      headers.begin(), headers.end(),
      [](const Header& a, const Header& b) { return a.offset < b.offset; });
  uint64_t free_from = entries_end;
  for (const Header& header : headers) {
    if (header.length == 0) {
      return Malformed(absl::StrFormat("expected data for %s, found none",
                                       GuidText(header.guid)));
    }
    if (header.offset < free_from) {
      return Malformed(absl::StrFormat(
          "expected the data of %s at offset %d or later, behind what comes "
          "before, found them at %d",
          GuidText(header.guid), free_from, header.offset));
    }
    free_from = uint64_t{header.offset} + header.length;
  }
  return absl::OkStatus();
}

}  // namespace

absl::string_view SnpTableKindName(SnpTableKind kind) {
  switch (kind) {
    case SnpTableKind::kVcek:
      return "vcek";
    case SnpTableKind::kVlek:
      return "vlek";
    case SnpTableKind::kAsk:
      return "ask";
    case SnpTableKind::kArk:
      return "ark";
    case SnpTableKind::kCrl:
      return "crl";
    case SnpTableKind::kExtraPlatformInfo:
      return "extra_platform_info";
    case SnpTableKind::kUnknown:
      return "unknown";
  }
  return "unknown";
}

absl::StatusOr<std::vector<SnpTableEntry>> ParseSnpCertificateTable(
    ByteView table) {
  if (table.empty()) {
    return Classified(ErrorClass::kEmpty,
                      absl::InvalidArgumentError(
                          "expected a certificate table, found no byte"));
  }
  ByteReader in(table);
  ASSIGN_OR_RETURN(const std::vector<Header> headers, ReadHeaders(in, table));
  RETURN_IF_ERROR(CheckLayout(headers, in.position()));
  std::vector<SnpTableEntry> entries;
  for (const Header& header : headers) {
    std::string guid = GuidText(header.guid);
    for (const SnpTableEntry& other : entries) {
      if (other.guid != guid) continue;
      return Malformed(
          absl::StrFormat("expected each GUID once, found %s twice", guid));
    }
    const SnpTableKind kind = KindOf(guid);
    entries.push_back({.guid = std::move(guid),
                       .kind = kind,
                       .offset = header.offset,
                       .data = table.subspan(header.offset, header.length)});
  }
  return entries;
}

}  // namespace evidenced
