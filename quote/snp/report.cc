#include "quote/snp/report.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"

#include "quote/base/byte_reader.h"
#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

constexpr uint32_t kCpuidVersion = 3;
constexpr uint32_t kMitVectorVersion = 5;
constexpr uint32_t kKeyInfoBits = 0x1f;
constexpr size_t kNumberSize = 72;  // of R and of S

// Skips bytes that must be zero, and notes where they are not.
void Reserved(ByteReader& in, size_t size, SnpReport& report) {
  const size_t offset = in.position();
  const ByteView bytes = in.Take(size);
  if (std::any_of(bytes.begin(), bytes.end(),
                  [](uint8_t byte) { return byte != 0; })) {
    report.nonzero_reserved.push_back(absl::StrFormat("0x%03x", offset));
  }
}

Bytes ReadNumber(ByteReader& in) {
  const ByteView wire = in.Take(kNumberSize);
  const auto top = std::find_if(wire.rbegin(), wire.rend(),
                                [](uint8_t byte) { return byte != 0; });
  return {top, wire.rend()};
}

SnpFirmware ReadFirmware(ByteReader& in, SnpReport& report) {
  SnpFirmware firmware;
  firmware.build = in.U8();
  firmware.minor = in.U8();
  firmware.major = in.U8();
  Reserved(in, 1, report);
  return firmware;
}

void ReadCpuid(ByteReader& in, SnpReport& report) {
  if (report.version < kCpuidVersion) {
    Reserved(in, 24, report);
    return;
  }
  SnpCpuid cpuid;
  cpuid.family = in.U8();    // 0x188
  cpuid.model = in.U8();     // 0x189
  cpuid.stepping = in.U8();  // 0x18A
  report.cpuid = cpuid;
  Reserved(in, 21, report);  // 0x18B
}

void ReadMitVectors(ByteReader& in, SnpReport& report) {
  if (report.version < kMitVectorVersion) {
    Reserved(in, 168, report);
    return;
  }
  report.launch_mit_vector = in.Le<uint64_t>();   // 0x1F8
  report.current_mit_vector = in.Le<uint64_t>();  // 0x200
  Reserved(in, 152, report);                      // 0x208
}

void ReadSigned(ByteReader& in, SnpReport& report) {
  report.version = in.Le<uint32_t>();                   // 0x000
  report.guest_svn = in.Le<uint32_t>();                 // 0x004
  report.policy = in.Le<uint64_t>();                    // 0x008
  report.family_id = ToBytes(in.Take(16));              // 0x010
  report.image_id = ToBytes(in.Take(16));               // 0x020
  report.vmpl = in.Le<uint32_t>();                      // 0x030
  report.signature_algo = in.Le<uint32_t>();            // 0x034
  report.current_tcb = in.Le<uint64_t>();               // 0x038
  report.platform_info = in.Le<uint64_t>();             // 0x040
  report.key_info = in.Le<uint32_t>();                  // 0x048
  Reserved(in, 4, report);                              // 0x04C
  report.report_data = ToBytes(in.Take(64));            // 0x050
  report.measurement = ToBytes(in.Take(48));            // 0x090
  report.host_data = ToBytes(in.Take(32));              // 0x0C0
  report.id_key_digest = ToBytes(in.Take(48));          // 0x0E0
  report.author_key_digest = ToBytes(in.Take(48));      // 0x110
  report.report_id = ToBytes(in.Take(32));              // 0x140
  report.report_id_ma = ToBytes(in.Take(32));           // 0x160
  report.reported_tcb = in.Le<uint64_t>();              // 0x180
  ReadCpuid(in, report);                                // 0x188
  report.chip_id = ToBytes(in.Take(64));                // 0x1A0
  report.committed_tcb = in.Le<uint64_t>();             // 0x1E0
  report.current_version = ReadFirmware(in, report);    // 0x1E8
  report.committed_version = ReadFirmware(in, report);  // 0x1EC
  report.launch_tcb = in.Le<uint64_t>();                // 0x1F0
  ReadMitVectors(in, report);                           // 0x1F8
}

}  // namespace

std::string SnpSigningKeyName(uint8_t signing_key) {
  switch (signing_key) {
    case kSnpSignedByVcek:
      return "vcek";
    case kSnpSignedByVlek:
      return "vlek";
    case kSnpNotSigned:
      return "none";
    default:
      return absl::StrFormat("reserved (%d)", signing_key);
  }
}

absl::StatusOr<SnpReport> ParseSnpReport(ByteView bytes) {
  if (bytes.empty()) {
    return Classified(
        ErrorClass::kEmpty,
        absl::InvalidArgumentError(absl::StrFormat(
            "expected a report of %d bytes, found none", kSnpReportSize)));
  }
  if (bytes.size() != kSnpReportSize) {
    return Classified(bytes.size() < kSnpReportSize ? ErrorClass::kTruncated
                                                    : ErrorClass::kMalformed,
                      absl::InvalidArgumentError(absl::StrFormat(
                          "expected a report of %d bytes, found %d",
                          kSnpReportSize, bytes.size())));
  }
  ByteReader in(bytes);
  SnpReport report;
  ReadSigned(in, report);
  report.signature_r = ReadNumber(in);   // 0x2A0
  report.signature_s = ReadNumber(in);   // 0x2E8
  Reserved(in, in.remaining(), report);  // 0x330
  RETURN_IF_ERROR(in.Finish("ATTESTATION_REPORT"));
  if ((report.key_info & ~kKeyInfoBits) != 0) {
    report.nonzero_reserved.insert(report.nonzero_reserved.begin(), "0x048");
  }
  return report;
}

}  // namespace evidenced
