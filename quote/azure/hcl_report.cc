#include "quote/azure/hcl_report.h"

#include <algorithm>

#include "absl/strings/str_format.h"

#include "quote/base/byte_reader.h"
#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

constexpr uint32_t kMagic = 0x48434c41;  // "HCLA"
constexpr uint32_t kMinVersion = 1;
constexpr uint32_t kMaxVersion = 2;
constexpr size_t kHeaderReserved = 12;

absl::Status CheckMagic(ByteReader& in) {
  const auto magic = in.Be<uint32_t>();
  RETURN_IF_ERROR(in.Check("HCL report"));
  if (magic == kMagic) return absl::OkStatus();
  return Classified(
      ErrorClass::kMalformed,
      absl::InvalidArgumentError(absl::StrFormat(
          "expected the magic 0x%08x (HCLA), found 0x%08x", kMagic, magic)));
}

}  // namespace

absl::string_view AzureReportTypeName(uint32_t report_type) {
  switch (static_cast<AzureReportType>(report_type)) {
    case AzureReportType::kSnp:
      return "snp";
    case AzureReportType::kTvm:
      return "tvm";
    case AzureReportType::kTdx:
      return "tdx";
  }
  return "unknown";
}

std::optional<HashAlgorithm> AzureHashType(uint32_t hash_type) {
  switch (hash_type) {
    case 1:
      return HashAlgorithm::kSha256;
    case 2:
      return HashAlgorithm::kSha384;
    case 3:
      return HashAlgorithm::kSha512;
    default:
      return std::nullopt;
  }
}

absl::StatusOr<AzureHclReport> ParseAzureHclReport(ByteView bytes) {
  if (bytes.empty()) {
    return Classified(
        ErrorClass::kEmpty,
        absl::InvalidArgumentError("expected an HCL report, found no byte"));
  }
  ByteReader in(bytes);
  RETURN_IF_ERROR(CheckMagic(in));  // 0x000
  AzureHclReport report;
  report.version = in.Le<uint32_t>();                          // 0x004
  report.report_size = in.Le<uint32_t>();                      // 0x008
  report.request_type = in.Le<uint32_t>();                     // 0x00C
  report.status = in.Le<uint32_t>();                           // 0x010
  in.Take(kHeaderReserved);                                    // 0x014
  report.hardware_report = in.Take(kAzureHardwareReportSize);  // 0x020
  report.data_size = in.Le<uint32_t>();                        // 0x4C0
  report.data_version = in.Le<uint32_t>();                     // 0x4C4
  report.report_type = in.Le<uint32_t>();                      // 0x4C8
  report.hash_type = in.Le<uint32_t>();                        // 0x4CC
  const auto size = in.Le<uint32_t>();                         // 0x4D0
  report.variable_data = in.Take(size);                        // 0x4D4
  report.rest = in.Rest();
  RETURN_IF_ERROR(in.Finish("HCL report"));
  return report;
}

absl::Status CheckAzureVersion(const AzureHclReport& report) {
  if (report.version >= kMinVersion && report.version <= kMaxVersion) {
    return absl::OkStatus();
  }
  return Classified(ErrorClass::kUnsupportedVersion,
                    absl::InvalidArgumentError(absl::StrFormat(
                        "expected an HCL report of version %d or %d, found %d",
                        kMinVersion, kMaxVersion, report.version)));
}

absl::Status CheckAzureRuntimeData(const AzureHclReport& report,
                                   ByteView report_data) {
  const std::optional<HashAlgorithm> hash = AzureHashType(report.hash_type);
  if (!hash.has_value()) {
    return Classified(
        ErrorClass::kUnsupportedAlgorithm,
        absl::InvalidArgumentError(absl::StrFormat(
            "expected SHA-256 (1), SHA-384 (2) or SHA-512 (3) as hash of the "
            "runtime data, found %d",
            report.hash_type)));
  }
  const Bytes expected = Hash(*hash, {report.variable_data});
  Bytes padded = expected;
  padded.resize(std::max(report_data.size(), expected.size()));
  if (Equal(report_data, padded)) return absl::OkStatus();
  return Classified(
      ErrorClass::kBindingMismatch,
      absl::UnauthenticatedError(absl::StrFormat(
          "expected the %s of the runtime data (%s) and then zeros as report "
          "data, found %s",
          HashName(*hash), Hex(expected), Hex(report_data))));
}

}  // namespace evidenced
