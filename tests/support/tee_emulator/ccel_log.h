#ifndef TESTS_SUPPORT_TEE_EMULATOR_CCEL_LOG_H_
#define TESTS_SUPPORT_TEE_EMULATOR_CCEL_LOG_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/tee_emulator/blob.h"

namespace tee_emulator {

// An entry of a confidential-computing event log: UEFI 2.10, section 38.4. It
// is a TCG_PCR_EVENT2 whose register index is 0 for MRTD, 1 to 4 for RTMR0 to
// RTMR3.
struct CcEvent {
  size_t rtmr;    // 0 to 3
  uint32_t type;  // as TCG numbers them
  Blob digest;    // SHA-384
  Blob data;
};

Blob EncodeEvent(const CcEvent& event);
// What a log begins with: that its only digests are SHA-384.
Blob EncodeSpecId();

// What OVMF measures on its way to Linux, with Secure Boot on, and a last event
// in RTMR3 for what starts the workload. `owner`: the certificate, in DER, that
// PK, KEK and db name.
std::vector<CcEvent> BootEvents(const Blob& owner);

// Some text, measured as it is.
CcEvent TextEvent(size_t rtmr, const std::string& text);

// The ACPI table CCEL, 56 bytes: ACPI 6.5, section 5.2.34. `length`: the least
// that the area of the log has.
Blob MakeCcelTable(uint64_t length);

}  // namespace tee_emulator

#endif  // TESTS_SUPPORT_TEE_EMULATOR_CCEL_LOG_H_
