#include "quote/tdx/enclave_report.h"

namespace evidenced {

EnclaveReport ReadEnclaveReport(ByteReader& in) {
  EnclaveReport report;
  report.cpu_svn = ToBytes(in.Take(16));      // 0x000
  report.misc_select = ToBytes(in.Take(4));   // 0x010
  in.Take(28);                                // 0x014
  report.attributes = ToBytes(in.Take(16));   // 0x030
  report.mr_enclave = ToBytes(in.Take(32));   // 0x040
  in.Take(32);                                // 0x060
  report.mr_signer = ToBytes(in.Take(32));    // 0x080
  in.Take(96);                                // 0x0A0
  report.isv_prod_id = in.Le<uint16_t>();     // 0x100
  report.isv_svn = in.Le<uint16_t>();         // 0x102
  in.Take(60);                                // 0x104
  report.report_data = ToBytes(in.Take(64));  // 0x140
  return report;
}

}  // namespace evidenced
