#ifndef EVIDENCE_LOG_CCEL_TABLE_H_
#define EVIDENCE_LOG_CCEL_TABLE_H_

#include <cstdint>

#include "absl/status/statusor.h"

#include "quote/base/bytes.h"

namespace evidenced {

// "CC Type": ACPI 6.5, section 5.2.34.
inline constexpr uint8_t kCcTypeSev = 1;
inline constexpr uint8_t kCcTypeTdx = 2;

// The CC Event Log ACPI Table, which tells where the firmware left the log of a
// confidential-computing guest: ACPI 6.5, section 5.2.34. The host may have
// written it, and nothing vouches for it. Views point into the table.
struct CcelTable {
  uint32_t length = 0;  // of the table, bytes
  uint8_t revision = 0;
  bool checksum_ok = false;  // all its bytes add up to 0 modulo 256
  ByteView oem_id;           // 6 bytes of text, filled up with spaces
  uint8_t cc_type = 0;       // kCcTypeSev, kCcTypeTdx
  uint8_t cc_subtype = 0;
  uint64_t log_area_minimum_length = 0;  // bytes
  uint64_t log_area_start_address = 0;   // guest-physical
};

// INVALID_ARGUMENT: no byte, no such table, or bytes beyond its length.
absl::StatusOr<CcelTable> ParseCcelTable(ByteView bytes);

}  // namespace evidenced

#endif  // EVIDENCE_LOG_CCEL_TABLE_H_
