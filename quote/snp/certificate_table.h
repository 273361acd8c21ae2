#ifndef QUOTE_SNP_CERTIFICATE_TABLE_H_
#define QUOTE_SNP_CERTIFICATE_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "quote/base/bytes.h"

namespace evidenced {

// What an entry of a certificate table holds, by its GUID. An ASVK comes as an
// ASK: there is no GUID of its own.
enum class SnpTableKind : uint8_t {
  kVcek,
  kVlek,
  kAsk,
  kArk,
  kCrl,
  kExtraPlatformInfo,
  kUnknown,
};

// "vcek", ..., "extra_platform_info", "unknown"
absl::string_view SnpTableKindName(SnpTableKind kind);

struct SnpTableEntry {
  std::string guid;  // "63da758d-e664-4564-adc5-f4b93be8accd"
  SnpTableKind kind = SnpTableKind::kUnknown;
  uint32_t offset = 0;  // in the table
  ByteView data;        // view into the table
};

// The table that the host adds to a report: AMD 56421 (GHCB), "SNP Extended
// Guest Request". Each entry is a GUID, then offset and length, little-endian;
// an entry of zeros ends them, and the data lie behind it. The host may have
// written anything, and nobody signs the table. INVALID_ARGUMENT:
// - no byte at all (kEmpty)
// - no end of the entries, or data that reach over the table (kTruncated)
// - more than kMaxSnpTableEntries, a GUID twice, data of no length, or that lie
//   over the entries or over other data (kMalformed)
inline constexpr size_t kMaxSnpTableEntries = 64;
absl::StatusOr<std::vector<SnpTableEntry>> ParseSnpCertificateTable(
    ByteView table);

}  // namespace evidenced

#endif  // QUOTE_SNP_CERTIFICATE_TABLE_H_
