#include "evidence/raw/azure_td.h"

#include <string>

#include "gmock/gmock.h"

#include "quote/crypto/digest.h"
#include "tests/evidence/raw/tdx_fixture.h"
#include "tests/quote/azure/hcl_builder.h"
#include "tests/support/tdx_quoter/td_report.h"

namespace evidenced {
namespace {

using ::testing::ElementsAre;

constexpr char kRuntimeData[] = R"({"keys":["stands for an AK"]})";

// An HCL report of a TD, and the quote of its TDREPORT.
class AzureTd : public ::testing::Test {
 protected:
  AzureTd() {
    spec_.td.report_data = Sha256(AsBytes(std::string(kRuntimeData)));
    spec_.td.report_data.resize(64);
    reported_ = spec_.td;
  }

  RawAzureTd Judge(RawVerdict& verdict, bool quoted = true) {
    Bytes hardware = tdx_quoter::MakeTdReport(reported_);
    hardware.resize(1184);
    bytes_ = HclReportBytes(
        {.report_type = 4, .hardware_report = hardware, .json = json_});
    quote_ = SharedTdxMachine().Quote(spec_);
    const AzureHclReport hcl = ParseAzureHclReport(bytes_).value();
    if (!quoted) return JudgeAzureTd(hcl, std::nullopt, verdict);
    return JudgeAzureTd(hcl, InputOf(quote_), verdict);
  }
  void ExpectReject(absl::string_view check, ErrorClass error_class) {
    RawVerdict verdict;
    EXPECT_FALSE(Judge(verdict).bound);
    EXPECT_EQ(verdict.error_class(), error_class);
    EXPECT_EQ(OutcomeOf(verdict, check), Outcome::kFail) << check;
  }

  tdx_quoter::QuoteSpec spec_;
  tdx_quoter::Td reported_;
  std::string json_ = kRuntimeData;
  Bytes bytes_;
  Bytes quote_;
};

TEST_F(AzureTd, AcceptsAQuoteOfTheReport) {
  RawVerdict verdict;
  const RawAzureTd judged = Judge(verdict);
  EXPECT_TRUE(judged.bound);
  EXPECT_EQ(verdict.outcome(), RawOutcome::kAccept);
  // By itself the TDREPORT is not decided.
  EXPECT_EQ(judged.report.verdict.outcome(), RawOutcome::kIncomplete);
  for (const char* name :
       {"report_data_binds_runtime_data", "td_quote_report_data_matches_hcl",
        "td_quote_measurements_match_tdreport",
        "tdreport/tee_info_hash_matches", "td_quote/quote_signature_valid"}) {
    EXPECT_EQ(OutcomeOf(verdict, name), Outcome::kPass) << name;
  }
}

TEST_F(AzureTd, IsIncompleteWithoutAQuote) {
  RawVerdict verdict;
  EXPECT_FALSE(Judge(verdict, false).bound);
  EXPECT_EQ(verdict.outcome(), RawOutcome::kIncomplete);
  EXPECT_THAT(verdict.undecided(), ElementsAre(std::string(kTdReportMacCheck)));
}

TEST_F(AzureTd, RejectsRuntimeDataThatNothingCovers) {
  json_.back() = ' ';
  ExpectReject("report_data_binds_runtime_data", ErrorClass::kBindingMismatch);
  ExpectReject("td_quote_report_data_matches_hcl",
               ErrorClass::kBindingMismatch);
}

// Another TD of the same platform may quote the same report data.
TEST_F(AzureTd, RejectsAQuoteOfAnotherTd) {
  spec_.td.mr_td = Bytes(48, 0x77);
  ExpectReject("td_quote_measurements_match_tdreport",
               ErrorClass::kBindingMismatch);
}

TEST_F(AzureTd, RejectsAQuoteOnAnotherModule) {
  spec_.td.mr_seam = Bytes(48, 0x77);
  ExpectReject("td_quote_measurements_match_tdreport",
               ErrorClass::kBindingMismatch);
}

TEST_F(AzureTd, RejectsAQuoteThatIsNotGenuine) {
  spec_.qe_report_data = Bytes(64, 1);
  ExpectReject("td_quote/qe_report_data_binds_attestation_key",
               ErrorClass::kBindingMismatch);
}

}  // namespace
}  // namespace evidenced
