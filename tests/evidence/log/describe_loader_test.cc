#include "evidence/log/describe_loader.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "evidence/log/describe.h"
#include "evidence/log/event_types.h"
#include "tests/evidence/log/log_builder.h"

namespace evidenced {
namespace {

using ::testing::HasSubstr;

Bytes Text(absl::string_view text) { return ToBytes(AsBytes(text)); }

Bytes Utf16(absl::string_view text) {
  ByteWriter out;
  for (const char c : text) out.Le(static_cast<uint16_t>(c));
  return std::move(out.Le(uint16_t{0})).Take();
}

Bytes Tagged(uint32_t id, absl::string_view text) {
  ByteWriter out;
  out.Le(id).Le(static_cast<uint32_t>(text.size())).Put(AsBytes(text));
  return std::move(out).Take();
}

// An event of `data` whose digest is that of `measured`.
struct Measurement {
  uint32_t reg = 8;
  uint32_t type = kIpl;
  Bytes data;
  Bytes measured;

  EventDescription Describe() const {
    const Bytes bytes =
        Join({SpecId({{kSha256Id, 32}}),
              Tcg2Event(reg, type, {{kSha256Id, Sha256(measured)}}, data)});
    const auto log = ParseTcgLog(bytes);
    EXPECT_TRUE(log.ok()) << log.status();
    return DescribeEvent(*log, log->events.at(1));
  }
  std::string Digest() const {
    return absl::StrCat("sha256 ", Hex(Sha256(measured)));
  }
};

TEST(DescribeIpl, GrubsTextIsCoveredButNotItsLabel) {
  const Measurement line{.data = Text(absl::string_view(
                             "kernel_cmdline: /vmlinuz root=/dev/sda1\0", 40)),
                         .measured = Text("/vmlinuz root=/dev/sda1")};
  const EventDescription words = line.Describe();
  EXPECT_EQ(words.meaning, "kernel command line: /vmlinuz root=/dev/sda1");
  EXPECT_FALSE(words.data_covered);
  EXPECT_TRUE(words.text_covered);
  const Measurement command{.data = Text("grub_cmd: boot"),
                            .measured = Text("boot")};
  EXPECT_EQ(command.Describe().meaning, "GRUB command: boot");
}

TEST(DescribeIpl, AnotherTextThanWasMeasuredIsNotCovered) {
  const Measurement line{.data = Text("kernel_cmdline: /vmlinuz ro"),
                         .measured = Text("/vmlinuz rw")};
  EXPECT_FALSE(line.Describe().data_covered);
  EXPECT_FALSE(line.Describe().text_covered);
}

TEST(DescribeIpl, AFileIsItsDigest) {
  const Measurement file{
      .reg = 9, .data = Text("(hd0,gpt1)/vmlinuz"), .measured = Bytes{1}};
  EXPECT_EQ(file.Describe().meaning,
            absl::StrCat("file (hd0,gpt1)/vmlinuz, ", file.Digest()));
  EXPECT_FALSE(file.Describe().data_covered);
}

TEST(DescribeIpl, ASectionOfAKernelImageIsANameAndAContent) {
  const Measurement name{.reg = 11,
                         .data = Utf16(".cmdline"),
                         .measured = Text(absl::string_view(".cmdline\0", 9))};
  EXPECT_EQ(name.Describe().meaning,
            "section .cmdline of a unified kernel image");
  EXPECT_TRUE(name.Describe().data_covered);
  const Measurement content{
      .reg = 11, .data = Utf16(".cmdline"), .measured = Text("quiet")};
  EXPECT_EQ(
      content.Describe().meaning,
      absl::StrCat("content of section .cmdline of a unified kernel image, ",
                   content.Digest()));
  EXPECT_FALSE(content.Describe().data_covered);
}

TEST(DescribeTagged, SaysWhatTheKernelsStubLoaded) {
  Measurement event{.reg = 9,
                    .type = kEvEventTag,
                    .data = Tagged(0x8f3b22ec, "Linux initrd"),
                    .measured = Bytes{1, 2}};
  EXPECT_EQ(event.Describe().meaning,
            absl::StrCat("initrd that the kernel loaded \"Linux initrd\", ",
                         event.Digest()));
  event.data = Tagged(0x8f3b22ed, "LOADED_IMAGE::LoadOptions");
  EXPECT_THAT(event.Describe().meaning, HasSubstr("kernel command line"));
  event.data = Tagged(0xf5bc582a, "loader.conf");
  EXPECT_THAT(event.Describe().meaning, HasSubstr("systemd-boot"));
  event.data = Tagged(0x1234, "else");
  EXPECT_EQ(event.Describe().meaning, "tag 0x00001234: else");
}

TEST(DescribeNonhost, NamesGooglesConfidentialTechnology) {
  const std::pair<uint8_t, const char*> kKnown[] = {
      {0, "none"},      {1, "AMD SEV"},     {2, "AMD SEV-ES"},
      {3, "Intel TDX"}, {4, "AMD SEV-SNP"}, {5, "unknown number: 5"}};
  for (const auto& [value, name] : kKnown) {
    Bytes data = Text(absl::string_view("GCE NonHostInfo\0", 16));
    data.push_back(value);
    data.resize(32);
    const Measurement event{
        .reg = 0, .type = kEvNonhostInfo, .data = data, .measured = data};
    EXPECT_THAT(event.Describe().meaning, testing::EndsWith(name));
    EXPECT_TRUE(event.Describe().data_covered);
  }
  EXPECT_EQ(DescribeNonhost(Bytes{0xab}), "non-host information ab");
}

TEST(DescribeEvent, APointerToAManifestIsCoveredByNothing) {
  Measurement event{.reg = 0xffffffff,
                    .type = kNoAction,
                    .data = Text(absl::string_view("SP800-155 Event3", 16)),
                    .measured = {}};
  EXPECT_THAT(event.Describe().meaning, HasSubstr("reference manifest"));
  EXPECT_FALSE(event.Describe().data_covered);
}

}  // namespace
}  // namespace evidenced
