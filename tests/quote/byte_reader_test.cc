#include "quote/base/byte_reader.h"

#include <cstdint>
#include <limits>

#include "gmock/gmock.h"

#include "quote/base/byte_writer.h"

namespace evidenced {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

TEST(ByteReader, ReadsIntegersOfEitherOrder) {
  const Bytes bytes = {1, 2, 3, 4, 1, 2, 3, 4, 0x80, 0xff};
  ByteReader in(bytes);
  EXPECT_EQ(in.Be<uint32_t>(), 0x01020304U);
  EXPECT_EQ(in.Le<uint32_t>(), 0x04030201U);
  EXPECT_EQ(in.U8(), 0x80);
  EXPECT_EQ(in.Le<uint8_t>(), 0xff);
  EXPECT_TRUE(in.Finish("test").ok());
}

TEST(ByteReader, ReadsWholeSixtyFourBitIntegers) {
  const Bytes bytes(16, 0xff);
  ByteReader in(bytes);
  EXPECT_EQ(in.Be<uint64_t>(), std::numeric_limits<uint64_t>::max());
  EXPECT_EQ(in.Le<uint64_t>(), std::numeric_limits<uint64_t>::max());
}

TEST(ByteReader, TakesViewsAndTheRest) {
  const Bytes bytes = {1, 2, 3, 4, 5};
  ByteReader in(bytes);
  EXPECT_THAT(ToBytes(in.Take(2)), ElementsAre(1, 2));
  EXPECT_EQ(in.position(), 2U);
  EXPECT_EQ(in.remaining(), 3U);
  EXPECT_THAT(ToBytes(in.Rest()), ElementsAre(3, 4, 5));
  EXPECT_TRUE(in.Finish("test").ok());
}

TEST(ByteReader, TakesNothingAtTheEnd) {
  ByteReader in({});
  EXPECT_THAT(ToBytes(in.Take(0)), IsEmpty());
  EXPECT_TRUE(in.ok());
  EXPECT_THAT(ToBytes(in.Rest()), IsEmpty());
  EXPECT_TRUE(in.Finish("test").ok());
}

TEST(ByteReader, RefusesOneByteTooMany) {
  const Bytes bytes = {1, 2, 3};
  ByteReader in(bytes);
  EXPECT_EQ(in.Be<uint32_t>(), 0U);
  EXPECT_FALSE(in.ok());
  EXPECT_EQ(in.Finish("test").code(), kInvalid);
}

TEST(ByteReader, RefusesLengthsThatWouldOverflow) {
  const Bytes bytes = {1, 2, 3};
  for (const uint64_t size : {uint64_t{4}, uint64_t{1} << 32,
                              std::numeric_limits<uint64_t>::max() - 1,
                              std::numeric_limits<uint64_t>::max()}) {
    ByteReader in(bytes);
    in.U8();
    EXPECT_THAT(ToBytes(in.Take(size)), IsEmpty()) << size;
    EXPECT_FALSE(in.ok()) << size;
  }
}

TEST(ByteReader, StaysFailed) {
  const Bytes bytes = {1, 2, 3};
  ByteReader in(bytes);
  in.Take(4);
  EXPECT_EQ(in.U8(), 0);
  EXPECT_EQ(in.Le<uint16_t>(), 0);
  EXPECT_THAT(ToBytes(in.Take(1)), IsEmpty());
  EXPECT_THAT(ToBytes(in.Rest()), IsEmpty());
  EXPECT_EQ(in.position(), 0U);
  EXPECT_EQ(in.Check("test").code(), kInvalid);
}

TEST(ByteReader, NamesWhatWasTruncatedAndWhere) {
  const Bytes bytes = {1, 2, 3};
  ByteReader in(bytes);
  in.U8();
  in.Take(9);
  in.Take(1);  // the first failure is the one to report
  const auto status = in.Finish("the thing");
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("the thing is truncated: expected 9 bytes at offset 1, "
                        "found 2"));
}

TEST(ByteReader, RefusesTrailingBytes) {
  const Bytes bytes = {1, 2, 3};
  ByteReader in(bytes);
  in.U8();
  EXPECT_TRUE(in.Check("the thing").ok());
  const auto status = in.Finish("the thing");
  EXPECT_EQ(status.code(), kInvalid);
  EXPECT_THAT(std::string(status.message()), HasSubstr("found 2 more"));
}

TEST(ByteWriter, WritesWhatTheReaderReads) {
  ByteWriter out;
  const Bytes tail = {9, 8};
  out.Be(uint16_t{0x0102}).Le(uint32_t{0x03040506}).Be(uint8_t{7}).Put(tail);
  EXPECT_THAT(ToBytes(out.view()), ElementsAre(1, 2, 6, 5, 4, 3, 7, 9, 8));
  const Bytes bytes = std::move(out).Take();
  ByteReader in(bytes);
  EXPECT_EQ(in.Be<uint16_t>(), 0x0102);
  EXPECT_EQ(in.Le<uint32_t>(), 0x03040506U);
  EXPECT_EQ(in.U8(), 7);
  EXPECT_TRUE(Equal(in.Rest(), tail));
}

}  // namespace
}  // namespace evidenced
