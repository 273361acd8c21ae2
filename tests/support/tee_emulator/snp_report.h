#ifndef TESTS_SUPPORT_TEE_EMULATOR_SNP_REPORT_H_
#define TESTS_SUPPORT_TEE_EMULATOR_SNP_REPORT_H_

#include <cstdint>

#include "tests/support/tee_emulator/blob.h"
#include "tests/support/tee_emulator/snp_keys.h"
#include "tests/support/tee_emulator/snp_machine.h"

namespace tee_emulator {

enum class SigningKey : uint8_t { kVcek = 0, kVlek = 1 };

// What does not change while the emulated guest runs.
struct SnpGuest {
  Product product;
  Blob chip_id;  // 64 bytes
  SigningKey signing_key = SigningKey::kVcek;
  uint32_t version = 3;  // of the report: 2 to 5
  Blob report_id;        // 32 bytes
};

struct SnpReportRequest {
  Blob data;  // 64 bytes
  uint32_t vmpl = 0;
  uint64_t policy = 0;
};

// An ATTESTATION_REPORT, AMD 56860, with a signature of zeros.
Blob LayOutReport(const SnpGuest& guest, const SnpReportRequest& request);

// Signs it: ECDSA with P-384 and SHA-384.
void SignReport(Blob& report, const Key& key);

}  // namespace tee_emulator

#endif  // TESTS_SUPPORT_TEE_EMULATOR_SNP_REPORT_H_
