#include "quote/snp/certificate_table.h"

#include "absl/strings/str_format.h"
#include "gmock/gmock.h"

#include "quote/base/error_class.h"
#include "tests/quote/snp/snp_builder.h"

namespace evidenced {
namespace {

using ::testing::HasSubstr;

constexpr char kOtherGuid[] = "00112233-4455-6677-8899-aabbccddeeff";

// Two entries at 72 and 76; the table is 79 bytes long.
Bytes TwoEntries() {
  return SnpTable({{kVcekGuid, {1, 2, 3, 4}}, {kAskGuid, {5, 6, 7}}});
}

void ExpectRefused(const Bytes& table, ErrorClass error_class) {
  const auto entries = ParseSnpCertificateTable(table);
  EXPECT_EQ(entries.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ErrorClassOf(entries.status()), error_class) << entries.status();
}

TEST(ParseSnpCertificateTable, FindsEachEntry) {
  const Bytes table = TwoEntries();
  const auto entries = ParseSnpCertificateTable(table);
  ASSERT_TRUE(entries.ok()) << entries.status();
  ASSERT_EQ(entries->size(), 2U);
  EXPECT_EQ(entries->at(0).guid, kVcekGuid);
  EXPECT_EQ(entries->at(0).kind, SnpTableKind::kVcek);
  EXPECT_EQ(entries->at(0).offset, 72U);
  EXPECT_EQ(ToBytes(entries->at(0).data), (Bytes{1, 2, 3, 4}));
  EXPECT_EQ(entries->at(1).kind, SnpTableKind::kAsk);
  EXPECT_EQ(entries->at(1).offset, 76U);
  EXPECT_EQ(ToBytes(entries->at(1).data), (Bytes{5, 6, 7}));
}

TEST(ParseSnpCertificateTable, KnowsTheKinds) {
  const Bytes table = SnpTable({{kVlekGuid, {1}},
                                {kArkGuid, {1}},
                                {kCrlGuid, {1}},
                                {"ecae0c0f-9502-43b1-afa2-0ae2e0d565b6", {1}},
                                {kOtherGuid, {1}}});
  const auto entries = ParseSnpCertificateTable(table);
  ASSERT_TRUE(entries.ok()) << entries.status();
  std::vector<absl::string_view> names;
  for (const SnpTableEntry& entry : *entries) {
    names.push_back(SnpTableKindName(entry.kind));
  }
  EXPECT_THAT(names, testing::ElementsAre("vlek", "ark", "crl",
                                          "extra_platform_info", "unknown"));
  EXPECT_EQ(entries->back().guid, kOtherGuid);
}

TEST(ParseSnpCertificateTable, TakesAHostThatGivesNothing) {
  const auto entries = ParseSnpCertificateTable(Bytes(24, 0));
  ASSERT_TRUE(entries.ok()) << entries.status();
  EXPECT_TRUE(entries->empty());
  EXPECT_TRUE(ParseSnpCertificateTable(Bytes(4096, 0)).ok());
}

TEST(ParseSnpCertificateTable, TakesDataInAnyOrderWithGaps) {
  Bytes table = TwoEntries();
  table.resize(200);
  PutLe(table, 16, 190, 4);
  PutLe(table, 24 + 16, 80, 4);
  const auto entries = ParseSnpCertificateTable(table);
  ASSERT_TRUE(entries.ok()) << entries.status();
  EXPECT_EQ(entries->at(0).offset, 190U);
  EXPECT_EQ(entries->at(1).offset, 80U);
}

TEST(ParseSnpCertificateTable, RefusesEveryTruncation) {
  const Bytes table = TwoEntries();
  for (size_t size = 1; size < table.size(); ++size) {
    ExpectRefused(ToBytes(ByteView(table).first(size)), ErrorClass::kTruncated);
  }
  ExpectRefused({}, ErrorClass::kEmpty);
}

TEST(ParseSnpCertificateTable, RefusesEntriesWithoutAnEnd) {
  Bytes table = TwoEntries();
  PutLe(table, 48, 1, 1);  // the end's GUID
  table.resize(72);
  ExpectRefused(table, ErrorClass::kTruncated);
}

TEST(ParseSnpCertificateTable, RefusesDataOutOfRange) {
  for (const uint32_t length : {5U, 8U, 0xffffU, 0xffffffffU}) {
    Bytes table = TwoEntries();
    PutLe(table, 24 + 20, length, 4);
    ExpectRefused(table, ErrorClass::kTruncated);
  }
  for (const uint32_t offset : {77U, 79U, 0x80000000U, 0xffffffffU}) {
    Bytes table = TwoEntries();
    PutLe(table, 24 + 16, offset, 4);
    ExpectRefused(table, ErrorClass::kTruncated);
  }
}

// 0xfffffffc + 4 is zero in 32 bits.
TEST(ParseSnpCertificateTable, RefusesARangeThatOverflows) {
  Bytes table = TwoEntries();
  PutLe(table, 16, 0xfffffffc, 4);
  ExpectRefused(table, ErrorClass::kTruncated);
}

TEST(ParseSnpCertificateTable, RefusesDataOverTheEntries) {
  for (const uint32_t offset : {0U, 24U, 48U, 71U}) {
    Bytes table = TwoEntries();
    PutLe(table, 16, offset, 4);
    ExpectRefused(table, ErrorClass::kMalformed);
  }
}

TEST(ParseSnpCertificateTable, RefusesDataOverOtherData) {
  Bytes same = TwoEntries();
  PutLe(same, 24 + 16, 72, 4);
  ExpectRefused(same, ErrorClass::kMalformed);
  Bytes by_one = TwoEntries();
  PutLe(by_one, 24 + 16, 75, 4);
  ExpectRefused(by_one, ErrorClass::kMalformed);
}

TEST(ParseSnpCertificateTable, RefusesDataOfNoLength) {
  Bytes table = TwoEntries();
  PutLe(table, 20, 0, 4);
  ExpectRefused(table, ErrorClass::kMalformed);
}

TEST(ParseSnpCertificateTable, RefusesAGuidTwice) {
  const Bytes table = SnpTable({{kAskGuid, {1}}, {kAskGuid, {2}}});
  ExpectRefused(table, ErrorClass::kMalformed);
  EXPECT_THAT(ParseSnpCertificateTable(table).status().message(),
              HasSubstr(kAskGuid));
}

TEST(ParseSnpCertificateTable, RefusesMoreEntriesThanItsLimit) {
  std::vector<SnpTableSpecEntry> entries;
  for (size_t i = 0; i < kMaxSnpTableEntries; ++i) {
    entries.push_back(
        {absl::StrFormat("%08x-4455-6677-8899-aabbccddeeff", i + 1), {1}});
  }
  EXPECT_TRUE(ParseSnpCertificateTable(SnpTable(entries)).ok());
  entries.push_back({kOtherGuid, {1}});
  ExpectRefused(SnpTable(entries), ErrorClass::kMalformed);
}

// Where the end is missing, what follows the entries is read as more of them,
// often as more than there may be: the reason is the missing end.
TEST(ParseSnpCertificateTable, SaysThatTheEndIsMissing) {
  Bytes table = SnpTable({{kVcekGuid, Bytes(4096, 0xa5)}});
  table.erase(table.begin() + 24, table.begin() + 48);
  ExpectRefused(table, ErrorClass::kTruncated);
}

}  // namespace
}  // namespace evidenced
