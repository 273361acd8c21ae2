#include "quote/azure/hcl_report.h"

#include "gmock/gmock.h"

#include "quote/base/error_class.h"
#include "tests/quote/azure/hcl_builder.h"

namespace evidenced {
namespace {

ErrorClass ClassOf(const Bytes& bytes) {
  const auto report = ParseAzureHclReport(bytes);
  EXPECT_FALSE(report.ok());
  return ErrorClassOf(report.status());
}

TEST(ParseAzureHclReport, FindsEachFieldInPlace) {
  const HclSpec spec{.version = 2,
                     .report_type = 4,
                     .hash_type = 3,
                     .hardware_report = Bytes(1184, 0xa7),
                     .json = "{\"a\":1}",
                     .rest = Bytes{1, 2}};
  const Bytes bytes = HclReportBytes(spec);
  const auto report = ParseAzureHclReport(bytes);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->version, 2U);
  EXPECT_EQ(report->report_size, 1243U);
  EXPECT_EQ(report->request_type, 2U);
  EXPECT_EQ(report->status, 0U);
  EXPECT_EQ(ToBytes(report->hardware_report), spec.hardware_report);
  EXPECT_EQ(report->data_size, 27U);
  EXPECT_EQ(report->data_version, 1U);
  EXPECT_EQ(report->report_type, 4U);
  EXPECT_EQ(report->hash_type, 3U);
  EXPECT_EQ(ToString(report->variable_data), spec.json);
  EXPECT_EQ(ToBytes(report->rest), spec.rest);
}

TEST(ParseAzureHclReport, RejectsEveryTruncation) {
  const Bytes whole = HclReportBytes({.rest = {}});
  ASSERT_TRUE(ParseAzureHclReport(whole).ok());
  EXPECT_EQ(ClassOf({}), ErrorClass::kEmpty);
  for (size_t size = 1; size < whole.size(); ++size) {
    const Bytes cut(whole.begin(),
                    whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(ClassOf(cut), ErrorClass::kTruncated) << size;
  }
}

TEST(ParseAzureHclReport, RejectsALengthBeyondItsEnd) {
  Bytes bytes = HclReportBytes({});
  for (size_t i = 1232; i < 1236; ++i) bytes[i] = 0xff;
  EXPECT_EQ(ClassOf(bytes), ErrorClass::kTruncated);
}

TEST(ParseAzureHclReport, RejectsAnotherMagic) {
  for (size_t i = 0; i < 4; ++i) {
    Bytes bytes = HclReportBytes({});
    bytes[i] ^= 1;
    EXPECT_EQ(ClassOf(bytes), ErrorClass::kMalformed);
  }
}

TEST(CheckAzureVersion, TakesVersions1And2) {
  for (const uint32_t version : {0U, 1U, 2U, 3U, 0x01000000U}) {
    const Bytes bytes = HclReportBytes({.version = version});
    const absl::Status status =
        CheckAzureVersion(ParseAzureHclReport(bytes).value());
    EXPECT_EQ(status.ok(), version == 1 || version == 2) << version;
    if (status.ok()) continue;
    EXPECT_EQ(ErrorClassOf(status), ErrorClass::kUnsupportedVersion);
  }
}

TEST(CheckAzureRuntimeData, ComparesTheHashThatIsNamed) {
  const std::string json = R"({"keys":[]})";
  for (const uint32_t type : {1U, 2U, 3U}) {
    const Bytes bytes = HclReportBytes({.hash_type = type, .json = json});
    const AzureHclReport report = ParseAzureHclReport(bytes).value();
    Bytes data = Hash(AzureHashType(type).value(), {AsBytes(json)});
    const size_t size = data.size();
    data.resize(64);
    EXPECT_TRUE(CheckAzureRuntimeData(report, data).ok());
    for (size_t i = 0; i < size; ++i) {
      Bytes other = data;
      other[i] ^= 0x80;
      EXPECT_EQ(ErrorClassOf(CheckAzureRuntimeData(report, other)),
                ErrorClass::kBindingMismatch);
    }
    EXPECT_FALSE(CheckAzureRuntimeData(report, {}).ok());
  }
}

TEST(CheckAzureRuntimeData, RefusesAHashThatNobodyKnows) {
  for (const uint32_t type : {0U, 4U}) {
    const Bytes bytes = HclReportBytes({.hash_type = type});
    const AzureHclReport report = ParseAzureHclReport(bytes).value();
    EXPECT_EQ(ErrorClassOf(CheckAzureRuntimeData(report, Bytes(64, 0))),
              ErrorClass::kUnsupportedAlgorithm);
  }
}

TEST(AzureReportTypeName, NamesWhatIsKnown) {
  EXPECT_EQ(AzureReportTypeName(2), "snp");
  EXPECT_EQ(AzureReportTypeName(3), "tvm");
  EXPECT_EQ(AzureReportTypeName(4), "tdx");
  EXPECT_EQ(AzureReportTypeName(5), "unknown");
}

}  // namespace
}  // namespace evidenced
