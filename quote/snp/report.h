#ifndef QUOTE_SNP_REPORT_H_
#define QUOTE_SNP_REPORT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "quote/base/bytes.h"
#include "quote/snp/product.h"

namespace evidenced {

inline constexpr size_t kSnpReportSize = 0x4A0;
inline constexpr size_t kSnpSignedSize = 0x2A0;  // what the signature is over
inline constexpr size_t kSnpReportDataSize = 64;
inline constexpr uint32_t kSnpMinVersion = 2;
inline constexpr uint32_t kSnpMaxVersion = 5;

// SIGNING_KEY; 2 to 6 are reserved.
inline constexpr uint8_t kSnpSignedByVcek = 0;
inline constexpr uint8_t kSnpSignedByVlek = 1;
inline constexpr uint8_t kSnpNotSigned = 7;

// Version of the SNP firmware.
struct SnpFirmware {
  uint8_t build = 0;
  uint8_t minor = 0;
  uint8_t major = 0;

  bool operator==(const SnpFirmware&) const = default;
};

// An ATTESTATION_REPORT: AMD 56860, "ATTESTATION_REPORT". Integers are
// little-endian. TCB versions are raw: see SnpTcb. The bits of policy and
// platform information have their names in report_bits.h.
struct SnpReport {
  uint32_t version = 0;
  uint32_t guest_svn = 0;
  uint64_t policy = 0;
  Bytes family_id;
  Bytes image_id;
  uint32_t vmpl = 0;
  uint32_t signature_algo = 0;  // 1: ECDSA P-384 with SHA-384
  uint64_t current_tcb = 0;
  uint64_t platform_info = 0;
  uint32_t key_info = 0;  // AUTHOR_KEY_EN, MASK_CHIP_KEY, SIGNING_KEY
  Bytes report_data;
  Bytes measurement;
  Bytes host_data;
  Bytes id_key_digest;
  Bytes author_key_digest;
  Bytes report_id;
  Bytes report_id_ma;
  uint64_t reported_tcb = 0;
  std::optional<SnpCpuid> cpuid;  // version 3 and later
  Bytes chip_id;
  uint64_t committed_tcb = 0;
  SnpFirmware current_version;
  SnpFirmware committed_version;
  uint64_t launch_tcb = 0;
  std::optional<uint64_t> launch_mit_vector;   // version 5 and later
  std::optional<uint64_t> current_mit_vector;  // version 5 and later
  Bytes signature_r;  // big-endian, without leading zero bytes
  Bytes signature_s;
  std::vector<std::string> nonzero_reserved;  // offsets: "0x04c"

  bool author_key_en() const { return (key_info & 1) != 0; }
  bool mask_chip_key() const { return (key_info & 2) != 0; }
  uint8_t signing_key() const { return key_info >> 2 & 7; }
};

// "vcek", "vlek", "none" or "reserved (3)".
std::string SnpSigningKeyName(uint8_t signing_key);

// Checks the layout only and says nothing about who signed it: see
// VerifySnpReport(). A version that this project does not know is read like
// the nearest one that it does. INVALID_ARGUMENT: `bytes` is not exactly
// kSnpReportSize long (kEmpty, kTruncated, kMalformed).
absl::StatusOr<SnpReport> ParseSnpReport(ByteView bytes);

}  // namespace evidenced

#endif  // QUOTE_SNP_REPORT_H_
