#include "quote/snp/tcb.h"

#include "gmock/gmock.h"

namespace evidenced {
namespace {

constexpr auto kMilan = SnpProduct::kMilan;
constexpr auto kTurin = SnpProduct::kTurin;

TEST(SnpTcb, HasItsPartsInPlace) {
  const SnpTcb tcb(0xd5180a0b0c0d0604, kMilan);
  EXPECT_EQ(tcb.fmc(), std::nullopt);
  EXPECT_EQ(tcb.boot_loader(), 4);
  EXPECT_EQ(tcb.tee(), 6);
  EXPECT_EQ(Hex(tcb.reserved()), "0d0c0b0a");
  EXPECT_EQ(tcb.snp(), 0x18);
  EXPECT_EQ(tcb.microcode(), 0xd5);
  EXPECT_EQ(tcb.raw(), 0xd5180a0b0c0d0604);
  EXPECT_EQ(SnpTcb(tcb.raw(), SnpProduct::kGenoa), tcb);
}

TEST(SnpTcb, OfTurinHasAnFmc) {
  const SnpTcb tcb(0x470a0b0c02050103, kTurin);
  EXPECT_EQ(tcb.fmc(), 3);
  EXPECT_EQ(tcb.boot_loader(), 1);
  EXPECT_EQ(tcb.tee(), 5);
  EXPECT_EQ(tcb.snp(), 2);
  EXPECT_EQ(Hex(tcb.reserved()), "0c0b0a");
  EXPECT_EQ(tcb.microcode(), 0x47);
  EXPECT_EQ(tcb.raw(), 0x470a0b0c02050103);
}

TEST(SnpTcb, IsAtLeastAnotherIfEveryPartIs) {
  const SnpTcb tcb(0x0505050505050505, kMilan);
  EXPECT_TRUE(tcb >= tcb);
  for (int part = 0; part < 8; ++part) {
    const uint64_t one = uint64_t{1} << (8 * part);
    EXPECT_TRUE(SnpTcb(tcb.raw() + one, kMilan) > tcb) << part;
    EXPECT_TRUE(SnpTcb(tcb.raw() - one, kMilan) < tcb) << part;
    EXPECT_FALSE(SnpTcb(tcb.raw() - one, kMilan) >= tcb) << part;
  }
}

// Equal in sum, greater as an integer, and yet older in one part.
TEST(SnpTcb, DoesNotMakeUpForOnePartWithAnother) {
  const SnpTcb minimum(0xd517000000000004, kMilan);
  const SnpTcb newer_microcode(0xd616000000000004, kMilan);
  EXPECT_GT(newer_microcode.raw(), minimum.raw());
  EXPECT_FALSE(newer_microcode >= minimum);
  EXPECT_FALSE(newer_microcode <= minimum);
  EXPECT_EQ(newer_microcode <=> minimum, std::partial_ordering::unordered);
}

TEST(SnpTcb, OfAnotherLayoutIsNotComparable) {
  const SnpTcb milan(0x0505050505050505, kMilan);
  const SnpTcb turin(0x0505050505050505, kTurin);
  EXPECT_FALSE(milan == turin);
  EXPECT_FALSE(milan >= turin);
  EXPECT_FALSE(turin >= milan);
}

TEST(SnpTcb, SaysItsParts) {
  EXPECT_EQ(SnpTcb(0xd518000000000004, kMilan).Text(),
            "boot loader 4, TEE 0, SNP 24, microcode 213");
  EXPECT_EQ(SnpTcb(0x4700000102000103, kTurin).Text(),
            "FMC 3, boot loader 1, TEE 0, SNP 2, microcode 71, reserved "
            "010000");
}

}  // namespace
}  // namespace evidenced
