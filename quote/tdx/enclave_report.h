#ifndef QUOTE_TDX_ENCLAVE_REPORT_H_
#define QUOTE_TDX_ENCLAVE_REPORT_H_

#include <cstddef>
#include <cstdint>

#include "quote/base/byte_reader.h"
#include "quote/base/bytes.h"

namespace evidenced {

inline constexpr size_t kEnclaveReportSize = 384;

// The report of an SGX enclave, as that of the quoting enclave in a TD quote:
// Intel TDX DCAP Quoting Library API, appendix 3, "Enclave Report Body". Byte
// strings in the order of the wire; integers are little-endian.
struct EnclaveReport {
  Bytes cpu_svn;      // 16
  Bytes misc_select;  // 4
  Bytes attributes;   // 16: flags, then XFRM
  Bytes mr_enclave;
  Bytes mr_signer;
  uint16_t isv_prod_id = 0;
  uint16_t isv_svn = 0;
  Bytes report_data;  // 64

  // The first byte of the flags.
  bool debug() const { return (attributes.at(0) & 2U) != 0; }
};

// Of kEnclaveReportSize bytes.
EnclaveReport ReadEnclaveReport(ByteReader& in);

}  // namespace evidenced

#endif  // QUOTE_TDX_ENCLAVE_REPORT_H_
