#include "quote/base/bytes.h"

#include <string>

#include "gmock/gmock.h"

namespace evidenced {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(FromHex, ReadsDigitsOfEitherCase) {
  const auto bytes = FromHex("00fFaB10");
  ASSERT_TRUE(bytes.ok());
  EXPECT_THAT(*bytes, ElementsAre(0x00, 0xff, 0xab, 0x10));
  EXPECT_EQ(Hex(*bytes), "00ffab10");
}

TEST(FromHex, ReadsNothingFromNothing) {
  const auto bytes = FromHex("");
  ASSERT_TRUE(bytes.ok());
  EXPECT_THAT(*bytes, IsEmpty());
  EXPECT_EQ(Hex({}), "");
}

TEST(FromHex, RejectsAnOddLength) {
  EXPECT_EQ(FromHex("abc").status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(FromHex, RejectsEveryOtherCharacterInEitherPlace) {
  for (int c = 0; c < 256; ++c) {
    if (std::isxdigit(c) != 0) continue;
    std::string first = "a0";
    first[0] = static_cast<char>(c);
    std::string second = "a0";
    second[1] = static_cast<char>(c);
    EXPECT_FALSE(FromHex(first).ok()) << c;
    EXPECT_FALSE(FromHex(second).ok()) << c;
  }
}

TEST(FromHex, NamesTheOffsetAndShowsNoControlSequence) {
  const auto status = FromHex("aa\x1b[").status();
  EXPECT_THAT(std::string(status.message()), HasSubstr("offset 2"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("\\x1b"));
}

TEST(Printable, KeepsPrintableAscii) {
  EXPECT_EQ(Printable("kernel /vmlinuz ro~!"), "kernel /vmlinuz ro~!");
}

TEST(Printable, EscapesWhatATerminalOrALogWouldActOn) {
  EXPECT_EQ(Printable("\x1b[31m"), "\\x1b[31m");
  EXPECT_EQ(Printable("a\nb\rc\td"), "a\\x0ab\\x0dc\\x09d");
  EXPECT_EQ(Printable(absl::string_view("a\0b", 3)), "a\\x00b");
  EXPECT_EQ(Printable("\x7f\x80\xff"), "\\x7f\\x80\\xff");
}

TEST(Printable, EscapesItsOwnEscapeAndQuotes) {
  EXPECT_EQ(Printable("\\x41"), "\\x5cx41");
  EXPECT_EQ(Printable("say \"hi\""), "say \\x22hi\\x22");
}

TEST(Printable, GivesOnlyPrintableAsciiForEveryByte) {
  for (int c = 0; c < 256; ++c) {
    const char byte = static_cast<char>(c);
    for (const char out : Printable({&byte, 1})) {
      EXPECT_GE(out, 0x20) << c;
      EXPECT_LT(out, 0x7f) << c;
    }
  }
}

TEST(Printable, CutsAtTheLimit) {
  EXPECT_EQ(Printable("abcd", 4), "abcd");
  EXPECT_EQ(Printable("abcde", 4), "abcd...");
  EXPECT_EQ(Printable(std::string(300, 'x')), std::string(256, 'x') + "...");
}

TEST(ConstantTimeEqual, ComparesLengthAndBytes) {
  const Bytes a = {1, 2, 3};
  EXPECT_TRUE(ConstantTimeEqual(a, Bytes{1, 2, 3}));
  EXPECT_FALSE(ConstantTimeEqual(a, Bytes{1, 2, 4}));
  EXPECT_FALSE(ConstantTimeEqual(a, Bytes{1, 2}));
  EXPECT_TRUE(ConstantTimeEqual({}, {}));
}

TEST(Equal, ComparesLengthAndBytes) {
  const Bytes a = {1, 2, 3};
  EXPECT_TRUE(Equal(a, Bytes{1, 2, 3}));
  EXPECT_FALSE(Equal(a, Bytes{1, 2, 4}));
  EXPECT_FALSE(Equal(a, Bytes{1, 2}));
  EXPECT_FALSE(Equal(a, Bytes{1, 2, 3, 4}));
}

TEST(AsBytes, GoesThereAndBack) {
  const std::string text("\x00\x7f\xff", 3);
  EXPECT_THAT(ToBytes(AsBytes(text)), ElementsAre(0x00, 0x7f, 0xff));
  EXPECT_EQ(ToString(AsBytes(text)), text);
}

}  // namespace
}  // namespace evidenced
