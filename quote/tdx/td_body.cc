#include "quote/tdx/td_body.h"

namespace evidenced {
namespace {

constexpr size_t kDigestSize = 48;  // SHA-384

Bytes ReadDigest(ByteReader& in) { return ToBytes(in.Take(kDigestSize)); }

TcbSvns ReadSvns(ByteReader& in) { return TcbSvnsOf(in.Take(kTcbComponents)); }

}  // namespace

TdMeasurements ReadTdMeasurements(ByteReader& in) {
  TdMeasurements td;
  td.td_attributes = in.Le<uint64_t>();               // 0x000
  td.xfam = in.Le<uint64_t>();                        // 0x008
  td.mr_td = ReadDigest(in);                          // 0x010
  td.mr_config_id = ReadDigest(in);                   // 0x040
  td.mr_owner = ReadDigest(in);                       // 0x070
  td.mr_owner_config = ReadDigest(in);                // 0x0A0
  for (Bytes& rtmr : td.rtmr) rtmr = ReadDigest(in);  // 0x0D0
  return td;
}

TdBody ReadTd10Body(ByteReader& in) {
  TdBody body;
  body.tee_tcb_svn = ReadSvns(in);                         // 0x000
  body.mr_seam = ReadDigest(in);                           // 0x010
  body.mrsigner_seam = ReadDigest(in);                     // 0x040
  body.seam_attributes = in.Le<uint64_t>();                // 0x070
  body.td = ReadTdMeasurements(in);                        // 0x078
  body.report_data = ToBytes(in.Take(kTdReportDataSize));  // 0x208
  return body;
}

TdBody ReadTd15Body(ByteReader& in) {
  TdBody body = ReadTd10Body(in);
  body.tee_tcb_svn_2 = ReadSvns(in);    // 0x248
  body.mr_service_td = ReadDigest(in);  // 0x258
  return body;
}

}  // namespace evidenced
