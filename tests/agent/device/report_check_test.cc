#include "agent/device/report_check.h"

#include <algorithm>
#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "quote/base/bytes.h"
#include "tests/agent/device/report_fixture.h"
#include "tests/agent/device/tdx_quotes.h"

namespace evidenced {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

Bytes WithDataAt(size_t size, size_t offset) {
  Bytes out(size, 0x11);
  const ReportData data = TestData();
  std::copy(data.begin(), data.end(),
            out.begin() + static_cast<int64_t>(offset));
  return out;
}

Bytes TdxQuote(uint16_t version, const ReportData& data = TestData()) {
  TdxQuotes quotes;
  quotes.SetVersion(version);
  return quotes.Over(data);
}

TEST(CheckReport, FindsTheDataWhereEachFormatHasIt) {
  const ReportData data = TestData();
  EXPECT_TRUE(
      CheckReport(ReportProvider::kSevGuest, WithDataAt(1184, 0x50), data)
          .ok());
  for (const uint16_t version : {4, 5}) {
    EXPECT_TRUE(
        CheckReport(ReportProvider::kTdxGuest, TdxQuote(version), data).ok());
  }
  EXPECT_TRUE(
      CheckReport(ReportProvider::kArmCcaGuest, WithDataAt(300, 77), data)
          .ok());
}

TEST(CheckReport, TakesAQuoteThatIsPaddedOrLarge) {
  TdxQuotes quotes;
  for (const size_t padding : {1U, 4096U, 32768U, 1000000U}) {
    quotes.SetPadding(padding);
    EXPECT_TRUE(CheckReport(ReportProvider::kTdxGuest, quotes.Over(TestData()),
                            TestData())
                    .ok())
        << padding;
  }
}

// A verifier would refuse it, and nobody would know why.
TEST(CheckReport, RefusesAQuoteWithOtherBytesThanZerosBehindIt) {
  const Bytes bytes = {0, 0, 1, 0};
  for (const auto set : {&TdxQuotes::SetSlack, &TdxQuotes::SetTrailing}) {
    TdxQuotes quotes;
    (quotes.*set)(Bytes(bytes.size(), 0));
    EXPECT_TRUE(CheckReport(ReportProvider::kTdxGuest, quotes.Over(TestData()),
                            TestData())
                    .ok());
    (quotes.*set)(bytes);
    const absl::Status status = CheckReport(
        ReportProvider::kTdxGuest, quotes.Over(TestData()), TestData());
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    EXPECT_THAT(Message(status),
                AllOf(HasSubstr("tdx_guest: expected nothing but zeros behind"),
                      HasSubstr("found other bytes")));
  }
}

TEST(CheckReport, RefusesDataThatIsElsewhere) {
  const ReportData data = TestData();
  for (const auto& [provider, report] :
       {std::pair(ReportProvider::kSevGuest, WithDataAt(1184, 0x51)),
        std::pair(ReportProvider::kTdxGuest, TdxQuote(4, TestData(0x41))),
        std::pair(ReportProvider::kTdxGuest, TdxQuote(5, TestData(0x41))),
        std::pair(ReportProvider::kArmCcaGuest, Bytes(300, 0x11))}) {
    const absl::Status status = CheckReport(provider, report, data);
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    EXPECT_THAT(Message(status), HasSubstr("expected report data 4041"));
  }
}

TEST(CheckReport, RefusesEveryTruncation) {
  const ReportData data = TestData();
  for (const auto& [provider, report] :
       {std::pair(ReportProvider::kSevGuest, WithDataAt(1184, 0x50)),
        std::pair(ReportProvider::kTdxGuest, TdxQuote(4)),
        std::pair(ReportProvider::kTdxGuest, TdxQuote(5)),
        std::pair(ReportProvider::kArmCcaGuest, WithDataAt(141, 77))}) {
    for (size_t size = 0; size < report.size(); ++size) {
      EXPECT_EQ(
          CheckReport(provider, ByteView(report).first(size), data).code(),
          absl::StatusCode::kDataLoss)
          << ProviderName(provider) << size;
    }
  }
}

TEST(CheckReport, RefusesBytesBehindAnSnpReport) {
  const absl::Status status = CheckReport(ReportProvider::kSevGuest,
                                          WithDataAt(1185, 0x50), TestData());
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(Message(status),
              HasSubstr("expected a report of 1184 bytes, found 1185"));
}

TEST(CheckReport, RefusesEveryFlippedBitOfTheData) {
  Bytes report = WithDataAt(1184, 0x50);
  for (size_t bit = 0; bit < 8 * sizeof(ReportData); ++bit) {
    report[0x50 + bit / 8] ^= static_cast<uint8_t>(1U << (bit % 8));
    EXPECT_FALSE(
        CheckReport(ReportProvider::kSevGuest, report, TestData()).ok())
        << bit;
    report[0x50 + bit / 8] ^= static_cast<uint8_t>(1U << (bit % 8));
  }
}

TEST(CheckReport, RefusesZerosEvenIfTheyAreWhatWasAskedFor) {
  EXPECT_THAT(Message(CheckReport(ReportProvider::kSevGuest, Bytes(1184), {})),
              HasSubstr("1184 bytes, all of them zero"));
  EXPECT_EQ(CheckReport(ReportProvider::kSevGuest, {}, {}).code(),
            absl::StatusCode::kDataLoss);
}

TEST(CheckReport, RefusesWhatIsNoQuoteOfATd) {
  Bytes quote = TdxQuote(4);
  quote[0] = 6;
  const absl::Status later =
      CheckReport(ReportProvider::kTdxGuest, quote, TestData());
  EXPECT_EQ(later.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(Message(later),
              HasSubstr("expected a quote of version 4 or 5, found 6"));
  quote[0] = 4;
  quote[4] = 0;
  EXPECT_THAT(
      Message(CheckReport(ReportProvider::kTdxGuest, quote, TestData())),
      HasSubstr("expected a quote of TDX"));
}

TEST(ProviderName, IsThatOfConfigfsTsm) {
  for (const std::string name : {"sev_guest", "tdx_guest", "arm_cca_guest"}) {
    const auto provider = ProviderFromName(name);
    ASSERT_TRUE(provider.has_value()) << name;
    EXPECT_EQ(ProviderName(*provider), name);
  }
  EXPECT_EQ(SourceLabel(ReportProvider::kSevGuest), "snp");
  EXPECT_EQ(SourceLabel(ReportProvider::kTdxGuest), "tdx");
  EXPECT_EQ(SourceLabel(ReportProvider::kArmCcaGuest), "arm-cca");
  EXPECT_FALSE(ProviderFromName("sev-guest").has_value());
  EXPECT_FALSE(ProviderFromName("").has_value());
}

}  // namespace
}  // namespace evidenced
