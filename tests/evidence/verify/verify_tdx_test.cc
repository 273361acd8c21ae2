// Evidence that a TDX quote signs.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "evidence/verify/verify.h"
#include "tests/evidence/verify/covered_field.h"
#include "tests/evidence/verify/evidence_builder.h"
#include "tests/quote/tdx/collateral_builder.h"

namespace evidenced {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const TdxTestPki& Pki() { return SharedTdxMachine().pki; }

TEST(VerifyTdxEvidence, AcceptsAQuoteWithATpmUnderIt) {
  const auto evidence = MustVerify(TdxEvidence().Build());
  ASSERT_NE(evidence, nullptr);
  EXPECT_EQ(evidence->binding().level(), BindingLevel::kB1);
  ASSERT_TRUE(evidence->tdx().has_value());
  EXPECT_TRUE(evidence->cpu_signs());
  EXPECT_EQ(evidence->tdx()->quote.quote().header.version, 4);
  EXPECT_EQ(evidence->tdx()->tcb->status, TcbStatus::kUpToDate);
  EXPECT_EQ(evidence->tdx()->tcb_collateral, CollateralState::kCurrent);
  EXPECT_TRUE(evidence->tpm().has_value());
  EXPECT_EQ(evidence->pcrs().at(HashAlgorithm::kSha256).size(), 22);
}

TEST(VerifyTdxEvidence, AcceptsVersion5WithoutATpm) {
  EvidenceBuilder builder = TdxEvidence(Td15Attester());
  builder.has_tpm = false;
  const auto evidence = MustVerify(builder.Build());
  ASSERT_NE(evidence, nullptr);
  EXPECT_EQ(evidence->tdx()->quote.body().kind(), "td15");
  EXPECT_FALSE(evidence->tpm().has_value());
}

TEST(VerifyTdxEvidence, ListsEveryCheckInOrder) {
  EvidenceBuilder builder = TdxEvidence();
  builder.has_tpm = false;
  const Verification result = VerifyEvidence(builder.Build());
  std::vector<std::string> names;
  for (const Check& check : result.checks) {
    names.push_back(check.name);
    EXPECT_NE(check.expected, "") << check.name;
    EXPECT_NE(check.found, "") << check.name;
  }
  EXPECT_THAT(
      names,
      ::testing::ElementsAre(
          "signer", "statement", "pck-chain", "revocation", "quoting-enclave",
          "quote-signature", "tcb", "binding", "part/log.ccel", "part/log.ima",
          "part/log.tcg2", "part/tpm", "part/tpm.ak", "log/log.ccel",
          "replay/log.ccel", "replay/log.ccel/rtmr0", "replay/log.ccel/rtmr1",
          "replay/log.ccel/rtmr2", "log/log.ima", "replay/log.ima",
          "log/log.tcg2", "replay/log.tcg2"));
}

// Every byte of everything that the quote covers, and of itself, flipped one at
// a time.
class FlippedTdxByte : public ::testing::TestWithParam<CoveredField> {
 protected:
  FlippedTdxByte() : input_(TdxEvidence().Build()) {
    input_.tdx->cache = &cache_;
  }

  TdxCollateralCache cache_{4};
  VerifyInput input_;
};

TEST_P(FlippedTdxByte, IsRefused) { ExpectFlipsRefused(input_, GetParam()); }

TEST_P(FlippedTdxByte, IsRefusedWhenCutAnywhere) {
  ExpectCutsRefused(input_, GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    Covered, FlippedTdxByte,
    ::testing::Values(CoveredField{"Manifest", ManifestOf},
                      CoveredField{"Instance", InstanceOf},
                      CoveredField{"Quote",
                                   [](VerifyInput& in) {
                                     return PartOf(in, "tpm").mutable_data();
                                   }},
                      CoveredField{
                          "CcLog",
                          [](VerifyInput& in) {
                            return PartOf(in, "log.ccel").mutable_data();
                          }}),
    NameOf);

// Header, body, signature data up to the certificates, which are text and stand
// by their own signatures.
TEST(VerifyTdxEvidence, RefusesEveryFlippedByteOfTheQuote) {
  VerifyInput input = TdxEvidence().Build();
  TdxCollateralCache cache(4);
  input.tdx->cache = &cache;
  std::string& bytes = *input.evidence.mutable_statement();
  const size_t end = bytes.find("-----BEGIN");
  ASSERT_NE(end, std::string::npos);
  ExpectFlipsRefused(input, bytes, end);
}

TEST(VerifyTdxEvidence, RefusesAnotherChallenge) {
  const auto refused = [](void (*change)(BindingState&)) {
    VerifyInput input = TdxEvidence().Build();
    change(input.state);
    return Refusal(input);
  };
  const auto mismatch = HasSubstr("report-data-mismatch");
  EXPECT_THAT(refused([](BindingState& s) { s.nonce[31] ^= 1; }), mismatch);
  EXPECT_THAT(refused([](BindingState& s) { s.audience += "x"; }), mismatch);
  EXPECT_THAT(refused([](BindingState& s) { s.certificate[0] ^= 1; }),
              mismatch);
  EXPECT_THAT(refused([](BindingState& s) { s.spki[0] ^= 1; }), mismatch);
  EXPECT_THAT(refused([](BindingState& s) { s.peer[0] ^= 1; }), mismatch);
  EXPECT_THAT(refused([](BindingState& s) { s.user_data = {1}; }), mismatch);
}

TEST(VerifyTdxEvidence, RefusesAQuoteOverOtherReportData) {
  VerifyInput input = TdxEvidence().Build();
  ReportData data = Expected(input).report_data;
  data[63] ^= 1;
  input.evidence.set_statement(ToString(Td10Attester().Quote(data)));
  EXPECT_THAT(Refusal(input), HasSubstr("report-data-mismatch"));
}

TEST(VerifyTdxEvidence, RefusesAQuoteMadeForTheSecondForm) {
  VerifyInput input = EvidenceBuilder().Build();
  const TdxAttester attester = Td10Attester();
  input.evidence.set_statement(
      ToString(attester.Quote(Expected(input).report_data)));
  input.evidence.set_signer("tdx");
  input.state.accept_signers = {"tdx", "tpm"};
  input.tdx = attester.Collateral();
  EXPECT_THAT(Refusal(input), HasSubstr("signer-not-in-manifest"));
}

TEST(VerifyTdxEvidence, RefusesTheTpmOfAnotherMachineBesideAGoodQuote) {
  EvidenceBuilder other = TdxEvidence();
  other.state.nonce[0] ^= 1;
  EvidenceBuilder builder = TdxEvidence();
  builder.tpm_extra_data = Expected(other.Build()).tpm_under_report;
  EXPECT_THAT(Refusal(builder.Build()), HasSubstr("tpm-extra-data"));
}

TEST(VerifyTdxEvidence, RefusesAnotherMediaTypeForTheLog) {
  EvidenceBuilder builder = TdxEvidence();
  builder.ccel_media_type = std::string(kMediaIma);
  EXPECT_THAT(Refusal(builder.Build()), HasSubstr("media-type/log.ccel"));
}

TEST(VerifyTdxEvidence, RefusesARootThatNobodyTrusts) {
  VerifyInput input = TdxEvidence().Build();
  input.tdx->roots = IntelTdxRoots();
  EXPECT_THAT(Refusal(input), HasSubstr("pck-chain: "));
  input.tdx.reset();
  EXPECT_THAT(Refusal(input), HasSubstr("no root is trusted"));
}

TEST(VerifyTdxEvidence, RefusesAnotherQuotingEnclave) {
  VerifyInput input = TdxEvidence().Build();
  input.tdx->enclaves = IntelTdQuotingEnclaves();
  EXPECT_THAT(Refusal(input), HasSubstr("quoting-enclave: "));
  TdxAttester attester = Td10Attester();
  attester.spec.qe.isv_prod_id = 1;
  EXPECT_THAT(Refusal(TdxEvidence(attester).Build()),
              HasSubstr("quoting-enclave: "));
}

TEST(VerifyTdxEvidence, RefusesAnEnclavesReportThatBindsAnotherKey) {
  TdxAttester attester = Td10Attester();
  attester.spec.qe_report_data = Bytes(64, 1);
  EXPECT_THAT(Refusal(TdxEvidence(attester).Build()),
              HasSubstr("quote-signature: "));
}

TEST(VerifyTdxEvidence, RefusesQuotesOfOtherVersionsAndTees) {
  TdxAttester attester = Td10Attester();
  attester.spec.tee_type = 0;
  EXPECT_THAT(Refusal(TdxEvidence(attester).Build()), HasSubstr("statement: "));
  attester = Td10Attester();
  attester.spec.version = 6;
  EXPECT_THAT(Refusal(TdxEvidence(attester).Build()), HasSubstr("statement: "));
}

// A TD under debug is genuine: whether it is accepted, a policy says.
TEST(VerifyTdxEvidence, AcceptsATdUnderDebugAsGenuine) {
  TdxAttester attester = Td10Attester();
  attester.spec.td.attributes |= 1U;
  EXPECT_EQ(Refusal(TdxEvidence(attester).Build()), "accepted");
}

TEST(VerifyTdxEvidence, TakesChainsThatTheQuoteLacksFromTheCaller) {
  TdxAttester attester = Td10Attester();
  attester.spec.pck_type = 3;
  attester.spec.pck_chain = Bytes(16, 0);
  VerifyInput input = TdxEvidence(attester).Build();
  EXPECT_THAT(Refusal(input), HasSubstr("pck-chain: "));
  input.tdx->ca = Pki().ca();
  EXPECT_THAT(Refusal(input), HasSubstr("pck-chain: "));
  input.tdx->ca.push_back(Pki().pck().certificate);
  EXPECT_EQ(Refusal(input), "accepted");
}

// What the verifier was not given, it says.
TEST(VerifyTdxEvidence, SaysThatTheTcbWasNotEvaluated) {
  const auto tcb = [](const VerifyInput& input) {
    const Verification result = VerifyEvidence(input);
    EXPECT_NE(result.evidence, nullptr) << Failures(result.checks);
    if (result.evidence == nullptr) return Check();
    EXPECT_FALSE(result.evidence->tdx()->tcb.has_value());
    EXPECT_EQ(result.evidence->tdx()->tcb_collateral, CollateralState::kNone);
    const Check* check = FindCheck(result.checks, "tcb");
    return check == nullptr ? Check() : *check;
  };
  VerifyInput input = TdxEvidence().Build();
  input.tdx = Td10Attester().Collateral();
  const Check check = tcb(input);
  EXPECT_EQ(check.outcome, Outcome::kNotChecked);
  EXPECT_THAT(check.found, AllOf(HasSubstr("THE TCB WAS NOT EVALUATED"),
                                 HasSubstr("neither was given")));
}

// Half of it could leave out what the other half says.
TEST(VerifyTdxEvidence, RefusesHalfOfTheCollateral) {
  VerifyInput input = TdxEvidence().Build();
  input.tdx->tcb_info.reset();
  EXPECT_THAT(Refusal(input),
              AllOf(HasSubstr("tcb: "), HasSubstr("found no TCB info")));
  input = TdxEvidence().Build();
  input.tdx->qe_identity.reset();
  EXPECT_THAT(Refusal(input),
              AllOf(HasSubstr("tcb: "), HasSubstr("found no identity")));
}

// Both roots are trusted, but one vouches for the platform and the other not.
TEST(VerifyTdxEvidence, RefusesCollateralByAnotherRootThanThePlatforms) {
  const TdxTestPki other;
  VerifyInput input = TdxEvidence().Build();
  input.tdx->crls.reset();
  input.tdx->roots.push_back(other.root().certificate.spki_sha256());
  EXPECT_EQ(Refusal(input), "accepted");
  input.tdx->tcb_signing = TcbSigningCertificates(other);
  input.tdx->tcb_info = ToBytes(AsBytes(TcbInfoText({}, other)));
  input.tdx->qe_identity = ToBytes(AsBytes(QeIdentityText({}, other)));
  EXPECT_THAT(Refusal(input),
              AllOf(HasSubstr("tcb: "), HasSubstr("the platform's own root")));
}

TEST(VerifyTdxEvidence, SaysWhatTheTcbIsOpenTo) {
  VerifyInput input = TdxEvidence().Build();
  tdx_quoter::TcbInfoSpec spec;
  spec.levels[0].standing = {.status = "OutOfDate",
                             .advisories = {"INTEL-SA-00837"}};
  input.tdx->tcb_info = ToBytes(AsBytes(TcbInfoText(spec, Pki())));
  const Verification result = VerifyEvidence(input);
  ASSERT_NE(result.evidence, nullptr) << Failures(result.checks);
  EXPECT_EQ(result.evidence->tdx()->tcb->status, TcbStatus::kOutOfDate);
  EXPECT_THAT(FindCheck(result.checks, "tcb")->found,
              AllOf(HasSubstr("OutOfDate"), HasSubstr("INTEL-SA-00837")));
}

TEST(VerifyTdxEvidence, SaysThatRevocationWasNotChecked) {
  VerifyInput input = TdxEvidence().Build();
  const auto outcome = [](const VerifyInput& given) {
    const Verification result = VerifyEvidence(given);
    const Check* check = FindCheck(result.checks, "revocation");
    return check == nullptr ? Outcome::kFail : check->outcome;
  };
  EXPECT_EQ(outcome(input), Outcome::kPass);
  input.tdx->crls.reset();
  EXPECT_EQ(outcome(input), Outcome::kNotChecked);
}

// One fault of what was given for the TCB, and a word of the refusal.
struct Fault {
  const char* word;
  void (*spoil)(TdxCollateral&);
};

Bytes InfoText(const tdx_quoter::TcbInfoSpec& spec) {
  return ToBytes(AsBytes(TcbInfoText(spec, Pki())));
}
Bytes IdentityText(const tdx_quoter::QeIdentitySpec& spec) {
  return ToBytes(AsBytes(QeIdentityText(spec, Pki())));
}

TEST(VerifyTdxEvidence, RefusesEachFaultOfTheCollateral) {
  const Fault faults[] = {
      {"tcb: ", [](TdxCollateral& c) { (*c.tcb_info)[40] ^= 1; }},
      {"tcb: ", [](TdxCollateral& c) { (*c.qe_identity)[40] ^= 1; }},
      {"tcb: ", [](TdxCollateral& c) { c.tcb_info = Bytes(); }},
      {"tcb: ", [](TdxCollateral& c) { std::swap(c.tcb_info, c.qe_identity); }},
      {"chain of TCB signing", [](TdxCollateral& c) { c.tcb_signing.clear(); }},
      {"expected 2 certificates",
       [](TdxCollateral& c) { c.tcb_signing.pop_back(); }},
      {"tcb: ", [](TdxCollateral& c) { c.tcb_signing = Pki().ca(); }},
      {"FMSPC",
       [](TdxCollateral& c) {
         c.tcb_info = InfoText({.fmspc = "50806F000000"});
       }},
      {"tcb: ", [](TdxCollateral& c) { c.tcb_info = InfoText({.id = "SGX"}); }},
      {"the TCB info",
       [](TdxCollateral& c) {
         c.tcb_info = InfoText({.next_update = "2025-12-31T13:00:00Z"});
       }},
      {"the QE identity",
       [](TdxCollateral& c) {
         c.qe_identity = IdentityText({.next_update = "2025-12-31T13:00:00Z"});
       }},
      {"quoting enclave of the identity",
       [](TdxCollateral& c) {
         c.qe_identity = IdentityText({.mr_signer = Bytes(32, 0x52)});
       }},
      {"tcb: ",
       [](TdxCollateral& c) { c.tcb_info->erase(c.tcb_info->begin() + 1); }},
      {"revocation: ",
       [](TdxCollateral& c) { c.crls = Pki().Crls({}, {kPckSerial}); }},
      {"revocation: ",
       [](TdxCollateral& c) { c.crls = Pki().Crls({kPlatformCaSerial}, {}); }},
      {"tcb: ", [](TdxCollateral& c) { c.crls = Pki().Crls({0x30}, {}); }},
      {"revocation: ",
       [](TdxCollateral& c) { std::swap(c.crls->root, c.crls->pck); }},
      {"pck-chain: ",
       [](TdxCollateral& c) {
         c.time = ValidityTime::At(TestNow() + absl::Hours(48));
       }},
  };
  for (const Fault& fault : faults) {
    VerifyInput input = TdxEvidence().Build();
    fault.spoil(*input.tdx);
    EXPECT_THAT(Refusal(input), HasSubstr(fault.word));
  }
}

}  // namespace
}  // namespace evidenced
