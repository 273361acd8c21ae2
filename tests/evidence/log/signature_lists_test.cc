#include "evidence/log/signature_lists.h"

#include "gtest/gtest.h"

#include "quote/base/byte_writer.h"

namespace evidenced {
namespace {

const Bytes kSha256Type = {0x26, 0x16, 0xc4, 0xc1, 0x4c, 0x50, 0x92, 0x40,
                           0xac, 0xa9, 0x41, 0xf9, 0x36, 0x93, 0x43, 0x28};
constexpr uint32_t kEntry = 48;

// A list of SHA-256 entries, with the sizes that its head claims.
struct List {
  uint32_t list_size = 28 + 2 * kEntry;
  uint32_t header_size = 0;
  uint32_t entry_size = kEntry;
  Bytes header;
  Bytes entries = Bytes(size_t{2} * kEntry, 5);

  Bytes Build() const {
    ByteWriter out;
    out.Put(kSha256Type).Le(list_size).Le(header_size).Le(entry_size);
    out.Put(header).Put(entries);
    return std::move(out).Take();
  }
};

TEST(CountSignatures, CountsTheEntriesOfEveryList) {
  Bytes two = List().Build();
  Bytes other = List().Build();
  other[0] ^= 1;
  two.insert(two.end(), other.begin(), other.end());
  const SignatureCounts counts = CountSignatures(two);
  EXPECT_EQ(counts.sha256, 2);
  EXPECT_EQ(counts.other, 2);
  EXPECT_FALSE(counts.malformed);
  EXPECT_EQ(DescribeSignatureLists(two), "2 SHA-256, 2 other");
  EXPECT_EQ(DescribeSignatureLists({}), "empty");
}

TEST(CountSignatures, SkipsTheHeaderOfAList) {
  // If it were not skipped, the entries would not be a whole number.
  List list;
  list.header = Bytes(20, 7);
  list.header_size = 20;
  list.list_size += 20;
  EXPECT_EQ(CountSignatures(list.Build()).sha256, 2);
  // A header as long as an entry is none.
  list.header = Bytes(kEntry, 7);
  list.header_size = kEntry;
  list.list_size = 28 + 3 * kEntry;
  EXPECT_EQ(CountSignatures(list.Build()).sha256, 2);
}

TEST(CountSignatures, AnEntrySizeOfZeroOrBelowItsOwnersIdIsMalformed) {
  for (const uint32_t size : {0U, 1U, 15U}) {
    List list;
    list.entry_size = size;
    const SignatureCounts counts = CountSignatures(list.Build());
    EXPECT_TRUE(counts.malformed) << size;
    EXPECT_EQ(counts.sha256, 0) << size;
  }
}

TEST(CountSignatures, AnEntrySizeThatDoesNotDivideTheListIsMalformed) {
  List list;
  list.entry_size = kEntry - 1;
  EXPECT_TRUE(CountSignatures(list.Build()).malformed);
}

TEST(CountSignatures, AListSizeBelowItsHeadIsMalformed) {
  for (const uint32_t size : {0U, 27U}) {
    List list;
    list.list_size = size;
    EXPECT_TRUE(CountSignatures(list.Build()).malformed) << size;
  }
}

TEST(CountSignatures, SizesBeyondTheBytesAreMalformed) {
  List list;
  list.list_size = 0xffffffff;
  EXPECT_TRUE(CountSignatures(list.Build()).malformed);
  list = List();
  list.header_size = 0xffffffff;
  EXPECT_TRUE(CountSignatures(list.Build()).malformed);
  list = List();
  list.entry_size = 0xffffffff;
  EXPECT_TRUE(CountSignatures(list.Build()).malformed);
}

TEST(CountSignatures, EveryTruncationIsMalformed) {
  const Bytes whole = List().Build();
  for (size_t size = 1; size < whole.size(); ++size) {
    const Bytes cut(whole.begin(),
                    whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_TRUE(CountSignatures(cut).malformed) << size;
    EXPECT_EQ(DescribeSignatureLists(cut), "malformed lists") << size;
  }
}

}  // namespace
}  // namespace evidenced
