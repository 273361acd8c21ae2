// A TDREPORT has one size and type, and is written again from its fields but
// for what is reserved. Both hashes hold exactly of what they are over.
#include <cstddef>
#include <cstdint>

#include "quote/tdx/td_report.h"
#include "tests/fuzz/properties.h"
#include "tests/support/tdx_quoter/td_report.h"

namespace {

using evidenced::Bytes;
using evidenced::ByteView;
using evidenced::Require;
using evidenced::TdReport;

// The report of a TD that is as in `report`.
Bytes Again(const TdReport& report) {
  tdx_quoter::Td td;
  td.tee_tcb_svn.assign(report.tcb_info.tee_tcb_svn.begin(),
                        report.tcb_info.tee_tcb_svn.end());
  td.tee_tcb_svn_2.assign(report.tcb_info.tee_tcb_svn_2.begin(),
                          report.tcb_info.tee_tcb_svn_2.end());
  td.mr_seam = report.tcb_info.mr_seam;
  td.mrsigner_seam = report.tcb_info.mrsigner_seam;
  td.seam_attributes = report.tcb_info.attributes;
  td.attributes = report.td.td_attributes;
  td.xfam = report.td.xfam;
  td.mr_td = report.td.mr_td;
  td.mr_config_id = report.td.mr_config_id;
  td.mr_owner = report.td.mr_owner;
  td.mr_owner_config = report.td.mr_owner_config;
  td.rtmr = report.td.rtmr;
  td.report_data = report.report_data;
  td.mr_service_td = report.servtd_hash;
  return tdx_quoter::MakeTdReport(td);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteView bytes(data, size);
  const auto report = evidenced::ParseTdReport(bytes);
  Require(report.ok() == (size == evidenced::kTdReportSize && data[0] == 0x81));
  if (!report.ok()) return 0;
  const Bytes again = Again(*report);
  // 17 bytes of no use between, and 64 at the end.
  Require(evidenced::Equal(ByteView(again).subspan(0x200, 0x1C0),
                           bytes.subspan(0x200, 0x1C0)));
  Require(evidenced::Equal(ByteView(again).subspan(0x108, 0x88),
                           bytes.subspan(0x108, 0x88)));
  Require(CheckTdReportTcbInfo(*report).ok() ==
          evidenced::Equal(evidenced::Sha384(bytes.subspan(0x100, 239)),
                           bytes.subspan(0x20, 48)));
  Require(CheckTdReportTdInfo(*report).ok() ==
          evidenced::Equal(evidenced::Sha384(bytes.subspan(0x200)),
                           bytes.subspan(0x50, 48)));
  return 0;
}
