#ifndef EVIDENCE_LOG_SPEC_ID_H_
#define EVIDENCE_LOG_SPEC_ID_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"

#include "quote/base/bytes.h"

namespace evidenced {

// TCG_EfiSpecIDEvent, the first event of a crypto-agile log: PC Client Platform
// Firmware Profile 1.05, section 10.4.5.1. Views point into the event data.
struct SpecIdEvent {
  struct Algorithm {
    uint16_t id = 0;           // TPM_ALG_ID, unknown ones too
    uint16_t digest_size = 0;  // bytes
  };

  uint32_t platform_class = 0;
  uint8_t version_minor = 0;
  uint8_t version_major = 0;
  uint8_t errata = 0;
  uint8_t uintn_size = 0;             // in units of 4 bytes
  std::vector<Algorithm> algorithms;  // 1 to 8, none twice
  ByteView vendor_info;
  // Nothing is said of what follows: no digest covers it, and no event's
  // meaning depends on it.
  size_t bytes_after_vendor_info = 0;
};

// Whether `data`, of an EV_NO_ACTION event, is one.
bool IsSpecId(ByteView data);

// INVALID_ARGUMENT: the layout, an algorithm without a digest size or with one
// that is not its own, or one that is there twice.
absl::StatusOr<SpecIdEvent> ParseSpecId(ByteView data);

}  // namespace evidenced

#endif  // EVIDENCE_LOG_SPEC_ID_H_
