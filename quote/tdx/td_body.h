#ifndef QUOTE_TDX_TD_BODY_H_
#define QUOTE_TDX_TD_BODY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

#include "quote/base/byte_reader.h"
#include "quote/base/bytes.h"
#include "quote/tdx/tcb_svns.h"

namespace evidenced {

inline constexpr size_t kTdReportDataSize = 64;
inline constexpr size_t kTd10BodySize = 584;
inline constexpr size_t kTd15BodySize = 648;

// What a TD is and what was measured in it, as it stands in a quote and in a
// TDREPORT: Intel 348549 (TDX module 1.5 ABI), "TDINFO_STRUCT". The bits of
// both masks have their names in td_bits.h.
struct TdMeasurements {
  uint64_t td_attributes = 0;
  uint64_t xfam = 0;
  Bytes mr_td;
  Bytes mr_config_id;
  Bytes mr_owner;
  Bytes mr_owner_config;
  std::array<Bytes, 4> rtmr;
};

// ATTRIBUTES, XFAM, MRTD, MRCONFIGID, MROWNER, MROWNERCONFIG, RTMR0 to RTMR3.
TdMeasurements ReadTdMeasurements(ByteReader& in);

// The TD quote body: Intel TDX DCAP Quoting Library API, appendix 3, "TD Quote
// Body". Integers are little-endian.
struct TdBody {
  TcbSvns tee_tcb_svn = {};  // at the TD's launch
  Bytes mr_seam;             // of the TDX module
  Bytes mrsigner_seam;       // zero: Intel's module
  uint64_t seam_attributes = 0;
  TdMeasurements td;
  Bytes report_data;
  // TD 1.5 alone.
  std::optional<TcbSvns> tee_tcb_svn_2;  // of the module that runs now
  Bytes mr_service_td;                   // empty: none

  // "td10", "td15"
  absl::string_view kind() const {
    return tee_tcb_svn_2.has_value() ? "td15" : "td10";
  }
};

// Of kTd10BodySize bytes, and of kTd15BodySize.
TdBody ReadTd10Body(ByteReader& in);
TdBody ReadTd15Body(ByteReader& in);

}  // namespace evidenced

#endif  // QUOTE_TDX_TD_BODY_H_
