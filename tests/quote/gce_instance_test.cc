#include "quote/tpm/gce_instance.h"

#include "gmock/gmock.h"

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

}  // namespace
}  // namespace evidenced
