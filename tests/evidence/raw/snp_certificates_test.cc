#include "evidence/raw/snp_certificates.h"

#include "absl/strings/numbers.h"
#include "gmock/gmock.h"

#include "evidence/raw/snp_table.h"
#include "tests/evidence/raw/snp_fixture.h"

namespace evidenced {
namespace {

using ::testing::ElementsAre;

RawSnpCertificates Judge(const RawSnpFiles& files) {
  return JudgeSnpCertificates(files, World().Trust());
}

TEST(JudgeSnpCertificates, AcceptsAKeyWithItsChain) {
  const RawSnpCertificates judged = Judge(World().Files());
  EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kAccept);
  EXPECT_TRUE(judged.layout.ok());
  EXPECT_EQ(OutcomeOf(judged.verdict, "ark_key_is_pinned"), Outcome::kPass);
}

TEST(JudgeSnpCertificates, AcceptsCasAlone) {
  RawSnpFiles files = World().Files();
  files.ek.reset();
  const RawSnpCertificates judged = Judge(files);
  EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kAccept);
  EXPECT_EQ(OutcomeOf(judged.verdict, "root_self_signed"), Outcome::kPass);
  EXPECT_EQ(OutcomeOf(judged.verdict, "others_chain_to_root_ignoring_time"),
            Outcome::kPass);
  ASSERT_TRUE(judged.root.has_value());
  EXPECT_EQ(judged.root->common_name(), "ARK-Milan");
}

TEST(JudgeSnpCertificates, RejectsAKeyOfAnotherCa) {
  RawSnpFiles files = World().Files();
  const Issued impostor =
      IssueRoot(SnpCaSpec("SEV-Milan", 0x10001), KeyKind::kRsa2048);
  const Certificate vcek =
      Issue(SnpKeyCertificateSpec(MilanVcekSpec()), impostor, KeyKind::kP384)
          .certificate;
  files.ek = vcek.der();
  const RawSnpCertificates judged = Judge(files);
  EXPECT_EQ(judged.verdict.error_class(), ErrorClass::kChainInvalid);
  EXPECT_EQ(OutcomeOf(judged.verdict, "ek_chain_to_ark_valid_ignoring_time"),
            Outcome::kFail);
  EXPECT_EQ(OutcomeOf(judged.verdict, "ark_key_is_pinned"), Outcome::kPass);
}

TEST(JudgeSnpCertificates, RejectsACaThatTheRootDidNotSign) {
  const Issued other =
      IssueRoot(SnpCaSpec("ARK-Genoa", 0x20000), KeyKind::kRsa2048);
  const Certificate ask =
      Issue(SnpCaSpec("SEV-Genoa", 0x20001), other, KeyKind::kRsa2048)
          .certificate;
  RawSnpFiles files = World().Files();
  files.ek.reset();
  files.ca.emplace_back(ask.der());
  const RawSnpCertificates judged = Judge(files);
  EXPECT_EQ(judged.verdict.error_class(), ErrorClass::kChainInvalid);
  EXPECT_EQ(OutcomeOf(judged.verdict, "others_chain_to_root_ignoring_time"),
            Outcome::kFail);
  EXPECT_EQ(OutcomeOf(judged.verdict, "root_self_signed"), Outcome::kPass);
}

TEST(JudgeSnpCertificates, RejectsARootThatNobodyTrusts) {
  RawSnpFiles files = World().Files();
  files.ek.reset();
  const RawSnpCertificates judged = JudgeSnpCertificates(
      files, {.roots = AmdSnpRoots(), .time = ValidityTime::NotChecked()});
  EXPECT_EQ(judged.verdict.error_class(), ErrorClass::kUntrustedRoot);
}

TEST(JudgeSnpCertificates, AsksTheCrlForCasWithoutAKey) {
  RawSnpFiles files = World().Files();
  files.ek.reset();
  EXPECT_EQ(OutcomeOf(Judge(files).verdict, "crl_revokes_none"),
            Outcome::kNotChecked);
  const Bytes good = IssueCrl({.digest = "SHA384", .padding = RsaPadding::kPss},
                              World().pki.ark());
  files.crl = good;
  EXPECT_EQ(OutcomeOf(Judge(files).verdict, "crl_revokes_none"),
            Outcome::kPass);
  int64_t serial = 0;
  ASSERT_TRUE(
      absl::SimpleHexAtoi(World().pki.ask().certificate.serial(), &serial));
  const Bytes revoking = IssueCrl(
      {.serials = {serial}, .digest = "SHA384", .padding = RsaPadding::kPss},
      World().pki.ark());
  files.crl = revoking;
  EXPECT_EQ(Judge(files).verdict.error_class(), ErrorClass::kChainInvalid);
}

TEST(JudgeSnpCertificates, AsksTheRootForTheProductOfItsName) {
  RawSnpFiles files = World().Files();
  files.ek.reset();
  const Bytes& ark = World().pki.ark().certificate.spki_sha256();
  const auto judge = [&](SnpProduct product) {
    return JudgeSnpCertificates(files, {.roots = WithSnpRoot({}, ark, product),
                                        .time = ValidityTime::NotChecked()})
        .verdict.error_class();
  };
  EXPECT_EQ(judge(SnpProduct::kMilan), std::nullopt);
  EXPECT_EQ(judge(SnpProduct::kGenoa), ErrorClass::kUntrustedRoot);
}

TEST(JudgeSnpCertificates, IsIncompleteWithoutARoot) {
  RawSnpFiles files;
  files.ca = {World().pki.ask().certificate.der()};
  const RawSnpCertificates judged = Judge(files);
  EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kIncomplete);
  EXPECT_THAT(judged.verdict.undecided(),
              ElementsAre("others_chain_to_root_ignoring_time"));
  EXPECT_EQ(Judge({}).verdict.outcome(), RawOutcome::kIncomplete);
}

TEST(JudgeSnpCertificates, RejectsFilesThatHoldNone) {
  const Bytes junk(100, 3);
  RawSnpFiles ek = World().Files();
  ek.ek = junk;
  RawSnpFiles ca = World().Files();
  ca.ca.emplace_back(junk);
  for (const RawSnpFiles& files : {ek, ca}) {
    const RawSnpCertificates judged = Judge(files);
    EXPECT_EQ(judged.verdict.error_class(), ErrorClass::kMalformed);
    EXPECT_FALSE(judged.layout.ok());
  }
}

TEST(JudgeSnpCertificates, RejectsACertificateThatIsNoEndorsement) {
  RawSnpFiles files = World().Files();
  files.ek = World().pki.ask().certificate.der();
  const RawSnpCertificates judged = Judge(files);
  EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kReject);
  EXPECT_EQ(OutcomeOf(judged.verdict, "ek_is_vcek_or_vlek"), Outcome::kFail);
}

RawSnpTable JudgeTable(const Bytes& table, std::optional<ByteView> report) {
  return JudgeSnpTable({.table = table,
                        .report = report,
                        .files = {},
                        .report_data = std::nullopt,
                        .trust = World().Trust()});
}

Bytes WholeTable() {
  return SnpTable(
      {{kVcekGuid, World().vcek.certificate.der()},
       {kAskGuid, World().pki.ask().certificate.der()},
       {kArkGuid, ToBytes(AsBytes(Pem(World().pki.ark().certificate)))}});
}

TEST(JudgeSnpTable, AcceptsAReportByItsTable) {
  const Bytes table = WholeTable();
  const Bytes report = SnpReportBytes({}, World().vcek.key);
  const RawSnpTable judged = JudgeTable(table, report);
  EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kAccept);
  ASSERT_EQ(judged.entries.size(), 3U);
  EXPECT_FALSE(judged.entries[0].pem);
  EXPECT_TRUE(judged.entries[2].pem);
  EXPECT_EQ(judged.entries[1].certificates.at(0).common_name(), "SEV-Milan");
  ASSERT_TRUE(judged.report.has_value());
  EXPECT_EQ(judged.report->verdict.outcome(), RawOutcome::kAccept);
}

TEST(JudgeSnpTable, RejectsAForgedReport) {
  const Bytes table = WholeTable();
  Bytes report = SnpReportBytes({}, World().vcek.key);
  report[0x50] ^= 1;
  const RawSnpTable judged = JudgeTable(table, report);
  EXPECT_EQ(judged.verdict.error_class(), ErrorClass::kSignatureInvalid);
}

TEST(JudgeSnpTable, IsIncompleteWhereTheHostGaveNoKey) {
  const Bytes table(24, 0);
  const Bytes report = SnpReportBytes({}, World().vcek.key);
  const RawSnpTable judged = JudgeTable(table, report);
  EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kIncomplete);
  EXPECT_THAT(judged.verdict.undecided(), ElementsAre("signature_valid"));
}

TEST(JudgeSnpTable, JudgesATableAlone) {
  EXPECT_EQ(JudgeTable(WholeTable(), std::nullopt).verdict.outcome(),
            RawOutcome::kAccept);
  EXPECT_EQ(JudgeTable(Bytes(24, 0), std::nullopt).verdict.outcome(),
            RawOutcome::kAccept);
  const Bytes impostor =
      SnpTable({{kVcekGuid, World().vlek.certificate.der()},
                {kAskGuid, World().pki.ask().certificate.der()},
                {kArkGuid, World().pki.ark().certificate.der()}});
  EXPECT_EQ(JudgeTable(impostor, std::nullopt).verdict.error_class(),
            ErrorClass::kChainInvalid);
}

TEST(JudgeSnpTable, JudgesEachKeyOfATableAlone) {
  const Bytes both =
      SnpTable({{kVcekGuid, World().vcek.certificate.der()},
                {kVlekGuid, World().vlek.certificate.der()},
                {kAskGuid, World().pki.ask().certificate.der()},
                {kArkGuid, World().pki.ark().certificate.der()}});
  EXPECT_EQ(JudgeTable(both, std::nullopt).verdict.error_class(),
            ErrorClass::kChainInvalid);
  const Bytes no_key =
      SnpTable({{kVcekGuid, World().pki.ask().certificate.der()},
                {kAskGuid, World().pki.ask().certificate.der()},
                {kArkGuid, World().pki.ark().certificate.der()}});
  EXPECT_EQ(JudgeTable(no_key, std::nullopt).verdict.outcome(),
            RawOutcome::kReject);
  const Bytes cas = SnpTable({{kAskGuid, World().pki.ask().certificate.der()},
                              {kArkGuid, World().pki.ark().certificate.der()}});
  EXPECT_EQ(JudgeTable(cas, std::nullopt).verdict.outcome(),
            RawOutcome::kAccept);
  const RawSnpTable untrusted = JudgeSnpTable(
      {.table = cas,
       .report = std::nullopt,
       .files = {},
       .report_data = std::nullopt,
       .trust = {.roots = AmdSnpRoots(), .time = ValidityTime::NotChecked()}});
  EXPECT_EQ(untrusted.verdict.error_class(), ErrorClass::kUntrustedRoot);
}

TEST(JudgeSnpTable, JudgesItsOwnKeyWhateverIsBesideIt) {
  const Bytes table = SnpTable({{kVcekGuid, World().vlek.certificate.der()}});
  const RawSnpTable judged = JudgeSnpTable({.table = table,
                                            .report = std::nullopt,
                                            .files = World().Files(),
                                            .report_data = std::nullopt,
                                            .trust = World().Trust()});
  EXPECT_EQ(judged.verdict.error_class(), ErrorClass::kChainInvalid);
}

TEST(JudgeSnpTable, RejectsEntriesThatDoNotHoldWhatTheySay) {
  for (const char* guid : {kVcekGuid, kAskGuid, kArkGuid, kCrlGuid}) {
    const RawSnpTable judged =
        JudgeTable(SnpTable({{guid, Bytes(20, 7)}}), std::nullopt);
    EXPECT_EQ(judged.verdict.error_class(), ErrorClass::kMalformed) << guid;
  }
}

TEST(JudgeSnpTable, RejectsATableOutOfRange) {
  Bytes table = WholeTable();
  PutLe(table, 20, 0xffff, 4);
  const RawSnpTable judged = JudgeTable(table, std::nullopt);
  EXPECT_EQ(judged.verdict.error_class(), ErrorClass::kTruncated);
  EXPECT_FALSE(judged.layout.ok());
  EXPECT_TRUE(judged.entries.empty());
}

}  // namespace
}  // namespace evidenced
