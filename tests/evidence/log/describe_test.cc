#include "evidence/log/describe.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "evidence/log/event_types.h"
#include "evidence/log/signature_lists.h"
#include "evidence/log/uefi.h"
#include "tests/evidence/log/log_builder.h"

namespace evidenced {
namespace {

using ::testing::HasSubstr;

Bytes Utf16(absl::string_view text) {
  ByteWriter out;
  for (const char c : text) out.Le(static_cast<uint16_t>(c));
  return std::move(out.Le(uint16_t{0})).Take();
}

EventDescription Describe(uint32_t type, const Bytes& data) {
  const Bytes bytes =
      Join({SpecId({{kSha256Id, 32}}), Measured(1, type, data)});
  const auto log = ParseTcgLog(bytes);
  EXPECT_TRUE(log.ok()) << log.status();
  return DescribeEvent(*log, log->events.back());
}

std::string Meaning(uint32_t type, const Bytes& data) {
  return Describe(type, data).meaning;
}

TEST(DescribeEvent, SaysWhatAVariableIs) {
  const EventDescription on =
      Describe(kDriverConfig, GlobalVariable("SecureBoot", Bytes{1}));
  EXPECT_EQ(on.type, "EV_EFI_VARIABLE_DRIVER_CONFIG");
  EXPECT_EQ(on.meaning, "UEFI variable SecureBoot: on");
  EXPECT_TRUE(on.data_covered);
  EXPECT_EQ(Meaning(kEvEfiVariableBoot,
                    GlobalVariable("BootOrder", Bytes{1, 0, 0x0a, 0})),
            "UEFI variable BootOrder: Boot0001, Boot000A");
  EXPECT_EQ(Meaning(kDriverConfig, GlobalVariable("PK", {})),
            "UEFI variable PK: empty");
}

TEST(DescribeEvent, AVariableOfSomebodyElseIsNotTheFirmwares) {
  Bytes variable = GlobalVariable("SecureBoot", Bytes{1});
  variable[0] ^= 1;
  EXPECT_EQ(Meaning(kDriverConfig, variable),
            "UEFI variable SecureBoot: 1 bytes, of "
            "8be4df60-93ca-11d2-aa0d-00e098032b8c");
}

TEST(DescribeEvent, SaysWhatABootOptionStarts) {
  const Bytes file = Utf16(R"(\EFI\BOOT\BOOTX64.EFI)");
  ByteWriter path;
  path.Le(uint8_t{4}).Le(uint8_t{4});
  path.Le(static_cast<uint16_t>(file.size() + 4)).Put(file);
  path.Put(Bytes{0x7f, 0xff, 4, 0});
  ByteWriter option;
  option.Le(uint32_t{1}).Le(static_cast<uint16_t>(path.view().size()));
  option.Put(Utf16("Linux")).Put(path.view());
  EXPECT_EQ(
      Meaning(kEvEfiVariableBoot, GlobalVariable("Boot0001", option.view())),
      "UEFI variable Boot0001: \"Linux\" at EFI/BOOT/BOOTX64.EFI");

  ByteWriter image;
  image.Le(uint64_t{0x1000}).Le(uint64_t{77}).Le(uint64_t{0});
  image.Le(uint64_t{path.view().size()}).Put(path.view());
  EXPECT_EQ(Meaning(kEvEfiBootServicesApplication, ToBytes(image.view())),
            "image of 77 bytes: EFI/BOOT/BOOTX64.EFI, Authenticode sha256 " +
                Hex(Sha256(image.view())));
}

TEST(DescribeEvent, SaysWhatTheFirmwareIs) {
  EXPECT_EQ(Meaning(kSeparator, Bytes(4, 0)), "end of the pre-OS stage");
  EXPECT_EQ(Meaning(kSeparator, Bytes{1, 0, 0, 0}),
            "error separator 0x00000001");
  EXPECT_EQ(Meaning(kEvSCrtmVersion, Utf16("1.2")), "firmware version 1.2");
  ByteWriter blob;
  blob.Le(uint64_t{0x820000}).Le(uint64_t{0xe0000});
  EXPECT_EQ(Meaning(kEvEfiPlatformFirmwareBlob, ToBytes(blob.view())),
            "firmware of 917504 bytes at 0x820000, sha256 " +
                Hex(Sha256(blob.view())));
}

TEST(DescribeEvent, DataThatNoDigestIsOfIsNotCovered) {
  const Bytes bytes =
      Join({SpecId({{kSha256Id, 32}}),
            Tcg2Event(7, kDriverConfig, {{kSha256Id, Bytes(32, 1)}},
                      GlobalVariable("SecureBoot", Bytes{1})),
            Measured(7, kNoAction, Bytes(16, 'a'))});
  const auto log = ParseTcgLog(bytes);
  ASSERT_TRUE(log.ok());
  EXPECT_FALSE(DescribeEvent(*log, log->events[1]).data_covered);
  EXPECT_FALSE(DescribeEvent(*log, log->events[2]).data_covered);
}

TEST(DescribeEvent, Sha1AloneCoversNothing) {
  const Bytes data{1};
  const Bytes bytes =
      Tcg1Event(1, kAction, Hash(HashAlgorithm::kSha1, {data}), data);
  const auto log = ParseTcgLog(bytes);
  ASSERT_TRUE(log.ok());
  EXPECT_FALSE(DescribeEvent(*log, log->events[0]).data_covered);
}

TEST(DescribeEvent, NoByteOfTheDataReachesATerminalAsAnEscape) {
  const Bytes hostile = ToBytes(AsBytes("\x1b[2J\x9b\x07\r\n"));
  for (const uint32_t type : {kIpl, kAction, kEvSCrtmVersion, kSeparator,
                              kNoAction, kEvEfiPlatformFirmwareBlob}) {
    for (const char c : Meaning(type, hostile)) {
      EXPECT_TRUE(c >= 0x20 && c < 0x7f) << type;
    }
  }
  for (const char c :
       Meaning(kDriverConfig, GlobalVariable("\x1b[2J", Bytes{1}))) {
    EXPECT_TRUE(c >= 0x20 && c < 0x7f);
  }
}

TEST(DescribeEvent, MalformedDataIsSaidToBe) {
  Bytes variable = GlobalVariable("SecureBoot", Bytes{1});
  for (size_t size = 0; size < variable.size(); ++size) {
    EXPECT_EQ(Meaning(kDriverConfig,
                      Bytes(variable.begin(),
                            variable.begin() + static_cast<ptrdiff_t>(size))),
              "malformed UEFI variable");
  }
  std::fill_n(variable.begin() + 16, 8, 0xff);  // 2^64 - 1 characters
  EXPECT_EQ(Meaning(kDriverConfig, variable), "malformed UEFI variable");
  variable = GlobalVariable("SecureBoot", Bytes{1});
  std::fill_n(variable.begin() + 24, 8, 0xff);  // 2^64 - 1 bytes
  EXPECT_EQ(Meaning(kDriverConfig, variable), "malformed UEFI variable");
  EXPECT_EQ(Meaning(kEvEfiGptEvent, Bytes(100, 0xff)), "malformed GPT event");
  EXPECT_EQ(Meaning(kEvEventTag, Bytes(8, 0xff)), "malformed tagged event");
}

TEST(DescribeEvent, EveryTypeWithAnyDataHasWords) {
  for (uint32_t low = 0; low < 0xe4; ++low) {
    for (const uint32_t high : {0U, 0x80000000U}) {
      for (const Bytes& data : {Bytes{}, Bytes(1, 0xff), Bytes(200, 0xff)}) {
        EXPECT_FALSE(Describe(low | high, data).type.empty());
      }
    }
  }
  EXPECT_EQ(EventTypeName(0x12345678), "type 0x12345678");
}

TEST(ParseUefiVariable, AZeroInTheNameHidesNothing) {
  EXPECT_FALSE(ParseUefiVariable(
                   GlobalVariable(absl::string_view("SecureBoot\0x", 12), {}))
                   .has_value());
}

TEST(DescribeDevicePath, ALongPathIsCut) {
  Bytes path;
  for (int i = 0; i < 100000; ++i) {
    path.insert(path.end(), {1, 9, 4, 0});
  }
  const std::string text = DescribeDevicePath(path);
  EXPECT_LT(text.size(), 2000);
  EXPECT_THAT(text, HasSubstr("..."));
}

TEST(DescribeSignatureLists, CountsAndBoundsThem) {
  ByteWriter list;
  list.Put(Bytes{0x26, 0x16, 0xc4, 0xc1, 0x4c, 0x50, 0x92, 0x40, 0xac, 0xa9,
                 0x41, 0xf9, 0x36, 0x93, 0x43, 0x28});
  list.Le(uint32_t{28 + 2 * 48}).Le(uint32_t{0}).Le(uint32_t{48});
  list.Put(Bytes(size_t{2} * 48, 5));
  Bytes bytes = std::move(list).Take();
  EXPECT_EQ(DescribeSignatureLists(bytes), "2 SHA-256");
  for (const size_t at : {16, 20, 24}) {
    Bytes bad = bytes;
    std::fill_n(bad.begin() + static_cast<ptrdiff_t>(at), 4, 0xff);
    EXPECT_EQ(DescribeSignatureLists(bad), "malformed lists");
    std::fill_n(bad.begin() + static_cast<ptrdiff_t>(at), 4, 0);
    EXPECT_EQ(DescribeSignatureLists(bad) == "malformed lists", at != 20);
  }
}

}  // namespace
}  // namespace evidenced
