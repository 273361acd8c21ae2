#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "evidence/binding/from_proto.h"
#include "evidence/binding/rebuild.h"
#include "evidence/verify/limits.h"
#include "evidence/verify/verify.h"
#include "tests/evidence/verify/covered_field.h"
#include "tests/evidence/verify/evidence_builder.h"

namespace evidenced {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(VerifySnpEvidence, AcceptsAReportWithATpmUnderIt) {
  const auto evidence = MustVerify(SnpEvidence().Build());
  ASSERT_NE(evidence, nullptr);
  EXPECT_EQ(evidence->binding().level(), BindingLevel::kB1);
  ASSERT_TRUE(evidence->snp().has_value());
  EXPECT_EQ(evidence->snp()->product(), SnpProduct::kMilan);
  EXPECT_TRUE(evidence->tpm().has_value());
  EXPECT_EQ(evidence->secure_boot(), true);
  EXPECT_EQ(evidence->pcrs().at(HashAlgorithm::kSha256).size(), 22);
}

TEST(VerifySnpEvidence, AcceptsAReportOfAGuestWithoutATpm) {
  EvidenceBuilder builder = SnpEvidence();
  builder.has_tpm = false;
  const auto evidence = MustVerify(builder.Build());
  ASSERT_NE(evidence, nullptr);
  EXPECT_FALSE(evidence->tpm().has_value());
  EXPECT_TRUE(evidence->pcrs().empty());
}

TEST(VerifySnpEvidence, ClaimsNothingFromLogsWithoutQuotedRegisters) {
  EvidenceBuilder builder = SnpEvidence();
  builder.has_tpm = false;
  const Verification result = VerifyEvidence(builder.Build());
  ASSERT_NE(result.evidence, nullptr);
  EXPECT_EQ(result.evidence->secure_boot(), std::nullopt);
  EXPECT_TRUE(result.evidence->FindLog("log.tcg2")->quoted().empty());
  const Check* replay = FindCheck(result.checks, "replay/log.tcg2");
  ASSERT_NE(replay, nullptr);
  EXPECT_EQ(replay->outcome, Outcome::kNotChecked);
  EXPECT_THAT(replay->found, HasSubstr("no register that it extends"));
}

TEST(VerifySnpEvidence, ClaimsNothingFromRegistersThatNobodyQuoted) {
  EvidenceBuilder builder = SnpEvidence();
  builder.has_tpm = false;
  VerifyInput input = builder.Build();
  *input.evidence.mutable_registers() =
      SnpEvidence().Build().evidence.registers();
  const Verification result = VerifyEvidence(input);
  ASSERT_NE(result.evidence, nullptr);
  EXPECT_TRUE(result.evidence->pcrs().empty());
  EXPECT_NE(FindCheck(result.checks, "registers"), nullptr);
}

// Whoever changed the request would have a TPM vouch alone.
TEST(VerifyEvidence, RefusesATpmAloneWhereTheReportWasNotLeftOutByTheVerifier) {
  for (const char* label : {"snp", "tdx"}) {
    EvidenceBuilder builder;
    builder.further_entries = {MissingEntry(label, "not-requested")};
    VerifyInput input = builder.Build();
    EXPECT_THAT(Refusal(input), HasSubstr("request-was-changed"));
    input.without_cpu_report = true;
    EXPECT_EQ(Refusal(input), "accepted");
    builder.further_entries = {MissingEntry(label, "no-device")};
    EXPECT_EQ(Refusal(builder.Build()), "accepted");
  }
  // Where a report signs, it is not asked of another.
  EvidenceBuilder builder = SnpEvidence();
  builder.further_entries = {MissingEntry("tdx", "not-requested")};
  EXPECT_EQ(Refusal(builder.Build()), "accepted");
}

TEST(VerifySnpEvidence, SaysWhereTheListIsFrom) {
  EvidenceBuilder builder = SnpEvidence();
  const SnpTestPki& pki = *builder.snp->pki;
  const auto found = [&](const VerifyInput& input) {
    const Verification result = VerifyEvidence(input);
    const Check* check = FindCheck(result.checks, "revocation");
    return check == nullptr ? "" : check->found;
  };
  VerifyInput input = builder.Build();
  input.snp->crl = SnpCrl(pki.ark(), {});
  EXPECT_THAT(found(input), HasSubstr("that was given, of 2025-12-31T"));
  input = builder.Build();
  const Bytes der =
      IssueCrl({.digest = "SHA384", .padding = RsaPadding::kPss}, pki.ark());
  const auto table = [&](const Bytes& crl) {
    return ToString(SnpTable({{kVcekGuid, builder.snp->key.certificate.der()},
                              {kAskGuid, pki.ask().certificate.der()},
                              {kArkGuid, pki.ark().certificate.der()},
                              {kCrlGuid, crl}}));
  };
  input.evidence.set_snp_certificate_table(table(der));
  EXPECT_THAT(found(input), HasSubstr("from the host"));
  input.evidence.set_snp_certificate_table(table({1, 2, 3}));
  EXPECT_THAT(found(input), HasSubstr("the certificate table's is unusable"));
}

TEST(VerifySnpEvidence, AcceptsAVlek) {
  const auto evidence = MustVerify(SnpEvidence(MilanVlekAttester()).Build());
  ASSERT_NE(evidence, nullptr);
  EXPECT_EQ(evidence->snp()->endorsement().kind, SnpKeyKind::kVlek);
}

TEST(VerifySnpEvidence, AcceptsTurin) {
  const auto evidence = MustVerify(SnpEvidence(TurinAttester()).Build());
  ASSERT_NE(evidence, nullptr);
  EXPECT_EQ(evidence->snp()->reported_tcb().fmc(), 3);
}

TEST(VerifySnpEvidence, ListsEveryCheckInOrder) {
  const Verification result = VerifyEvidence(SnpEvidence().Build());
  std::vector<std::string> names;
  for (const Check& check : result.checks) {
    names.push_back(check.name);
    EXPECT_NE(check.expected, "") << check.name;
    EXPECT_NE(check.found, "") << check.name;
  }
  EXPECT_THAT(
      names,
      ::testing::ElementsAre(
          "signer", "statement", "certificate-table", "endorsement",
          "revocation", "report-signature", "tpm-statement", "attestation-key",
          "tpm-quote-signature", "pcr-digest", "pcr-selection", "pcr-bank",
          "binding", "part/log.ima", "part/log.tcg2", "part/tpm", "part/tpm.ak",
          "log/log.ima", "replay/log.ima", "replay/log.ima/pcr10",
          "log/log.tcg2", "replay/log.tcg2", "replay/log.tcg2/pcr0",
          "replay/log.tcg2/pcr7"));
}

// Every byte of everything that the report covers, flipped one at a time.
class FlippedSnpByte : public ::testing::TestWithParam<CoveredField> {
 protected:
  FlippedSnpByte() : input_(SnpEvidence().Build()) {
    input_.snp->cache = &cache_;
  }

  SnpEndorsementCache cache_{4};
  VerifyInput input_;
};

TEST_P(FlippedSnpByte, IsRefused) { ExpectFlipsRefused(input_, GetParam()); }

TEST_P(FlippedSnpByte, IsRefusedWhenCutAnywhere) {
  ExpectCutsRefused(input_, GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    Covered, FlippedSnpByte,
    ::testing::Values(CoveredField{"Report",
                                   [](VerifyInput& in) {
                                     return in.evidence.mutable_statement();
                                   }},
                      CoveredField{"Manifest", ManifestOf},
                      CoveredField{"Instance", InstanceOf},
                      CoveredField{"Quote",
                                   [](VerifyInput& in) {
                                     return PartOf(in, "tpm").mutable_data();
                                   }},
                      CoveredField{"AttestationKey",
                                   [](VerifyInput& in) {
                                     return PartOf(in, "tpm.ak").mutable_data();
                                   }},
                      CoveredField{
                          "BootLog",
                          [](VerifyInput& in) {
                            return PartOf(in, "log.tcg2").mutable_data();
                          }},
                      CoveredField{"Register",
                                   [](VerifyInput& in) {
                                     return in.evidence.mutable_registers(0)
                                         ->mutable_registers(7)
                                         ->mutable_value();
                                   }}),
    NameOf);

TEST(VerifySnpEvidence, RefusesAnotherChallenge) {
  VerifyInput input = SnpEvidence().Build();
  input.state.nonce[31] ^= 1;
  EXPECT_THAT(Refusal(input), HasSubstr("report-data-mismatch"));
}

TEST(VerifySnpEvidence, RefusesAReportMadeForTheSecondForm) {
  VerifyInput input = EvidenceBuilder().Build();
  const SnpAttester attester = MilanAttester();
  input.evidence.set_statement(
      ToString(attester.Report(Expected(input).report_data)));
  input.evidence.set_snp_certificate_table(ToString(attester.table));
  input.evidence.set_signer("snp");
  input.state.accept_signers = {"snp", "tpm"};
  input.snp = attester.Collateral();
  EXPECT_THAT(Refusal(input), HasSubstr("signer-not-in-manifest"));
}

TEST(VerifySnpEvidence, RefusesAQuoteMadeForTheFirstForm) {
  VerifyInput input = SnpEvidence().Build();
  input.evidence.set_statement(PartOf(input, "tpm").data());
  input.evidence.set_signer("tpm");
  input.state.accept_signers = {"snp", "tpm"};
  EXPECT_THAT(Refusal(input), HasSubstr("signer-not-in-manifest"));

  // And with a manifest in which the TPM signs.
  VerifyInput second = EvidenceBuilder().Build();
  input.evidence.set_manifest(second.evidence.manifest());
  EXPECT_THAT(Refusal(input), HasSubstr("report-data-mismatch"));
}

TEST(VerifySnpEvidence, RefusesTheTpmOfAnotherMachineInThePlaceOfItsOwn) {
  VerifyInput input = SnpEvidence().Build();
  VerifyInput other = SnpEvidence().Build();
  PartOf(input, "tpm") = PartOf(other, "tpm");
  PartOf(input, "tpm.ak") = PartOf(other, "tpm.ak");
  EXPECT_THAT(Refusal(input), HasSubstr("part-digest"));
}

TEST(VerifySnpEvidence, RefusesTheTpmOfAnotherMachineBesideAGoodReport) {
  // Its machine answers the same verifier, who asked with another nonce.
  EvidenceBuilder other = SnpEvidence();
  other.state.nonce[0] ^= 1;
  EvidenceBuilder builder = SnpEvidence();
  builder.tpm_extra_data = Expected(other.Build()).tpm_under_report;
  EXPECT_THAT(Refusal(builder.Build()), HasSubstr("tpm-extra-data"));
}

TEST(VerifySnpEvidence, RefusesAQuoteThatSignsItselfUnderAReport) {
  EvidenceBuilder builder = SnpEvidence();
  builder.tpm_extra_data = Expected(EvidenceBuilder().Build()).tpm_signing;
  EXPECT_THAT(Refusal(builder.Build()), HasSubstr("tpm-extra-data"));
}

TEST(VerifySnpEvidence, RefusesAQuoteThatNoKeyCameWith) {
  VerifyInput input = SnpEvidence().Build();
  PartOf(input, "tpm.ak").clear_label();
  EXPECT_THAT(Refusal(input), HasSubstr("attestation-key: "));
}

TEST(VerifySnpEvidence, RefusesAnotherMediaTypeForTheQuote) {
  EvidenceBuilder builder = SnpEvidence();
  builder.tpm_media_type = "application/octet-stream";
  EXPECT_THAT(Refusal(builder.Build()), HasSubstr("media-type/tpm"));
}

TEST(VerifySnpEvidence, RefusesATailUnderAReport) {
  EvidenceBuilder builder = SnpEvidence();
  builder.ima_tail = ImaLog({"/usr/bin/third"});
  EXPECT_THAT(Refusal(builder.Build()), HasSubstr("tail-not-allowed"));
}

TEST(VerifySnpEvidence, NamesTheKeyThatIsMissing) {
  SnpAttester attester = MilanAttester();
  attester.table = {};
  EXPECT_THAT(Refusal(SnpEvidence(attester).Build()),
              AllOf(HasSubstr("endorsement: "), HasSubstr("of the VCEK")));
  attester = MilanVlekAttester();
  attester.table = {};
  EXPECT_THAT(Refusal(SnpEvidence(attester).Build()), HasSubstr("of the VLEK"));
}

TEST(VerifySnpEvidence, NamesTheIntermediateThatIsMissing) {
  SnpAttester attester = MilanAttester();
  attester.table = SnpTable({{kVcekGuid, attester.key.certificate.der()}});
  EXPECT_THAT(Refusal(SnpEvidence(attester).Build()),
              HasSubstr("expected the certificate of CN=SEV-Milan"));
}

TEST(VerifySnpEvidence, TakesWhatTheTableLacksFromTheCaller) {
  SnpAttester attester = MilanAttester();
  attester.table = {};
  VerifyInput input = SnpEvidence(attester).Build();
  input.snp->key = attester.key.certificate;
  input.snp->ca = attester.pki->ca();
  EXPECT_EQ(Refusal(input), "accepted");
}

TEST(VerifySnpEvidence, DoesNotNeedATableBesideTheCallersCertificates) {
  SnpAttester attester = MilanAttester();
  attester.table = SnpTable({{kAskGuid, {0}}, {kCrlGuid, {0}}});
  VerifyInput input = SnpEvidence(attester).Build();
  EXPECT_THAT(Refusal(input), HasSubstr("of the VCEK"));
  input.snp->key = attester.key.certificate;
  EXPECT_THAT(Refusal(input), HasSubstr("ask of the certificate table: "));
  input.snp->ca = attester.pki->ca();
  EXPECT_EQ(Refusal(input), "accepted");
  input.evidence.set_snp_certificate_table("no table");
  EXPECT_EQ(Refusal(input), "accepted");
}

TEST(VerifySnpEvidence, RefusesATableThatIsTooLarge) {
  VerifyInput input = SnpEvidence().Build();
  input.evidence.mutable_snp_certificate_table()->resize(kMaxSnpTableSize);
  EXPECT_EQ(Refusal(input), "accepted");
  input.evidence.mutable_snp_certificate_table()->push_back('\0');
  EXPECT_THAT(Refusal(input), HasSubstr("limits: "));
}

TEST(VerifySnpEvidence, RefusesARootThatNobodyTrusts) {
  VerifyInput input = SnpEvidence().Build();
  input.snp->roots = AmdSnpRoots();
  EXPECT_THAT(Refusal(input), HasSubstr("endorsement: "));
  input.snp.reset();
  EXPECT_THAT(Refusal(input), HasSubstr("no root is trusted"));
}

TEST(VerifySnpEvidence, RefusesTheCertificateOfAnotherChip) {
  SnpAttester attester = MilanAttester();
  attester.spec.chip_id[0] ^= 1;
  EXPECT_THAT(Refusal(SnpEvidence(attester).Build()),
              HasSubstr("report-signature: expected a certificate for the "
                        "chip"));
}

TEST(VerifySnpEvidence, RefusesAListThatRevokesTheAsk) {
  const SnpAttester attester = MilanAttester();
  VerifyInput input = SnpEvidence(attester).Build();
  input.snp->crl = SnpCrl(attester.pki->ark(), {.serials = {0x10001}});
  EXPECT_THAT(Refusal(input),
              AllOf(HasSubstr("endorsement: "), HasSubstr("revoked")));
  input.snp->crl = SnpCrl(attester.pki->ark(), {.serials = {0x10101}});
  const auto evidence = MustVerify(input);
  ASSERT_NE(evidence, nullptr);
  EXPECT_TRUE(evidence->snp()->key().crl().has_value());
}

TEST(VerifySnpEvidence, ReadsAListFromTheTable) {
  SnpAttester attester = MilanAttester();
  const Bytes crl = IssueCrl(
      {.serials = {0x10001}, .digest = "SHA384", .padding = RsaPadding::kPss},
      attester.pki->ark());
  attester.table = SnpTable({{kVcekGuid, attester.key.certificate.der()},
                             {kAskGuid, attester.pki->ask().certificate.der()},
                             {kArkGuid, attester.pki->ark().certificate.der()},
                             {kCrlGuid, crl}});
  VerifyInput input = SnpEvidence(attester).Build();
  EXPECT_THAT(Refusal(input), HasSubstr("revoked"));
  // The caller's own goes first.
  input.snp->crl = SnpCrl(attester.pki->ark(), {});
  EXPECT_EQ(Refusal(input), "accepted");
}

}  // namespace
}  // namespace evidenced
