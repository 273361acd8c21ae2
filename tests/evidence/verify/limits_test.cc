#include "evidence/verify/limits.h"

#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "quote/base/byte_writer.h"
#include "tests/evidence/verify/evidence_builder.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// The only check that an evidence beyond the limits has, or more than one.
std::string OnlyCheck(const VerifyInput& input) {
  const Verification result = VerifyEvidence(input);
  EXPECT_EQ(result.evidence, nullptr);
  EXPECT_THAT(result.checks, SizeIs(1));
  return Failures(result.checks);
}

TEST(EvidenceLimits, AreFarFromAnOrdinaryEvidence) {
  EXPECT_TRUE(CheckEvidenceLimits(EvidenceBuilder().Build().evidence).ok());
  EXPECT_TRUE(CheckEvidenceLimits({}).ok());
}

TEST(EvidenceLimits, RefuseManyPartsBeforeAnythingElse) {
  VerifyInput input = EvidenceBuilder().Build();
  while (input.evidence.parts_size() < 65) input.evidence.add_parts();
  EXPECT_THAT(OnlyCheck(input),
              AllOf(HasSubstr("limits: "),
                    HasSubstr("expected at most 64 parts, found 65")));
}

TEST(EvidenceLimits, RefuseManyCertificates) {
  VerifyInput input = EvidenceBuilder().Build();
  while (input.evidence.certificates_size() < 64) {
    input.evidence.add_certificates();
  }
  EXPECT_NE(VerifyEvidence(input).evidence, nullptr);
  input.evidence.add_certificates();
  EXPECT_THAT(OnlyCheck(input), HasSubstr("64 certificates, found 65"));
}

TEST(EvidenceLimits, RefuseManyBanksAndRegisters) {
  VerifyInput input = EvidenceBuilder().Build();
  while (input.evidence.registers_size() < 17) input.evidence.add_registers();
  EXPECT_THAT(OnlyCheck(input), HasSubstr("16 PCR banks, found 17"));
  input = EvidenceBuilder().Build();
  v1::RegisterBank* bank = input.evidence.mutable_registers(0);
  while (bank->registers_size() < 25) bank->add_registers();
  EXPECT_THAT(OnlyCheck(input), HasSubstr("24 PCRs of a bank, found 25"));
}

TEST(EvidenceLimits, RefuseALongPath) {
  VerifyInput input = EvidenceBuilder().Build();
  v1::Batch* batch = input.evidence.mutable_binding()->mutable_batch();
  while (batch->path_size() < 65) batch->add_path();
  EXPECT_THAT(OnlyCheck(input), HasSubstr("path, found 65"));
}

TEST(EvidenceLimits, RefuseAManifestByTheCountThatItStates) {
  EvidenceBuilder builder;
  // Four entries are the builder's own.
  for (int i = 0; i < 252; ++i) {
    builder.further_entries.push_back(
        MissingEntry(absl::StrFormat("x%d", i), "no-device"));
  }
  EXPECT_NE(VerifyEvidence(builder.Build()).evidence, nullptr);
  builder.further_entries.push_back(MissingEntry("y", "no-device"));
  EXPECT_THAT(OnlyCheck(builder.Build()),
              HasSubstr("256 manifest entries, found 257"));
}

TEST(EvidenceLimits, LeaveAShortManifestToItsParser) {
  VerifyInput input = EvidenceBuilder().Build();
  for (const size_t size : {0, 1, 22, 23}) {
    v1::Evidence cut = input.evidence;
    cut.mutable_manifest()->resize(size);
    EXPECT_TRUE(CheckEvidenceLimits(cut).ok()) << size;
  }
}

// A part is as long as it is, whatever an honestly signed manifest says.
TEST(VerifyEvidence, RefusesAPartOfFourGibibytesThatIsShort) {
  EvidenceBuilder builder;
  ManifestEntry entry = PresentEntry("log.ccel", kMediaTcg2, Bytes{1});
  entry.length = uint64_t{std::numeric_limits<uint32_t>::max()} + 1;
  builder.further_entries.push_back(entry);
  VerifyInput input = builder.Build();
  v1::Part* part = input.evidence.add_parts();
  part->set_label("log.ccel");
  part->set_media_type(std::string(kMediaTcg2));
  part->set_data("\x01");
  EXPECT_THAT(Failures(VerifyEvidence(input).checks),
              HasSubstr("expected 4294967296 bytes for log.ccel, found 1"));
}

}  // namespace
}  // namespace evidenced
