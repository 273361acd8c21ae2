#include "agent/device/snp_firmware.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "quote/base/byte_writer.h"
#include "quote/base/bytes.h"

namespace evidenced {
namespace {

using ::testing::IsEmpty;

struct Entry {
  uint8_t guid;
  uint32_t offset;
  uint32_t length;
};

// A buffer of 4096 bytes that begins with these entries.
Bytes Buffer(const std::vector<Entry>& entries, uint8_t filling = 0) {
  ByteWriter out;
  for (const Entry& entry : entries) {
    out.Put(Bytes(16, entry.guid)).Le(entry.offset).Le(entry.length);
  }
  Bytes bytes = std::move(out).Take();
  bytes.resize(4096, filling);
  return bytes;
}

TEST(FirmwareCode, HasNameAndNumber) {
  EXPECT_EQ(FirmwareCode(0), "SUCCESS (0x0)");
  EXPECT_EQ(FirmwareCode(0x16), "INVALID_PARAM (0x16)");
  EXPECT_EQ(FirmwareCode(0x27), "INVALID_KEY (0x27)");
  EXPECT_EQ(FirmwareCode(0xff), "no firmware call (0xff)");
  EXPECT_EQ(FirmwareCode(0xabcd), "unknown (0xabcd)");
  EXPECT_EQ(HypervisorCode(1), "INVALID_LEN (1)");
  EXPECT_EQ(HypervisorCode(2), "BUSY (2)");
  EXPECT_EQ(HypervisorCode(77), "unknown (77)");
}

TEST(CutCertificateTable, EndsWithTheLastCertificate) {
  EXPECT_EQ(CutCertificateTable(Buffer({{1, 72, 100}, {2, 172, 1000}})).size(),
            1172U);
  // In whatever order.
  EXPECT_EQ(CutCertificateTable(Buffer({{1, 172, 1000}, {2, 72, 100}})).size(),
            1172U);
}

TEST(CutCertificateTable, KeepsTheTerminator) {
  EXPECT_EQ(CutCertificateTable(Buffer({{1, 0, 10}})).size(), 48U);
}

TEST(CutCertificateTable, KeepsACertificateThatEndsInZeros) {
  const Bytes buffer = Buffer({{1, 48, 100}});
  EXPECT_EQ(CutCertificateTable(buffer),
            Bytes(buffer.begin(), buffer.begin() + 148));
}

TEST(CutCertificateTable, IsEmptyWithoutEntries) {
  EXPECT_THAT(CutCertificateTable(Buffer({})), IsEmpty());
  EXPECT_THAT(CutCertificateTable({}), IsEmpty());
}

TEST(CutCertificateTable, GivesTheBufferIfTheTableMakesNoSense) {
  const Bytes outside = Buffer({{1, 4000, 200}});
  EXPECT_EQ(CutCertificateTable(outside), outside);
  const Bytes overflowing = Buffer({{1, 0xffffffff, 0xffffffff}});
  EXPECT_EQ(CutCertificateTable(overflowing), overflowing);
  const Bytes unterminated = Buffer({{1, 24, 100}}, 0xa5);
  EXPECT_EQ(CutCertificateTable(unterminated), unterminated);
}

TEST(CutCertificateTable, TakesABufferOfAnySize) {
  const Bytes buffer = Buffer({{1, 72, 100}, {2, 172, 1000}});
  for (size_t size = 0; size < 200; ++size) {
    const ByteView cut = ByteView(buffer).first(size);
    EXPECT_LE(CutCertificateTable(cut).size(), size);
  }
}

}  // namespace
}  // namespace evidenced
