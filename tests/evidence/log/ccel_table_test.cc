#include "evidence/log/ccel_table.h"

#include <numeric>

#include "gtest/gtest.h"

#include "quote/base/byte_writer.h"
#include "quote/base/error_class.h"

namespace evidenced {
namespace {

constexpr size_t kSize = 56;
constexpr size_t kChecksumOffset = 9;

// ACPI 6.5, section 5.2.34.
Bytes TableBytes(uint32_t length = kSize) {
  ByteWriter out;
  out.Put(AsBytes("CCEL")).Le(length).Be(uint8_t{1}).Be(uint8_t{0});
  out.Put(AsBytes("MAKER ")).Put(AsBytes("TABLE   ")).Le(uint32_t{1});
  out.Put(AsBytes("TEST")).Le(uint32_t{1});
  out.Be(uint8_t{2}).Be(uint8_t{0}).Le(uint16_t{0});
  out.Le(uint64_t{65536}).Le(uint64_t{0x7d649000});
  Bytes table = std::move(out).Take();
  const auto sum = std::accumulate(table.begin(), table.end(), 0U);
  table[kChecksumOffset] = static_cast<uint8_t>(0U - sum);
  return table;
}

ErrorClass ClassOf(ByteView bytes) {
  return ErrorClassOf(ParseCcelTable(bytes).status());
}

TEST(ParseCcelTable, TellsWhereTheLogIs) {
  const Bytes bytes = TableBytes();
  const auto table = ParseCcelTable(bytes);
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(table->length, kSize);
  EXPECT_EQ(table->revision, 1);
  EXPECT_TRUE(table->checksum_ok);
  EXPECT_EQ(ToString(table->oem_id), "MAKER ");
  EXPECT_EQ(table->cc_type, 2);
  EXPECT_EQ(table->log_area_minimum_length, 65536U);
  EXPECT_EQ(table->log_area_start_address, 0x7d649000U);
}

TEST(ParseCcelTable, AWrongChecksumIsSaidAndNoMore) {
  Bytes bytes = TableBytes();
  bytes.back() ^= 1;
  const auto table = ParseCcelTable(bytes);
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_FALSE(table->checksum_ok);
}

TEST(ParseCcelTable, EveryOtherSizeIsRefused) {
  const Bytes bytes = TableBytes();
  EXPECT_EQ(ClassOf({}), ErrorClass::kEmpty);
  for (size_t size = 1; size < bytes.size(); ++size) {
    EXPECT_EQ(ClassOf(ByteView(bytes).first(size)), ErrorClass::kTruncated);
  }
  Bytes longer = bytes;
  longer.push_back(0);
  EXPECT_EQ(ClassOf(longer), ErrorClass::kMalformed);
  EXPECT_EQ(ClassOf(TableBytes(kSize + 1)), ErrorClass::kTruncated);
  EXPECT_EQ(ClassOf(TableBytes(kSize - 1)), ErrorClass::kMalformed);
}

TEST(ParseCcelTable, AnotherTableIsRefused) {
  Bytes bytes = TableBytes();
  bytes[0] = 'X';
  EXPECT_EQ(ClassOf(bytes), ErrorClass::kMalformed);
}

}  // namespace
}  // namespace evidenced
