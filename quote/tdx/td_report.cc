#include "quote/tdx/td_report.h"

#include <string>

#include "absl/strings/str_format.h"

#include "quote/base/byte_reader.h"
#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/digest.h"

namespace evidenced {
namespace {

constexpr size_t kDigestSize = 48;
constexpr size_t kTcbInfoSize = 239;
constexpr size_t kTdInfoSize = 512;

absl::Status Refused(ErrorClass error_class, const std::string& message) {
  return Classified(error_class, absl::InvalidArgumentError(message));
}

// REPORTMACSTRUCT
void ReadMacPart(ByteReader& in, TdReport& report) {
  report.type = in.U8();                                     // 0x000
  report.subtype = in.U8();                                  // 0x001
  report.version = in.U8();                                  // 0x002
  in.Take(13);                                               // 0x003
  report.cpu_svn = ToBytes(in.Take(kTcbComponents));         // 0x010
  report.tee_tcb_info_hash = ToBytes(in.Take(kDigestSize));  // 0x020
  report.tee_info_hash = ToBytes(in.Take(kDigestSize));      // 0x050
  report.report_data = ToBytes(in.Take(kTdReportDataSize));  // 0x080
  in.Take(32);                                               // 0x0C0
  report.mac = ToBytes(in.Take(32));                         // 0x0E0
}

TdTcbInfo ReadTcbInfo(ByteView bytes) {
  ByteReader in(bytes);
  TdTcbInfo info;
  info.valid = in.Le<uint64_t>();                           // 0x00
  info.tee_tcb_svn = TcbSvnsOf(in.Take(kTcbComponents));    // 0x08
  info.mr_seam = ToBytes(in.Take(kDigestSize));             // 0x18
  info.mrsigner_seam = ToBytes(in.Take(kDigestSize));       // 0x48
  info.attributes = in.Le<uint64_t>();                      // 0x78
  info.tee_tcb_svn_2 = TcbSvnsOf(in.Take(kTcbComponents));  // 0x80
  return info;
}

absl::Status CheckHash(absl::string_view what, ByteView bytes, ByteView hash) {
  const Bytes found = Sha384(bytes);
  if (Equal(found, hash)) return absl::OkStatus();
  return Classified(ErrorClass::kBindingMismatch,
                    absl::UnauthenticatedError(absl::StrFormat(
                        "expected the SHA-384 %s of %s, found %s", Hex(hash),
                        what, Hex(found))));
}

}  // namespace

absl::StatusOr<TdReport> ParseTdReport(ByteView bytes) {
  if (bytes.size() != kTdReportSize) {
    return Refused(bytes.empty()                  ? ErrorClass::kEmpty
                   : bytes.size() < kTdReportSize ? ErrorClass::kTruncated
                                                  : ErrorClass::kMalformed,
                   absl::StrFormat("expected a TDREPORT of %d bytes, found %d",
                                   kTdReportSize, bytes.size()));
  }
  ByteReader in(bytes);
  TdReport report;
  ReadMacPart(in, report);
  report.tcb_info_bytes = ToBytes(in.Take(kTcbInfoSize));  // 0x100
  in.Take(17);                                             // 0x1EF
  report.td_info_bytes = ToBytes(in.Take(kTdInfoSize));    // 0x200
  RETURN_IF_ERROR(in.Finish("TDREPORT"));
  if (report.type != kTdReportType) {
    return Refused(
        ErrorClass::kUnsupportedType,
        absl::StrFormat("expected a report of type 0x%02x (TDX), found 0x%02x",
                        kTdReportType, report.type));
  }
  report.tcb_info = ReadTcbInfo(report.tcb_info_bytes);
  ByteReader td_info(report.td_info_bytes);
  report.td = ReadTdMeasurements(td_info);
  report.servtd_hash = ToBytes(td_info.Take(kDigestSize));  // 0x190
  return report;
}

absl::Status CheckTdReportTcbInfo(const TdReport& report) {
  return CheckHash("TEE_TCB_INFO", report.tcb_info_bytes,
                   report.tee_tcb_info_hash);
}

absl::Status CheckTdReportTdInfo(const TdReport& report) {
  return CheckHash("TDINFO", report.td_info_bytes, report.tee_info_hash);
}

}  // namespace evidenced
