#ifndef QUOTE_TDX_TD_REPORT_H_
#define QUOTE_TDX_TD_REPORT_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "quote/base/bytes.h"
#include "quote/tdx/tcb_svns.h"
#include "quote/tdx/td_body.h"

namespace evidenced {

inline constexpr size_t kTdReportSize = 1024;
inline constexpr uint8_t kTdReportType = 0x81;

// TEE_TCB_INFO: what the TD runs on.
struct TdTcbInfo {
  uint64_t valid = 0;  // which fields are, a bit each
  TcbSvns tee_tcb_svn = {};
  Bytes mr_seam;
  Bytes mrsigner_seam;
  uint64_t attributes = 0;
  TcbSvns tee_tcb_svn_2 = {};  // zero of TD 1.0
};

// A TDREPORT_STRUCT, as TDG.MR.REPORT makes it: Intel 348549 (TDX module 1.5
// ABI), "TDREPORT_STRUCT". Integers are little-endian.
struct TdReport {
  uint8_t type = 0;
  uint8_t subtype = 0;
  uint8_t version = 0;
  Bytes cpu_svn;
  Bytes tee_tcb_info_hash;
  Bytes tee_info_hash;
  Bytes report_data;
  Bytes mac;  // only the CPU that made it can check it
  TdTcbInfo tcb_info;
  TdMeasurements td;
  Bytes servtd_hash;
  // As they were hashed.
  Bytes tcb_info_bytes;
  Bytes td_info_bytes;
};

// Checks the layout only. Nothing in the report says who made it: its MAC is
// for the same CPU, which makes a quote of it. INVALID_ARGUMENT:
// - not exactly kTdReportSize bytes (kEmpty, kTruncated, kMalformed)
// - a type other than kTdReportType (kUnsupportedType)
absl::StatusOr<TdReport> ParseTdReport(ByteView bytes);

// Whether the part that the MAC covers has the SHA-384 of TEE_TCB_INFO, and of
// TDINFO. UNAUTHENTICATED (kBindingMismatch): otherwise.
absl::Status CheckTdReportTcbInfo(const TdReport& report);
absl::Status CheckTdReportTdInfo(const TdReport& report);

}  // namespace evidenced

#endif  // QUOTE_TDX_TD_REPORT_H_
