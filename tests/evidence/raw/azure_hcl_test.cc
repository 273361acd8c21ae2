#include "evidence/raw/azure_hcl.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"

#include "quote/base/error_class.h"
#include "tests/evidence/raw/snp_fixture.h"
#include "tests/quote/azure/hcl_builder.h"
#include "tests/quote/tpm_builder.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

constexpr auto kSha256 = HashAlgorithm::kSha256;
constexpr char kRuntimeData[] = R"({"keys":["stands for an AK"]})";

// An HCL report, a quote by the AK that it names, and the keys of its report.
class RawAzureTest : public ::testing::Test {
 protected:
  RawAzureTest() { Give(); }

  // The hardware report that covers `runtime_data`.
  static Bytes Covering(const std::string& runtime_data) {
    SnpReportSpec spec;
    spec.report_data = Sha256(AsBytes(runtime_data));
    spec.report_data.resize(64);
    return SnpReportBytes(spec, World().vcek.key);
  }
  void Give() {
    bytes_ = HclReportBytes(hcl_);
    signature_ = Sign(ak_, attest_);
    in_.hcl = bytes_;
    in_.files = World().Files();
    RawTpmInput quote;
    quote.attest = attest_;
    quote.signature = signature_;
    quote.pcrs = values_;
    quote.nonce = Bytes(8, 0x42);
    in_.quote = std::move(quote);
  }
  RawAzureHcl Judge() const {
    return JudgeAzureHcl(in_, [this](absl::string_view json) {
      read_ = std::string(json);
      return absl::StatusOr<PublicKey>(ak_.PublicArea().key);
    });
  }
  void ExpectReject(absl::string_view check, ErrorClass error_class) const {
    const RawAzureHcl judged = Judge();
    EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kReject);
    EXPECT_EQ(judged.verdict.error_class(), error_class);
    EXPECT_EQ(OutcomeOf(judged.verdict, check), Outcome::kFail) << check;
  }

  // Made once: RSA keys take a while.
  static const TestAk& Ak() {
    static const auto* const kAk = new TestAk(MakeRsaAk(kTpmAlgRsassa));
    return *kAk;
  }

  const TestAk& ak_ = Ak();
  const PcrValues values_ = SomePcrValues(kSha256, {0, 7});
  const Bytes attest_ =
      QuoteBytes(Bytes(8, 0x42), {{kSha256, {0, 7}}}, values_);
  HclSpec hcl_{.hardware_report = Covering(kRuntimeData), .json = kRuntimeData};
  Bytes bytes_;
  Bytes signature_;
  RawAzureInput in_{.hcl = {},
                    .files = {},
                    .trust = World().Trust(),
                    .td_quote = std::nullopt,
                    .quote = std::nullopt};
  mutable std::string read_;
};

TEST_F(RawAzureTest, AcceptsAReportAndAQuoteByTheKeyThatItNames) {
  const RawAzureHcl judged = Judge();
  EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kAccept);
  EXPECT_EQ(read_, kRuntimeData);
  for (const char* name :
       {"report_data_binds_runtime_data", "ak_in_runtime_data",
        "snp/signature_valid", "snp/ek_chain_to_ark_valid_ignoring_time",
        "tpm/signature_valid", "tpm/pcr_digest_matches_values",
        "tpm/ak_vouched", "binding"}) {
    EXPECT_EQ(OutcomeOf(judged.verdict, name), Outcome::kPass) << name;
  }
}

TEST_F(RawAzureTest, RejectsRuntimeDataThatTheReportDoesNotCover) {
  hcl_.json.back() = ' ';
  Give();
  ExpectReject("report_data_binds_runtime_data", ErrorClass::kBindingMismatch);
  // Then nothing vouches for the key, although its signature is good.
  EXPECT_EQ(OutcomeOf(Judge().verdict, "tpm/ak_vouched"), Outcome::kNotChecked);
}

TEST_F(RawAzureTest, RejectsAReportOfTheGuestsOwnLevel) {
  SnpReportSpec spec;
  spec.report_data = Sha256(AsBytes(kRuntimeData));
  spec.report_data.resize(64);
  spec.vmpl = 3;
  hcl_.hardware_report = SnpReportBytes(spec, World().vcek.key);
  Give();
  ExpectReject("report_is_of_vmpl_0", ErrorClass::kBindingMismatch);
}

TEST_F(RawAzureTest, RejectsReportDataThatSayMoreThanTheHash) {
  SnpReportSpec spec;
  spec.report_data = Sha256(AsBytes(kRuntimeData));
  spec.report_data.resize(64, 0x4a);
  hcl_.hardware_report = SnpReportBytes(spec, World().vcek.key);
  Give();
  ExpectReject("report_data_binds_runtime_data", ErrorClass::kBindingMismatch);
}

TEST_F(RawAzureTest, RejectsAReportThatTheChipDidNotSign) {
  hcl_.hardware_report[0x90] ^= 1;  // measurement
  Give();
  ExpectReject("snp/signature_valid", ErrorClass::kSignatureInvalid);
  EXPECT_EQ(OutcomeOf(Judge().verdict, "tpm/ak_vouched"), Outcome::kNotChecked);
}

TEST_F(RawAzureTest, RejectsAQuoteByAnotherKey) {
  const TestAk other = MakeRsaAk(kTpmAlgRsassa);
  signature_ = Sign(other, attest_);
  in_.quote->signature = signature_;
  ExpectReject("tpm/signature_valid", ErrorClass::kSignatureInvalid);
}

TEST_F(RawAzureTest, RejectsAnOldQuote) {
  in_.quote->nonce = Bytes(8, 0x43);
  ExpectReject("binding", ErrorClass::kBindingMismatch);
}

TEST_F(RawAzureTest, SaysThatNothingIsFreshWithoutANonce) {
  in_.quote->nonce = std::nullopt;
  EXPECT_EQ(Judge().verdict.outcome(), RawOutcome::kAccept);
  EXPECT_EQ(OutcomeOf(Judge().verdict, "binding"), Outcome::kNotChecked);
}

TEST_F(RawAzureTest, JudgesTheReportAloneWithoutAQuote) {
  in_.quote = std::nullopt;
  const RawAzureHcl judged = Judge();
  EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kAccept);
  EXPECT_EQ(OutcomeOf(judged.verdict, "tpm_quote"), Outcome::kNotChecked);
}

TEST_F(RawAzureTest, IsIncompleteWithoutTheKeyOfTheReport) {
  in_.files = {};
  const RawAzureHcl judged = Judge();
  EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kIncomplete);
  EXPECT_EQ(judged.verdict.undecided(),
            (std::vector<std::string>{"signature_valid"}));
}

TEST_F(RawAzureTest, RejectsRuntimeDataWithoutAKey) {
  const RawAzureHcl judged = JudgeAzureHcl(in_, [](absl::string_view) {
    return absl::StatusOr<PublicKey>(absl::InvalidArgumentError("no key"));
  });
  EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kReject);
  EXPECT_EQ(OutcomeOf(judged.verdict, "ak_in_runtime_data"), Outcome::kFail);
}

TEST_F(RawAzureTest, RefusesAReportOfAnotherType) {
  hcl_.report_type = 3;
  Give();
  ExpectReject("hcl_report_type_is_known", ErrorClass::kUnsupportedType);
  hcl_.report_type = 2;
  hcl_.version = 3;
  Give();
  ExpectReject("hcl_version_is_1_or_2", ErrorClass::kUnsupportedVersion);
}

TEST_F(RawAzureTest, RejectsEveryTruncation) {
  const Bytes whole = HclReportBytes({.rest = {}});
  for (size_t size = 0; size < whole.size(); ++size) {
    in_.hcl = ByteView(whole).first(size);
    const RawAzureHcl judged = Judge();
    EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kReject) << size;
    EXPECT_FALSE(judged.layout.ok()) << size;
  }
}

TEST_F(RawAzureTest, AnswersThePolicyAsARawArtefactDoes) {
  v1::AppraisalPolicy policy;
  policy.add_accept_signers("snp");
  policy.set_min_binding(v1::NONE);
  policy.mutable_snp()->add_products()->set_product("milan");
  policy.mutable_snp()->set_allow_provisional_firmware(true);
  in_.policy = &policy;
  EXPECT_EQ(Judge().verdict.outcome(), RawOutcome::kAccept);
  v1::PcrRule& rule = *policy.add_pcrs();
  rule.set_algorithm(v1::SHA256);
  rule.set_index(0);
  rule.add_values(std::string(64, '0'));
  ExpectReject("policy/pcr/sha256/0", ErrorClass::kDigestMismatch);
  in_.quote = std::nullopt;
  EXPECT_EQ(Judge().verdict.outcome(), RawOutcome::kIncomplete);
}

TEST_F(RawAzureTest, AnswersWhatThePolicySaysOfTheReport) {
  v1::AppraisalPolicy policy;
  policy.add_accept_signers("snp");
  policy.set_min_binding(v1::NONE);
  policy.mutable_snp()->add_products()->set_product("genoa");
  in_.policy = &policy;
  ExpectReject("policy/snp/product", ErrorClass::kDigestMismatch);
}

}  // namespace
}  // namespace evidenced
