#include "evidence/raw/tdx_quote.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"

#include "quote/tdx/verify.h"
#include "tests/evidence/raw/tdx_fixture.h"

namespace evidenced {
namespace {

using ::testing::ElementsAre;

RawTdxQuote Judge(const tdx_quoter::QuoteSpec& spec) {
  const Bytes quote = SharedTdxMachine().Quote(spec);
  return JudgeTdxQuote(InputOf(quote));
}

void ExpectReject(const RawTdxQuote& judged, absl::string_view check,
                  ErrorClass error_class) {
  EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kReject);
  EXPECT_EQ(judged.verdict.error_class(), error_class);
  EXPECT_EQ(OutcomeOf(judged.verdict, check), Outcome::kFail) << check;
}

TEST(JudgeTdxQuote, AcceptsAGenuineQuoteAndSaysEachCheck) {
  for (const bool td15 : {false, true}) {
    tdx_quoter::QuoteSpec spec;
    spec.version = td15 ? 5 : 4;
    spec.td15 = td15;
    const RawTdxQuote judged = Judge(spec);
    EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kAccept);
    for (const char* name :
         {"version_is_4_or_5", "tee_type_is_tdx", "qe_vendor_is_intel",
          "quote_signature_valid", "qe_report_data_binds_attestation_key",
          "qe_report_signature_valid", "qe_is_intels_for_tds",
          "pck_chain_valid_to_own_root_ignoring_time",
          "root_key_is_intel_sgx_root_ca"}) {
      EXPECT_EQ(OutcomeOf(judged.verdict, name), Outcome::kPass) << name;
    }
    EXPECT_EQ(OutcomeOf(judged.verdict, "binding"), Outcome::kNotChecked);
    EXPECT_TRUE(judged.chain.in_quote);
    EXPECT_TRUE(judged.chain.is_pem);
  }
}

TEST(JudgeTdxQuote, ShowsWhatIsBehindTheQuoteAndAcceptsIt) {
  tdx_quoter::QuoteSpec spec;
  spec.trailing = Bytes(39, 0x55);
  const RawTdxQuote judged = Judge(spec);
  EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kAccept);
  EXPECT_EQ(OutcomeOf(judged.verdict, "trailing_bytes_zero"),
            Outcome::kNotChecked);
}

TEST(JudgeTdxQuote, RejectsAnotherRoot) {
  const Bytes quote = SharedTdxMachine().Quote();
  RawTdxInput input = InputOf(quote);
  input.trust.roots = IntelTdxRoots();
  ExpectReject(JudgeTdxQuote(input), "root_key_is_intel_sgx_root_ca",
               ErrorClass::kUntrustedRoot);
}

// The owner of a platform may have any enclave certified.
TEST(JudgeTdxQuote, RejectsAnotherQuotingEnclave) {
  tdx_quoter::QuoteSpec spec;
  spec.qe.mr_signer = Bytes(32, 0x77);
  ExpectReject(Judge(spec), "qe_is_intels_for_tds", ErrorClass::kUntrustedRoot);
}

TEST(JudgeTdxQuote, RejectsAnAttestationKeyThatTheEnclaveDidNotMake) {
  tdx_quoter::QuoteSpec spec;
  spec.qe_report_data = Bytes(64, 1);
  ExpectReject(Judge(spec), "qe_report_data_binds_attestation_key",
               ErrorClass::kBindingMismatch);
}

TEST(JudgeTdxQuote, ComparesTheReportData) {
  const Bytes quote = SharedTdxMachine().Quote();
  RawTdxInput input = InputOf(quote);
  input.report_data = Bytes(64, 0xda);
  EXPECT_EQ(OutcomeOf(JudgeTdxQuote(input).verdict, "binding"), Outcome::kPass);
  input.report_data = Bytes(32, 0xda);  // the rest must be zero
  ExpectReject(JudgeTdxQuote(input), "binding", ErrorClass::kBindingMismatch);
}

TEST(JudgeTdxQuote, ChecksDatesWhereATimeIsGiven) {
  const Bytes quote = SharedTdxMachine().Quote();
  RawTdxInput input = InputOf(quote);
  input.trust.time = ValidityTime::At(TestNow());
  EXPECT_EQ(JudgeTdxQuote(input).verdict.outcome(), RawOutcome::kAccept);
  input.trust.time = ValidityTime::At(TestNow() + absl::Hours(24 * 365 * 50));
  ExpectReject(JudgeTdxQuote(input), "certificate-validity",
               ErrorClass::kChainInvalid);
}

// A quote may name its platform by an encrypted PPID instead.
TEST(JudgeTdxQuote, TakesAChainThatTheQuoteDoesNotHold) {
  const TdxMachine& machine = SharedTdxMachine();
  tdx_quoter::QuoteSpec spec;
  spec.pck_type = 3;
  spec.pck_chain = Bytes(36, 0);
  const Bytes quote = machine.Quote(spec);
  RawTdxInput input = InputOf(quote);
  const RawTdxQuote without = JudgeTdxQuote(input);
  EXPECT_EQ(without.verdict.outcome(), RawOutcome::kIncomplete);
  EXPECT_THAT(without.verdict.undecided(),
              ElementsAre("qe_report_signature_valid"));
  const Bytes chain = machine.pki.PckChainPem();
  input.pck_chain = {chain};
  const RawTdxQuote judged = JudgeTdxQuote(input);
  EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kAccept);
  EXPECT_FALSE(judged.chain.in_quote);
}

TEST(JudgeTdxQuote, RejectsAGivenFileThatIsNone) {
  const Bytes quote = SharedTdxMachine().Quote();
  RawTdxInput input = InputOf(quote);
  const Bytes garbage = {1, 2, 3};
  input.pck_chain = {garbage};
  EXPECT_EQ(JudgeTdxQuote(input).verdict.outcome(), RawOutcome::kReject);
}

// Certificates may stand in any order, and those of the verifier may be beside.
TEST(JudgeTdxQuote, TakesAChainInAnyOrder) {
  const TdxTestPki& pki = SharedTdxMachine().pki;
  tdx_quoter::QuoteSpec spec;
  const std::string root_first =
      absl::StrCat(Pem(pki.root().certificate), Pem(pki.pck().certificate),
                   Pem(pki.platform_ca().certificate));
  spec.pck_chain = ToBytes(AsBytes(root_first));
  const Bytes quote = SharedTdxMachine().Quote(spec);
  RawTdxInput input = InputOf(quote);
  const RawTdxQuote judged = JudgeTdxQuote(input);
  EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kAccept);
  EXPECT_TRUE(judged.chain.root_first);
  EXPECT_EQ(judged.chain.certificates.front().common_name(),
            "Intel SGX PCK Certificate");
  EXPECT_EQ(judged.chain.certificates.back().common_name(),
            "Intel SGX Root CA");
  const Bytes given = pki.PckChainPem();
  input.pck_chain = {given};
  EXPECT_EQ(JudgeTdxQuote(input).verdict.outcome(), RawOutcome::kAccept);
}

TEST(JudgeTdxQuote, TakesThePckThatSignedWhoeverGaveIt) {
  const TdxTestPki& pki = SharedTdxMachine().pki;
  const CertificateSpec spec = PckSpec(PckExtensionFor({1, 2, 3, 4, 5, 6}));
  const std::string foreign = Pem(Issue(spec, pki.platform_ca()).certificate);
  const std::string cas =
      Pem(pki.platform_ca().certificate) + Pem(pki.root().certificate);
  const std::string right = Pem(pki.pck().certificate) + cas;
  const auto judge = [](const std::string& sent, const std::string& given) {
    tdx_quoter::QuoteSpec with;
    with.pck_chain = ToBytes(AsBytes(sent));
    const Bytes quote = SharedTdxMachine().Quote(with);
    RawTdxInput input = InputOf(quote);
    input.pck_chain = {AsBytes(given)};
    return JudgeTdxQuote(input);
  };
  EXPECT_EQ(judge(right, foreign).verdict.outcome(), RawOutcome::kAccept);
  EXPECT_EQ(judge(foreign + cas, right).verdict.outcome(), RawOutcome::kAccept);
  EXPECT_EQ(judge(foreign + right, cas).verdict.outcome(), RawOutcome::kAccept);
  ExpectReject(judge(foreign + cas, foreign), "qe_report_signature_valid",
               ErrorClass::kSignatureInvalid);
}

// Of two certificates for the key that signed.
TEST(JudgeTdxQuote, TakesTheVerifiersOwnPckFirst) {
  const TdxTestPki& pki = SharedTdxMachine().pki;
  const Bytes family = {1, 2, 3, 4, 5, 6};
  const std::string own = Pem(
      Issue(PckSpec(PckExtensionFor(family)), pki.platform_ca(), pki.pck().key)
          .certificate);
  const Bytes quote = SharedTdxMachine().Quote();
  RawTdxInput input = InputOf(quote);
  input.pck_chain = {AsBytes(own)};
  const RawTdxQuote judged = JudgeTdxQuote(input);
  EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kAccept);
  EXPECT_EQ(judged.chain.pck->extensions.fmspc, family);
}

TEST(JudgeTdxQuote, IsNotHinderedByManyCertificatesInTheQuote) {
  const TdxTestPki& pki = SharedTdxMachine().pki;
  tdx_quoter::QuoteSpec spec;
  std::string many;
  for (size_t i = 0; i < kMaxPckCertificates; ++i) {
    many += Pem(pki.pck().certificate);
  }
  spec.pck_chain = ToBytes(AsBytes(many));
  const Bytes quote = SharedTdxMachine().Quote(spec);
  RawTdxInput input = InputOf(quote);
  const Bytes given = pki.PckChainPem();
  input.pck_chain = {given};
  EXPECT_EQ(JudgeTdxQuote(input).verdict.outcome(), RawOutcome::kAccept);
}

// A quote with the PCK alone, as a platform without a cache may make it.
TEST(JudgeTdxQuote, TakesCasThatTheQuoteLacks) {
  const TdxTestPki& pki = SharedTdxMachine().pki;
  tdx_quoter::QuoteSpec spec;
  spec.pck_chain = ToBytes(AsBytes(Pem(pki.pck().certificate)));
  const Bytes quote = SharedTdxMachine().Quote(spec);
  RawTdxInput input = InputOf(quote);
  const RawTdxQuote without = JudgeTdxQuote(input);
  EXPECT_EQ(without.verdict.outcome(), RawOutcome::kIncomplete);
  EXPECT_THAT(without.verdict.undecided(),
              ElementsAre("pck_chain_valid_to_own_root_ignoring_time"));
  const Bytes cas = ToBytes(AsBytes(absl::StrCat(
      Pem(pki.platform_ca().certificate), Pem(pki.root().certificate))));
  input.pck_chain = {cas};
  EXPECT_EQ(JudgeTdxQuote(input).verdict.outcome(), RawOutcome::kAccept);
}

// It accepts nothing that VerifyTdxQuote() refuses, but for what no signature
// covers.
TEST(JudgeTdxQuote, RejectsEveryFlippedByteThatTheLibraryRefuses) {
  const TdxMachine& machine = SharedTdxMachine();
  const VerifiedPck pck = machine.pki.Verified();
  Bytes quote = machine.Quote();
  size_t compared = 0;
  for (size_t i = 0; i < quote.size(); i += 7) {
    quote[i] ^= 1;
    const bool refused =
        !VerifyTdxQuote(quote, pck, TestQuotingEnclaves()).ok();
    const auto outcome = JudgeTdxQuote(InputOf(quote)).verdict.outcome();
    if (refused) {
      ++compared;
      EXPECT_NE(outcome, RawOutcome::kAccept) << i;
    }
    quote[i] ^= 1;
  }
  EXPECT_GT(compared, 100U);
}

TEST(JudgeTdxQuote, RejectsEveryTruncation) {
  const Bytes quote = SharedTdxMachine().Quote();
  for (size_t size = 0; size < quote.size(); size += 13) {
    const RawTdxQuote judged =
        JudgeTdxQuote(InputOf(ToBytes(ByteView(quote).first(size))));
    EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kReject) << size;
    EXPECT_FALSE(judged.layout.ok());
  }
}

}  // namespace
}  // namespace evidenced
