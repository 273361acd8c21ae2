#include "quote/tpm/gce_instance.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"

#include "quote/base/byte_writer.h"

namespace evidenced {
namespace {

// "z", 5, "p", 2^63, "i", [0] { [0] 1, [1] TRUE }.
Bytes Instance() {
  return *FromHex(
      "3022"
      "0c017a"
      "020105"
      "0c0170"
      "0209008000000000000000"
      "0c0169"
      "a00c300aa003020101a1030101ff");
}

TEST(ParseGceInstance, ReadsEveryField) {
  Bytes der = Instance();
  der[1] = static_cast<uint8_t>(der.size() - 2);
  const auto instance = ParseGceInstance(der);
  ASSERT_TRUE(instance.ok()) << instance.status();
  EXPECT_EQ(instance->zone, "z");
  EXPECT_EQ(instance->project_number, 5U);
  EXPECT_EQ(instance->project_id, "p");
  EXPECT_EQ(instance->instance_id, uint64_t{1} << 63);
  EXPECT_EQ(instance->instance_name, "i");
  EXPECT_EQ(instance->security.at(0), 1U);
  EXPECT_EQ(instance->security.at(1), 1U);
}

TEST(ParseGceInstance, RefusesEveryTruncationAndTrailingBytes) {
  Bytes der = Instance();
  der[1] = static_cast<uint8_t>(der.size() - 2);
  for (size_t size = 0; size < der.size(); ++size) {
    EXPECT_FALSE(ParseGceInstance(ByteView(der).first(size)).ok()) << size;
  }
  der.push_back(0);
  EXPECT_FALSE(ParseGceInstance(der).ok());
}

TEST(ParseGceInstance, RefusesOtherTypesAndNumbers) {
  Bytes good = Instance();
  good[1] = static_cast<uint8_t>(good.size() - 2);
  struct Change {
    size_t at;
    uint8_t value;
  };
  // A set, a PrintableString, a negative number, over 64 bits, and a security
  // property that is a string.
  for (const Change& change :
       {Change{0, 0x31}, Change{2, 0x13}, Change{7, 0x85}, Change{13, 0x01},
        Change{good.size() - 3, 0x0c}}) {
    Bytes bad = good;
    bad[change.at] = change.value;
    EXPECT_FALSE(ParseGceInstance(bad).ok()) << change.at;
  }
}

TEST(ParseGceInstance, RefusesWhatIsNotDer) {
  const auto parses = [](const std::string& project,
                         const std::string& security) {
    ByteWriter out;
    const Bytes fields = *FromHex(
        absl::StrCat("0c017a", project, "0c017002010a0c0169", security));
    out.Be(uint8_t{0x30}).Be(static_cast<uint8_t>(fields.size())).Put(fields);
    return ParseGceInstance(out.view()).ok();
  };
  EXPECT_TRUE(parses("020105", ""));
  EXPECT_TRUE(parses("02020080", "a00c300aa003020101a1030101ff"));
  // A number with a zero too much, a boolean of another byte, and properties
  // that are not in order or twice.
  EXPECT_FALSE(parses("02020005", ""));
  EXPECT_FALSE(parses("020105", "a0073005a103010101"));
  EXPECT_FALSE(parses("020105", "a00c300aa1030101ffa003020101"));
  EXPECT_FALSE(parses("020105", "a00c300aa003020101a003020101"));
}

}  // namespace
}  // namespace evidenced
