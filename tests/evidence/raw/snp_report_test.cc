#include "evidence/raw/snp_report.h"

#include <vector>

#include "gmock/gmock.h"

#include "quote/snp/verify.h"
#include "tests/evidence/raw/snp_fixture.h"

namespace evidenced {
namespace {

using ::testing::ElementsAre;

RawSnpReport Judge(const Bytes& report, const RawSnpFiles& files) {
  return JudgeSnpReport({.report = report,
                         .files = files,
                         .table = std::nullopt,
                         .report_data = std::nullopt,
                         .trust = World().Trust()});
}

RawSnpReport Judge(const Bytes& report) {
  return Judge(report, World().Files());
}

Bytes Signed(const SnpReportSpec& spec) {
  return SnpReportBytes(spec, World().vcek.key);
}

void ExpectReject(const RawSnpReport& judged, absl::string_view check,
                  ErrorClass error_class) {
  EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kReject);
  EXPECT_EQ(judged.verdict.error_class(), error_class) << ErrorClassName(
      judged.verdict.error_class().value_or(ErrorClass::kEmpty));
  EXPECT_EQ(OutcomeOf(judged.verdict, check), Outcome::kFail) << check;
}

TEST(JudgeSnpReport, AcceptsAGenuineReportAndSaysEachCheck) {
  const RawSnpReport judged = Judge(Signed({}));
  EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kAccept);
  for (const char* name :
       {"version_in_2_to_5", "signature_algo_is_1", "reserved_fields_zero",
        "signature_valid", "reported_tcb_matches_ek_cert",
        "chip_id_matches_ek_cert", "signing_key_kind_matches_ek_cert",
        "cpuid_generation_matches_ek_cert",
        "ek_chain_to_ark_valid_ignoring_time", "ark_key_is_pinned"}) {
    EXPECT_EQ(OutcomeOf(judged.verdict, name), Outcome::kPass) << name;
  }
  EXPECT_EQ(OutcomeOf(judged.verdict, "binding"), Outcome::kNotChecked);
  EXPECT_EQ(judged.product(), SnpProduct::kMilan);
}

TEST(JudgeSnpReport, AcceptsAVlekWithoutAskingForAChip) {
  RawSnpFiles files = World().Files();
  files.ek = World().vlek.certificate.der();
  const RawSnpReport judged =
      Judge(SnpReportBytes(VlekReportSpec(), World().vlek.key), files);
  EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kAccept);
  EXPECT_EQ(OutcomeOf(judged.verdict, "chip_id_matches_ek_cert"),
            Outcome::kNotChecked);
}

TEST(JudgeSnpReport, TakesTheProductOfVersion2FromTheCertificate) {
  const RawSnpReport judged = Judge(Signed({.version = 2}));
  EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kAccept);
  EXPECT_EQ(OutcomeOf(judged.verdict, "cpuid_generation_matches_ek_cert"),
            std::nullopt);
  EXPECT_EQ(judged.product(), SnpProduct::kMilan);
  RawSnpFiles none;
  EXPECT_EQ(Judge(Signed({.version = 2}), none).product(), std::nullopt);
}

TEST(JudgeSnpReport, TakesCasBehindTheKeyInItsFile) {
  const std::string chain = Pem(World().vcek.certificate) + World().ca_pem;
  RawSnpFiles files;
  files.ek = AsBytes(chain);
  EXPECT_EQ(Judge(Signed({}), files).verdict.outcome(), RawOutcome::kAccept);
}

TEST(JudgeSnpReport, TakesKeysFromATable) {
  const RawSnpWorld& world = World();
  const Bytes table = SnpTable(
      {{kVlekGuid, world.vlek.certificate.der()},
       {kVcekGuid, world.vcek.certificate.der()},
       {kAskGuid, world.pki.ask().certificate.der()},
       {kArkGuid, ToBytes(AsBytes(Pem(world.pki.ark().certificate)))}});
  const auto judge = [&](const Bytes& report) {
    return JudgeSnpReport({.report = report,
                           .files = {},
                           .table = table,
                           .report_data = std::nullopt,
                           .trust = world.Trust()});
  };
  EXPECT_EQ(judge(Signed({})).verdict.outcome(), RawOutcome::kAccept);
  // Of the two keys the one that signed; its CA is not in the table.
  const Bytes by_vlek = SnpReportBytes(VlekReportSpec(), world.vlek.key);
  const RawSnpReport vlek = judge(by_vlek);
  EXPECT_EQ(OutcomeOf(vlek.verdict, "signature_valid"), Outcome::kPass);
  ExpectReject(vlek, "ek_chain_to_ark_valid_ignoring_time",
               ErrorClass::kChainInvalid);
}

TEST(JudgeSnpReport, IsIncompleteWithoutAKey) {
  const RawSnpReport judged = Judge(Signed({}), RawSnpFiles{});
  EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kIncomplete);
  EXPECT_THAT(judged.verdict.undecided(), ElementsAre("signature_valid"));
}

TEST(JudgeSnpReport, IsIncompleteWithoutCas) {
  RawSnpFiles files = World().Files();
  files.ca.clear();
  const RawSnpReport judged = Judge(Signed({}), files);
  EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kIncomplete);
  EXPECT_THAT(judged.verdict.undecided(),
              ElementsAre("ek_chain_to_ark_valid_ignoring_time"));
}

TEST(JudgeSnpReport, RejectsAKeyThatIsNoCertificate) {
  const Bytes report = Signed({});
  RawSnpFiles files = World().Files();
  files.ek = report;
  const RawSnpReport judged = Judge(report, files);
  ExpectReject(judged, "ek_certificate_layout", ErrorClass::kMalformed);
  EXPECT_EQ(OutcomeOf(judged.verdict, "signature_valid"), Outcome::kNotChecked);
  EXPECT_THAT(judged.verdict.undecided(),
              ElementsAre("ek_chain_to_ark_valid_ignoring_time"));
}

TEST(JudgeSnpReport, RejectsACertificateThatIsNoEndorsement) {
  RawSnpFiles files = World().Files();
  files.ek = World().pki.ask().certificate.der();
  const RawSnpReport judged = Judge(Signed({}), files);
  ExpectReject(judged, "signature_valid", ErrorClass::kSignatureInvalid);
  EXPECT_EQ(OutcomeOf(judged.verdict, "reported_tcb_matches_ek_cert"),
            Outcome::kFail);
}

TEST(JudgeSnpReport, RejectsBrokenLayouts) {
  const Bytes whole = Signed({});
  const auto cut = [&](size_t size) {
    return Judge(ToBytes(ByteView(whole).first(size)));
  };
  ExpectReject(cut(0), "report_layout", ErrorClass::kEmpty);
  ExpectReject(cut(1000), "report_layout", ErrorClass::kTruncated);
  EXPECT_FALSE(cut(1000).report.has_value());
  EXPECT_FALSE(cut(1000).layout.ok());
}

TEST(JudgeSnpReport, ShowsTheFieldsOfALaterVersionAndRejectsIt) {
  SnpReportSpec spec;
  spec.version = 6;
  const RawSnpReport judged = Judge(Signed(spec));
  ExpectReject(judged, "version_in_2_to_5", ErrorClass::kUnsupportedVersion);
  EXPECT_TRUE(judged.report.has_value());
  EXPECT_EQ(OutcomeOf(judged.verdict, "signature_valid"), Outcome::kPass);
}

TEST(JudgeSnpReport, RejectsAFlippedBitAndMakesTheOtherChecks) {
  Bytes report = Signed({});
  report[0x90] ^= 1;
  const RawSnpReport judged = Judge(report);
  ExpectReject(judged, "signature_valid", ErrorClass::kSignatureInvalid);
  EXPECT_EQ(OutcomeOf(judged.verdict, "chip_id_matches_ek_cert"),
            Outcome::kPass);
  EXPECT_EQ(OutcomeOf(judged.verdict, "ark_key_is_pinned"), Outcome::kPass);
}

TEST(JudgeSnpReport, RejectsOtherAlgorithms) {
  const RawSnpReport judged = Judge(Signed({.signature_algo = 2}));
  ExpectReject(judged, "signature_algo_is_1",
               ErrorClass::kUnsupportedAlgorithm);
  EXPECT_EQ(OutcomeOf(judged.verdict, "signature_valid"), Outcome::kFail);
}

TEST(JudgeSnpReport, RejectsWhatTheCertificateIsNotFor) {
  SnpReportSpec spec;
  spec.tcb ^= 1;
  ExpectReject(Judge(Signed(spec)), "reported_tcb_matches_ek_cert",
               ErrorClass::kBindingMismatch);
  spec = {};
  spec.chip_id[0] ^= 1;
  ExpectReject(Judge(Signed(spec)), "chip_id_matches_ek_cert",
               ErrorClass::kBindingMismatch);
  ExpectReject(Judge(Signed({.key_info = 1U << 2})),
               "signing_key_kind_matches_ek_cert",
               ErrorClass::kBindingMismatch);
  ExpectReject(Judge(Signed({.cpuid = {.family = 0x19, .model = 0x11}})),
               "cpuid_generation_matches_ek_cert",
               ErrorClass::kBindingMismatch);
}

TEST(JudgeSnpReport, RejectsARootThatNobodyTrusts) {
  const Bytes report = Signed({});
  const RawSnpReport judged = JudgeSnpReport(
      {.report = report,
       .files = World().Files(),
       .table = std::nullopt,
       .report_data = std::nullopt,
       .trust = {.roots = AmdSnpRoots(), .time = ValidityTime::NotChecked()}});
  ExpectReject(judged, "ark_key_is_pinned", ErrorClass::kUntrustedRoot);
}

TEST(JudgeSnpReport, ChecksTheReportDataThatWasAskedFor) {
  SnpReportSpec spec;
  spec.report_data = Bytes(32, 7);
  spec.report_data.resize(64);
  const Bytes report = Signed(spec);
  const auto judge = [&](const Bytes& report_data) {
    return JudgeSnpReport({.report = report,
                           .files = World().Files(),
                           .table = std::nullopt,
                           .report_data = report_data,
                           .trust = World().Trust()});
  };
  EXPECT_EQ(OutcomeOf(judge(spec.report_data).verdict, "binding"),
            Outcome::kPass);
  EXPECT_EQ(OutcomeOf(judge(Bytes(32, 7)).verdict, "binding"), Outcome::kPass);
  for (const Bytes& other :
       {Bytes{}, Bytes(31, 7), Bytes(32, 8), Bytes(65, 7)}) {
    ExpectReject(judge(other), "binding", ErrorClass::kBindingMismatch);
  }
}

TEST(JudgeSnpReport, ChecksDatesAndCrlIfGiven) {
  const Bytes report = Signed({});
  RawSnpTrust trust = World().Trust();
  trust.time = ValidityTime::At(TestNow() + absl::Hours(48));
  RawSnpFiles files = World().Files();
  const auto judge = [&] {
    return JudgeSnpReport({.report = report,
                           .files = files,
                           .table = std::nullopt,
                           .report_data = std::nullopt,
                           .trust = trust});
  };
  ExpectReject(judge(), "certificate-validity", ErrorClass::kChainInvalid);
  trust.time = ValidityTime::At(TestNow());
  CrlSpec crl_spec{.digest = "SHA384", .padding = RsaPadding::kPss};
  Bytes crl = IssueCrl(crl_spec, World().pki.ark());
  files.crl = crl;
  EXPECT_EQ(judge().verdict.outcome(), RawOutcome::kAccept);
  crl_spec.serials = {0x10001};
  crl = IssueCrl(crl_spec, World().pki.ark());
  files.crl = crl;
  ExpectReject(judge(), "crl_revokes_none", ErrorClass::kChainInvalid);
  files.crl = report;
  ExpectReject(judge(), "crl_layout", ErrorClass::kMalformed);
}

// Two ways to say it: they may not differ.
TEST(JudgeSnpReport, AcceptsExactlyWhatVerifySnpReportAccepts) {
  const RawSnpWorld& world = World();
  const auto endorsement = VerifySnpEndorsement(
      world.vcek.certificate, world.pki.ca(), world.pki.Trust());
  ASSERT_TRUE(endorsement.ok());
  std::vector<Bytes> reports;
  for (uint32_t version = 0; version < 8; ++version) {
    reports.push_back(Signed({.version = version}));
  }
  for (uint32_t key_info = 0; key_info < 34; ++key_info) {
    reports.push_back(Signed({.key_info = key_info}));
  }
  for (size_t offset = 0; offset < kSnpReportSize; offset += 19) {
    Bytes report = UnsignedSnpReport({});
    report[offset] ^= 0x10;
    reports.push_back(SignSnpReport(report, world.vcek.key));
    report = Signed({});
    report[offset] ^= 0x10;
    reports.push_back(report);
  }
  size_t accepted = 0;
  for (const Bytes& report : reports) {
    const bool verified = VerifySnpReport(report, *endorsement).ok();
    EXPECT_EQ(Judge(report).verdict.outcome() == RawOutcome::kAccept, verified);
    if (verified) ++accepted;
  }
  EXPECT_GT(accepted, 20U);
  EXPECT_GT(reports.size() - accepted, 80U);
}

// Version 1 has no CPUID, so that its bytes would be reserved.
TEST(JudgeSnpReport, OfAnUnknownVersionSaysThatFirst) {
  for (const uint32_t version : {0U, 1U, 6U}) {
    Bytes report = Signed({});
    PutLe(report, 0, version, 4);
    const RawSnpReport judged = Judge(report);
    ExpectReject(judged, "version_in_2_to_5", ErrorClass::kUnsupportedVersion);
  }
}

TEST(JudgeSnpReport, LooksAtNoMoreCasThanItsLimitAndSaysSo) {
  const Bytes der = World().vlek.certificate.der();
  RawSnpFiles files = World().Files();
  files.ca.insert(files.ca.end(), kMaxSnpCas, der);
  const RawSnpReport judged = Judge(Signed({}), files);
  EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kAccept);
  EXPECT_EQ(OutcomeOf(judged.verdict, "ca_certificates_count"),
            Outcome::kNotChecked);
  EXPECT_EQ(judged.keys.ca.size(), kMaxSnpCas);
}

TEST(JudgeSnpReport, LooksAtTheGivenCasBeforeThoseOfTheHost) {
  const RawSnpWorld& world = World();
  std::string many = Pem(world.vcek.certificate);
  for (size_t i = 0; i < kMaxSnpCas; ++i) many += Pem(world.vlek.certificate);
  const Bytes table = SnpTable({{kVcekGuid, ToBytes(AsBytes(many))}});
  RawSnpFiles files = world.Files();
  files.ek.reset();
  EXPECT_EQ(JudgeSnpReport({.report = Signed({}),
                            .files = files,
                            .table = table,
                            .report_data = std::nullopt,
                            .trust = world.Trust()})
                .verdict.outcome(),
            RawOutcome::kAccept);
}

TEST(JudgeSnpReport, SaysWhoseTheRootAndTheListAre) {
  const RawSnpWorld& world = World();
  const Bytes table = SnpTable(
      {{kCrlGuid, IssueCrl({.digest = "SHA384", .padding = RsaPadding::kPss},
                           world.pki.ark())}});
  const RawSnpReport judged = JudgeSnpReport({.report = Signed({}),
                                              .files = world.Files(),
                                              .table = table,
                                              .report_data = std::nullopt,
                                              .trust = world.Trust()});
  EXPECT_THAT(FoundOf(judged.verdict, "ark_key_is_pinned"),
              testing::HasSubstr("NOT AMD's"));
  EXPECT_THAT(FoundOf(judged.verdict, "crl_revokes_none"),
              testing::AllOf(testing::HasSubstr("from the host"),
                             testing::HasSubstr("of 2025-12-31T"),
                             testing::HasSubstr("dates not judged")));
}

}  // namespace
}  // namespace evidenced
