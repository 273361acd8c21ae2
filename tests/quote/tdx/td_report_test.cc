#include "quote/tdx/td_report.h"

#include "gmock/gmock.h"

#include "quote/base/error_class.h"
#include "tests/support/tdx_quoter/td_report.h"

namespace evidenced {
namespace {

using tdx_quoter::MakeTdReport;

void ExpectRefused(ByteView bytes, ErrorClass error_class) {
  const auto report = ParseTdReport(bytes);
  EXPECT_EQ(report.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ErrorClassOf(report.status()), error_class) << report.status();
}

TEST(ParseTdReport, FindsEachFieldInPlace) {
  const auto report = ParseTdReport(MakeTdReport({}));
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->type, 0x81);
  EXPECT_EQ(report->subtype, 0);
  EXPECT_EQ(report->version, 1);
  EXPECT_EQ(report->cpu_svn, Bytes(16, 0xc5));
  EXPECT_EQ(report->report_data, Bytes(64, 0xda));
  EXPECT_EQ(report->mac, Bytes(32, 0x3a));
  EXPECT_EQ(report->tcb_info.valid, 0x301ffU);
  EXPECT_EQ(Hex(report->tcb_info.tee_tcb_svn),
            "05010200000000000000000000000000");
  EXPECT_EQ(report->tcb_info.mr_seam, Bytes(48, 0x5e));
  EXPECT_EQ(report->tcb_info.mrsigner_seam, Bytes(48, 0));
  EXPECT_EQ(report->tcb_info.attributes, 0U);
  EXPECT_EQ(Hex(report->tcb_info.tee_tcb_svn_2),
            "06010300000000000000000000000000");
  EXPECT_EQ(report->td.td_attributes, 0x10000000U);
  EXPECT_EQ(report->td.xfam, 0x602e7U);
  EXPECT_EQ(report->td.mr_td, Bytes(48, 0x3d));
  EXPECT_EQ(report->td.rtmr[0], Bytes(48, 0xa0));
  EXPECT_EQ(report->td.rtmr[3], Bytes(48, 0xa3));
  EXPECT_EQ(report->servtd_hash, Bytes(48, 0x5d));
  EXPECT_TRUE(CheckTdReportTcbInfo(*report).ok());
  EXPECT_TRUE(CheckTdReportTdInfo(*report).ok());
}

TEST(ParseTdReport, RefusesOtherSizes) {
  const Bytes report = MakeTdReport({});
  ExpectRefused({}, ErrorClass::kEmpty);
  for (size_t size = 1; size < report.size(); ++size) {
    ExpectRefused(ByteView(report).first(size), ErrorClass::kTruncated);
  }
  Bytes longer = report;
  longer.push_back(0);
  ExpectRefused(longer, ErrorClass::kMalformed);
}

TEST(ParseTdReport, RefusesReportsOfOtherTees) {
  for (const uint8_t type : {0x00, 0x80, 0x82, 0xff}) {
    ExpectRefused(MakeTdReport({}, type), ErrorClass::kUnsupportedType);
  }
}

// The MAC covers the hashes, and those what they are of.
TEST(CheckTdReport, RefusesEveryFlippedByteOfWhatIsHashed) {
  Bytes bytes = MakeTdReport({});
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i < 0x80 && i >= 0x20) continue;  // the hashes themselves: below
    if (i == 0) continue;                 // the type
    bytes[i] ^= static_cast<uint8_t>(1U << (i % 8));
    const TdReport report = ParseTdReport(bytes).value();
    EXPECT_EQ(CheckTdReportTcbInfo(report).ok(), i < 0x100 || i >= 0x1EF) << i;
    EXPECT_EQ(CheckTdReportTdInfo(report).ok(), i < 0x200) << i;
    bytes[i] ^= static_cast<uint8_t>(1U << (i % 8));
  }
}

TEST(CheckTdReport, RefusesEveryFlippedByteOfTheHashes) {
  Bytes bytes = MakeTdReport({});
  for (size_t i = 0x20; i < 0x80; ++i) {
    bytes[i] ^= 1;
    const TdReport report = ParseTdReport(bytes).value();
    const absl::Status refused =
        i < 0x50 ? CheckTdReportTcbInfo(report) : CheckTdReportTdInfo(report);
    EXPECT_EQ(ErrorClassOf(refused), ErrorClass::kBindingMismatch) << i;
    EXPECT_EQ(refused.code(), absl::StatusCode::kUnauthenticated);
    bytes[i] ^= 1;
  }
}

}  // namespace
}  // namespace evidenced
