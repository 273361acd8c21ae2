#ifndef QUOTE_AZURE_HCL_REPORT_H_
#define QUOTE_AZURE_HCL_REPORT_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "quote/base/bytes.h"
#include "quote/crypto/digest.h"

namespace evidenced {

// What hardware report an HCL report holds.
enum class AzureReportType : uint32_t { kSnp = 2, kTvm = 3, kTdx = 4 };

// "snp", "tvm", "tdx"; "unknown" of another number.
absl::string_view AzureReportTypeName(uint32_t report_type);

// nullopt: no hash that HCL reports have. 1, 2 and 3 are SHA-256, SHA-384 and
// SHA-512.
std::optional<HashAlgorithm> AzureHashType(uint32_t hash_type);

// An HCL report, which the paravisor of an Azure confidential VM keeps in the
// NV index 0x01400001 of the VM's TPM: Microsoft, "Azure confidential VMs guest
// attestation design detail", sections "Attestation report" and "Runtime data".
// Integers are little-endian. Views into its bytes.
struct AzureHclReport {
  uint32_t version = 0;
  uint32_t report_size = 0;  // as it says, of no use
  uint32_t request_type = 0;
  uint32_t status = 0;
  ByteView hardware_report;  // kAzureHardwareReportSize bytes
  uint32_t data_size = 0;    // as it says, of no use
  uint32_t data_version = 0;
  uint32_t report_type = 0;
  uint32_t hash_type = 0;
  // JSON, whose hash is in the hardware report's report data.
  ByteView variable_data;
  ByteView rest;  // of the NV index, behind the report
};

inline constexpr size_t kAzureHardwareReportSize = 1184;
// Where the JSON begins.
inline constexpr size_t kAzureVariableDataOffset = 1236;

// Checks the layout only and says nothing about who signed the hardware report.
// No signature covers anything but that and, by its hash, the JSON. A version
// or type that this project does not know is read like those that it does.
// INVALID_ARGUMENT: no byte (kEmpty), another magic than "HCLA" (kMalformed), a
// field or the JSON that ends early (kTruncated).
absl::StatusOr<AzureHclReport> ParseAzureHclReport(ByteView bytes);

// Version 1 or 2. INVALID_ARGUMENT (kUnsupportedVersion): another.
absl::Status CheckAzureVersion(const AzureHclReport& report);

// OK if and only if `report_data` of the hardware report begins with the hash
// of the JSON. INVALID_ARGUMENT (kUnsupportedAlgorithm): an unknown hash.
// UNAUTHENTICATED (kBindingMismatch): otherwise.
absl::Status CheckAzureRuntimeData(const AzureHclReport& report,
                                   ByteView report_data);

}  // namespace evidenced

#endif  // QUOTE_AZURE_HCL_REPORT_H_
