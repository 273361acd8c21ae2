#include "quote/snp/product.h"

#include "gmock/gmock.h"

namespace evidenced {
namespace {

std::optional<SnpProduct> FromCpuid(uint8_t family, uint8_t model) {
  return SnpProductFromCpuid({.family = family, .model = model, .stepping = 1});
}

TEST(SnpProductFromCpuid, KnowsTheModelsOfEachProduct) {
  EXPECT_EQ(FromCpuid(0x19, 0x00), SnpProduct::kMilan);
  EXPECT_EQ(FromCpuid(0x19, 0x0f), SnpProduct::kMilan);
  EXPECT_EQ(FromCpuid(0x19, 0x10), SnpProduct::kGenoa);
  EXPECT_EQ(FromCpuid(0x19, 0x1f), SnpProduct::kGenoa);
  EXPECT_EQ(FromCpuid(0x1a, 0x00), SnpProduct::kTurin);
  EXPECT_EQ(FromCpuid(0x1a, 0x11), SnpProduct::kTurin);
}

TEST(SnpProductFromCpuid, TakesBergamoAndSienaForGenoa) {
  EXPECT_EQ(FromCpuid(0x19, 0xa0), SnpProduct::kGenoa);
  EXPECT_EQ(FromCpuid(0x19, 0xaf), SnpProduct::kGenoa);
}

TEST(SnpProductFromCpuid, KnowsNoOther) {
  EXPECT_EQ(FromCpuid(0x19, 0x20), std::nullopt);
  EXPECT_EQ(FromCpuid(0x19, 0x9f), std::nullopt);
  EXPECT_EQ(FromCpuid(0x19, 0xb0), std::nullopt);
  EXPECT_EQ(FromCpuid(0x1a, 0x12), std::nullopt);
  EXPECT_EQ(FromCpuid(0x1a, 0xff), std::nullopt);
  EXPECT_EQ(FromCpuid(0x18, 0x01), std::nullopt);
  EXPECT_EQ(FromCpuid(0x00, 0x00), std::nullopt);
}

TEST(SnpProductFromName, LeavesOutTheStepping) {
  EXPECT_EQ(SnpProductFromName("Milan-B0"), SnpProduct::kMilan);
  EXPECT_EQ(SnpProductFromName("Milan"), SnpProduct::kMilan);
  EXPECT_EQ(SnpProductFromName("Genoa-B1"), SnpProduct::kGenoa);
  EXPECT_EQ(SnpProductFromName("Bergamo"), SnpProduct::kGenoa);
  EXPECT_EQ(SnpProductFromName("Siena-A0"), SnpProduct::kGenoa);
  EXPECT_EQ(SnpProductFromName("Turin"), SnpProduct::kTurin);
}

TEST(SnpProductFromName, KnowsNoOther) {
  for (const char* name : {"", "-", "milan", "Milano", "B0-Milan", "Venice"}) {
    EXPECT_EQ(SnpProductFromName(name), std::nullopt) << name;
  }
}

}  // namespace
}  // namespace evidenced
