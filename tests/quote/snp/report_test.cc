#include "quote/snp/report.h"

#include "gmock/gmock.h"

#include "quote/base/error_class.h"
#include "quote/snp/report_bits.h"
#include "quote/snp/report_checks.h"
#include "tests/quote/snp/snp_builder.h"

namespace evidenced {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

SnpReport Parse(const Bytes& bytes) {
  auto report = ParseSnpReport(bytes);
  EXPECT_TRUE(report.ok()) << report.status();
  return *std::move(report);
}

TEST(ParseSnpReport, FindsEachFieldInPlace) {
  SnpReportSpec spec = TurinReportSpec();
  spec.policy = 0x00000000000b011f;
  spec.vmpl = 2;
  spec.key_info = 0x07;
  const SnpReport report = Parse(UnsignedSnpReport(spec));
  EXPECT_EQ(report.version, 5U);
  EXPECT_EQ(report.guest_svn, 0x11U);
  EXPECT_EQ(report.policy, 0xb011fU);
  EXPECT_EQ(report.family_id, Bytes(16, 0xf1));
  EXPECT_EQ(report.image_id, Bytes(16, 0x12));
  EXPECT_EQ(report.vmpl, 2U);
  EXPECT_EQ(report.signature_algo, 1U);
  EXPECT_EQ(report.current_tcb, kTurinTcb);
  EXPECT_EQ(report.platform_info, 0x25U);
  EXPECT_TRUE(report.author_key_en());
  EXPECT_TRUE(report.mask_chip_key());
  EXPECT_EQ(report.signing_key(), kSnpSignedByVlek);
  EXPECT_EQ(report.report_data, Bytes(64, 0xda));
  EXPECT_EQ(report.measurement, Bytes(48, 0x3e));
  EXPECT_EQ(report.host_data, Bytes(32, 0xc0));
  EXPECT_EQ(report.id_key_digest, Bytes(48, 0xe0));
  EXPECT_EQ(report.author_key_digest, Bytes(48, 0x11));
  EXPECT_EQ(report.report_id, Bytes(32, 0x14));
  EXPECT_EQ(report.report_id_ma, Bytes(32, 0xff));
  EXPECT_EQ(report.reported_tcb, kTurinTcb);
  ASSERT_TRUE(report.cpuid.has_value());
  EXPECT_EQ(report.cpuid->family, 0x1a);
  EXPECT_EQ(report.cpuid->model, 0x02);
  EXPECT_EQ(report.cpuid->stepping, 0x01);
  EXPECT_EQ(report.chip_id, TurinChip());
  EXPECT_EQ(report.committed_tcb, kTurinTcb);
  EXPECT_EQ(report.current_version.build, 29);
  EXPECT_EQ(report.current_version.minor, 55);
  EXPECT_EQ(report.current_version.major, 1);
  EXPECT_EQ(report.committed_version.build, 28);
  EXPECT_EQ(report.committed_version.minor, 54);
  EXPECT_EQ(report.committed_version.major, 2);
  EXPECT_EQ(report.launch_tcb, kTurinTcb);
  EXPECT_EQ(report.launch_mit_vector, 3U);
  EXPECT_EQ(report.current_mit_vector, 7U);
  EXPECT_THAT(report.nonzero_reserved, IsEmpty());
}

// Each 64-bit field by itself: a swap of two would not show above.
TEST(ParseSnpReport, TellsTheTcbVersionsApart) {
  Bytes bytes = UnsignedSnpReport({});
  PutLe(bytes, 0x038, 1, 8);
  PutLe(bytes, 0x180, 2, 8);
  PutLe(bytes, 0x1E0, 3, 8);
  PutLe(bytes, 0x1F0, 4, 8);
  const SnpReport report = Parse(bytes);
  EXPECT_EQ(report.current_tcb, 1U);
  EXPECT_EQ(report.reported_tcb, 2U);
  EXPECT_EQ(report.committed_tcb, 3U);
  EXPECT_EQ(report.launch_tcb, 4U);
}

TEST(ParseSnpReport, GivesTheSignatureBigEndianWithoutLeadingZeros) {
  Bytes bytes = UnsignedSnpReport({});
  PutLe(bytes, 0x2A0, 0x0102, 2);
  PutLe(bytes, 0x2E8 + 71, 0x03, 1);
  const SnpReport report = Parse(bytes);
  EXPECT_EQ(report.signature_r, (Bytes{1, 2}));
  EXPECT_EQ(report.signature_s.size(), 72U);
  EXPECT_EQ(report.signature_s.front(), 3);
  EXPECT_THAT(Parse(UnsignedSnpReport({})).signature_r, IsEmpty());
}

TEST(ParseSnpReport, ReadsNoCpuidBeforeVersion3) {
  const SnpReport report = Parse(UnsignedSnpReport({.version = 2}));
  EXPECT_FALSE(report.cpuid.has_value());
  EXPECT_THAT(report.nonzero_reserved, IsEmpty());
  EXPECT_TRUE(Parse(UnsignedSnpReport({.version = 3})).cpuid.has_value());
}

TEST(ParseSnpReport, ReadsNoMitigationVectorsBeforeVersion5) {
  const SnpReport report =
      Parse(UnsignedSnpReport({.version = 4, .current_mit_vector = 1}));
  EXPECT_FALSE(report.launch_mit_vector.has_value());
  EXPECT_FALSE(report.current_mit_vector.has_value());
  EXPECT_THAT(report.nonzero_reserved, ElementsAre("0x1f8"));
}

TEST(ParseSnpReport, ReadsOtherVersionsButTheyAreUnsupported) {
  for (const uint32_t version : {0U, 1U, 6U, 0x02000000U, 0xffffffffU}) {
    const SnpReport report = Parse(UnsignedSnpReport({.version = version}));
    EXPECT_EQ(report.version, version);
    EXPECT_EQ(ErrorClassOf(CheckSnpVersion(report)),
              ErrorClass::kUnsupportedVersion);
  }
  for (const uint32_t version : {2U, 3U, 4U, 5U}) {
    const SnpReport report = Parse(UnsignedSnpReport({.version = version}));
    EXPECT_TRUE(CheckSnpVersion(report).ok());
  }
}

TEST(ParseSnpReport, NotesReservedFieldsThatAreNotZero) {
  struct Case {
    size_t offset;
    const char* name;
    uint32_t version;
  };
  for (const Case& one : std::initializer_list<Case>{
           {0x048, "0x048", 3},  // bit 5 of the key information and above
           {0x04C, "0x04c", 3},
           {0x188, "0x188", 2},
           {0x18B, "0x18b", 3},
           {0x19F, "0x18b", 3},
           {0x1EB, "0x1eb", 3},
           {0x1EF, "0x1ef", 3},
           {0x1F8, "0x1f8", 3},
           {0x208, "0x208", 5},
           {0x29F, "0x208", 5},
           {0x330, "0x330", 3},  // behind the signature, and not signed
           {0x49F, "0x330", 3}}) {
    Bytes bytes = UnsignedSnpReport({.version = one.version});
    bytes.at(one.offset) = 0x20;
    const SnpReport report = Parse(bytes);
    EXPECT_THAT(report.nonzero_reserved, ElementsAre(one.name)) << one.offset;
    EXPECT_EQ(ErrorClassOf(CheckSnpReserved(report)), ErrorClass::kMalformed);
  }
}

TEST(ParseSnpReport, RefusesEveryTruncation) {
  const Bytes bytes = UnsignedSnpReport({});
  for (size_t size = 0; size < bytes.size(); ++size) {
    const auto status = ParseSnpReport(ByteView(bytes).first(size)).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << size;
    EXPECT_EQ(ErrorClassOf(status),
              size == 0 ? ErrorClass::kEmpty : ErrorClass::kTruncated)
        << size;
  }
}

TEST(ParseSnpReport, RefusesTrailingBytes) {
  Bytes bytes = UnsignedSnpReport({});
  bytes.push_back(0);
  EXPECT_EQ(ErrorClassOf(ParseSnpReport(bytes).status()),
            ErrorClass::kMalformed);
}

TEST(SnpBits, NamesTheKnownAndKeepsTheOthers) {
  EXPECT_TRUE(HasBit(uint64_t{1} << 19, kSnpPolicyBits[3]));
  EXPECT_EQ(kSnpPolicyBits[3].name, "debug");
  EXPECT_EQ(UnnamedBits(0x4000000003ff0000, kSnpPolicyBits),
            0x4000000000000000U);
  EXPECT_EQ(UnnamedBits(0xff, kSnpPlatformBits), 0x40U);
}

TEST(SnpSigningKeyName, NamesEachValue) {
  EXPECT_EQ(SnpSigningKeyName(0), "vcek");
  EXPECT_EQ(SnpSigningKeyName(1), "vlek");
  EXPECT_EQ(SnpSigningKeyName(3), "reserved (3)");
  EXPECT_EQ(SnpSigningKeyName(7), "none");
}

}  // namespace
}  // namespace evidenced
