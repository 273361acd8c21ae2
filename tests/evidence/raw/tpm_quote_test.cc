#include "evidence/raw/tpm_quote.h"

#include <numeric>
#include <optional>
#include <string>

#include "gmock/gmock.h"

#include "quote/base/byte_writer.h"
#include "quote/tpm/tpm_algorithms.h"
#include "tests/quote/tpm_builder.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

constexpr auto kSha1 = HashAlgorithm::kSha1;
constexpr auto kSha256 = HashAlgorithm::kSha256;

// A quote over three registers by an ECC AK, with all that can be given.
class RawTpmTest : public ::testing::Test {
 protected:
  RawTpmTest() { Give(); }

  void Give() {
    signature_ = Sign(ak_, attest_);
    in_.attest = attest_;
    in_.signature = signature_;
    in_.ak = AkFromTpm(ak_.PublicBytes());
    in_.pcrs = values_;
    in_.nonce = Bytes(32, 0x42);
  }
  // With another statement, signed.
  void GiveAttest(Bytes attest) {
    attest_ = std::move(attest);
    Give();
  }
  const Check& Find(const RawTpmQuote& judged, absl::string_view name) const {
    static const Check kNone;
    for (const Check& check : judged.verdict.checks()) {
      if (check.name == name) return check;
    }
    ADD_FAILURE() << "expected a check " << name << ", found none";
    return kNone;
  }
  void ExpectRejected(ErrorClass error_class, absl::string_view check) const {
    const RawTpmQuote judged = JudgeTpmQuote(in_);
    EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kReject);
    EXPECT_EQ(judged.verdict.error_class(), error_class);
    EXPECT_EQ(Find(judged, check).outcome, Outcome::kFail) << check;
  }

  const TestAk ak_ = MakeEccAk();
  const std::vector<PcrBankSelection> selection_ = {{kSha256, {0, 1, 7}}};
  const PcrValues values_ = SomePcrValues(kSha256, {0, 1, 7});
  Bytes attest_ = QuoteBytes(Bytes(32, 0x42), selection_, values_);
  Bytes signature_;
  RawTpmInput in_;
};

TEST_F(RawTpmTest, AcceptsWhatTheKeySigned) {
  const RawTpmQuote judged = JudgeTpmQuote(in_);
  EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kAccept);
  EXPECT_TRUE(judged.layout.ok());
  EXPECT_EQ(judged.quoted, values_);
  for (const char* name :
       {"magic_is_tpm_generated", "type_is_quote", "signature_valid",
        "ak_attributes", "ak_scheme", "pcr_digest_matches_values", "binding"}) {
    EXPECT_EQ(Find(judged, name).outcome, Outcome::kPass) << name;
  }
}

TEST_F(RawTpmTest, RejectsEveryFlippedBitOfTheStatement) {
  for (size_t bit = 0; bit < 8 * attest_.size(); ++bit) {
    Bytes flipped = attest_;
    flipped[bit / 8] ^= static_cast<uint8_t>(1U << (bit % 8));
    in_.attest = flipped;
    EXPECT_EQ(JudgeTpmQuote(in_).verdict.outcome(), RawOutcome::kReject) << bit;
  }
}

TEST_F(RawTpmTest, IsIncompleteWithoutAKey) {
  in_.ak = std::nullopt;
  const RawTpmQuote judged = JudgeTpmQuote(in_);
  EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kIncomplete);
  EXPECT_THAT(judged.verdict.undecided(), ElementsAre("signature_valid"));
}

TEST_F(RawTpmTest, SaysThatABareKeyHasNoAttributes) {
  in_.ak =
      GivenAk{.key = PublicKey::FromSpki(ak_.key.Spki()), .area = std::nullopt};
  const RawTpmQuote judged = JudgeTpmQuote(in_);
  EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kAccept);
  EXPECT_EQ(Find(judged, "ak_attributes").outcome, Outcome::kNotChecked);
  EXPECT_THAT(Find(judged, "ak_attributes").found,
              HasSubstr("no TPM attributes"));
}

TEST_F(RawTpmTest, RejectsAnotherMagicUnderAValidSignature) {
  GiveAttest(AttestBytes({.magic = 0xfe544347}));
  in_.pcrs = std::nullopt;
  ExpectRejected(ErrorClass::kMalformed, "magic_is_tpm_generated");
  const RawTpmQuote judged = JudgeTpmQuote(in_);
  EXPECT_FALSE(judged.layout.ok());
  EXPECT_EQ(Find(judged, "signature_valid").outcome, Outcome::kPass);
}

TEST_F(RawTpmTest, CallsOtherBytesMalformedAndNotTruncated) {
  attest_ = Bytes(9, 0x7f);
  Give();
  ExpectRejected(ErrorClass::kMalformed, "magic_is_tpm_generated");
}

TEST_F(RawTpmTest, RejectsAnotherTypeUnderAValidSignature) {
  // The body of a quote of nothing is that of an NV certification, too.
  GiveAttest(AttestBytes({.type = 0x8014}));
  ExpectRejected(ErrorClass::kUnsupportedType, "type_is_quote");
  EXPECT_TRUE(JudgeTpmQuote(in_).layout.ok());
}

TEST_F(RawTpmTest, RejectsTrailingBytesUnderAValidSignature) {
  Bytes longer = attest_;
  longer.push_back(0);
  GiveAttest(longer);
  ExpectRejected(ErrorClass::kMalformed, "attest_has_no_trailing_bytes");
  EXPECT_EQ(JudgeTpmQuote(in_).attest->trailing_bytes, 1U);
}

TEST_F(RawTpmTest, RejectsEveryTruncationUnderAValidSignature) {
  const Bytes whole = attest_;
  for (size_t size = 1; size < whole.size(); ++size) {
    GiveAttest(ToBytes(ByteView(whole).first(size)));
    EXPECT_EQ(JudgeTpmQuote(in_).verdict.error_class(), ErrorClass::kTruncated)
        << size;
  }
  GiveAttest({});
  EXPECT_EQ(JudgeTpmQuote(in_).verdict.error_class(), ErrorClass::kEmpty);
}

TEST_F(RawTpmTest, RejectsASignatureThatIsCutOrTooLong) {
  for (size_t size = 1; size < signature_.size(); ++size) {
    in_.signature = ByteView(signature_).first(size);
    EXPECT_EQ(JudgeTpmQuote(in_).verdict.error_class(), ErrorClass::kTruncated);
  }
  Bytes longer = signature_;
  longer.push_back(0);
  in_.signature = longer;
  ExpectRejected(ErrorClass::kMalformed, "signature_layout");
}

TEST_F(RawTpmTest, RejectsRAndSOfZero) {
  const auto good = ak_.key.SignEcdsa(kSha256, attest_);
  const Bytes zero(32, 0);
  for (const Bytes& signature : {EcdsaSignatureBytes(kSha256, zero, good.s),
                                 EcdsaSignatureBytes(kSha256, good.r, zero)}) {
    in_.signature = signature;
    ExpectRejected(ErrorClass::kSignatureInvalid, "signature_valid");
  }
}

TEST_F(RawTpmTest, RejectsAnotherKey) {
  in_.ak = AkFromTpm(MakeEccAk().PublicBytes());
  ExpectRejected(ErrorClass::kSignatureInvalid, "signature_valid");
  in_.ak = AkFromTpm(MakeRsaAk(kTpmAlgRsassa).PublicBytes());
  ExpectRejected(ErrorClass::kSignatureInvalid, "signature_valid");
}

TEST_F(RawTpmTest, RejectsAKeyOfRsa1024) {
  const TestKey weak(KeyKind::kRsa1024);
  in_.ak =
      GivenAk{.key = PublicKey::FromSpki(weak.Spki()), .area = std::nullopt};
  ExpectRejected(ErrorClass::kUnsupportedAlgorithm, "ak_key");
  in_.ak = AkFromTpm(TpmtPublic(weak, {.scheme = kTpmAlgRsassa}));
  ExpectRejected(ErrorClass::kUnsupportedAlgorithm, "ak_key");
}

TEST_F(RawTpmTest, RejectsAKeyThatIsCutOrTooLong) {
  const Bytes whole = ak_.PublicBytes();
  for (size_t size = 1; size < whole.size(); ++size) {
    in_.ak = AkFromTpm(ByteView(whole).first(size));
    EXPECT_EQ(JudgeTpmQuote(in_).verdict.outcome(), RawOutcome::kReject);
  }
  Bytes longer = whole;
  longer.push_back(0);
  in_.ak = AkFromTpm(longer);
  ExpectRejected(ErrorClass::kMalformed, "ak_key");
  in_.ak = AkFromTpm({});
  ExpectRejected(ErrorClass::kEmpty, "ak_key");
}

TEST_F(RawTpmTest, TakesAKeyWithTheSizeOfATpm2b) {
  const Bytes area = ak_.PublicBytes();
  ByteWriter sized;
  sized.Be(static_cast<uint16_t>(area.size())).Put(area);
  in_.ak = AkFromTpm(sized.view());
  EXPECT_EQ(JudgeTpmQuote(in_).verdict.outcome(), RawOutcome::kAccept);
}

TEST_F(RawTpmTest, RejectsAKeyThatMaySignAnything) {
  TestAk ak = ak_;
  ak.spec.attributes = kAkAttributes & ~kTpmaRestricted;
  in_.ak = AkFromTpm(ak.PublicBytes());
  ExpectRejected(ErrorClass::kUntrustedRoot, "ak_attributes");
}

TEST_F(RawTpmTest, RejectsASignatureWithSha1) {
  TestAk ak = ak_;
  ak.spec.hash = kSha1;
  signature_ = Sign(ak, attest_);
  in_.signature = signature_;
  in_.ak =
      GivenAk{.key = PublicKey::FromSpki(ak_.key.Spki()), .area = std::nullopt};
  in_.pcrs = std::nullopt;
  ExpectRejected(ErrorClass::kUnsupportedAlgorithm, "signature_hash");
}

TEST_F(RawTpmTest, TakesABareRsassaSignature) {
  const TestAk rsa = MakeRsaAk(kTpmAlgRsassa);
  const Bytes bare = rsa.key.SignRsa(kSha256, RsaPadding::kPkcs1, attest_);
  in_.signature = bare;
  in_.form = SignatureForm::kBareRsassaSha256;
  in_.ak = AkFromTpm(rsa.PublicBytes());
  EXPECT_EQ(JudgeTpmQuote(in_).verdict.outcome(), RawOutcome::kAccept);
}

TEST_F(RawTpmTest, RejectsAQuoteOfRegistersThatWereNotGiven) {
  const PcrValues fewer = SomePcrValues(kSha256, {0, 1});
  const PcrValues others = SomePcrValues(kSha256, {2, 3, 4});
  const PcrValues another_bank = SomePcrValues(kSha1, {0, 1, 7});
  for (const PcrValues& values : {fewer, others, another_bank}) {
    in_.pcrs = values;
    ExpectRejected(ErrorClass::kDigestMismatch, "pcr_digest_matches_values");
  }
}

PcrValues WholeBank() {
  std::vector<uint32_t> all(24);
  std::iota(all.begin(), all.end(), 0);
  return SomePcrValues(kSha256, all);
}

TEST_F(RawTpmTest, VouchesForTheSelectedOnesAmongMore) {
  PcrValues two_banks = values_;
  two_banks[kSha1] = SomePcrValues(kSha1, {0, 1}).at(kSha1);
  for (const PcrValues& values :
       {WholeBank(), SomePcrValues(kSha256, {0, 1, 2, 7}), two_banks}) {
    in_.pcrs = values;
    const RawTpmQuote judged = JudgeTpmQuote(in_);
    EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kAccept);
    EXPECT_EQ(judged.quoted, values_);
  }
}

TEST_F(RawTpmTest, RejectsValuesBesideAQuoteOfNoRegister) {
  GiveAttest(QuoteBytes(Bytes(32, 0x42), {}, {}));
  in_.pcrs = WholeBank();
  ExpectRejected(ErrorClass::kDigestMismatch, "pcr_digest_matches_values");
}

TEST_F(RawTpmTest, RejectsAChangedRegister) {
  PcrValues values = values_;
  values[kSha256][7][0] ^= 1;
  in_.pcrs = values;
  ExpectRejected(ErrorClass::kDigestMismatch, "pcr_digest_matches_values");
  EXPECT_FALSE(JudgeTpmQuote(in_).quoted.has_value());
}

TEST_F(RawTpmTest, ComparesTheSelectionOfADump) {
  in_.pcrs = std::nullopt;
  const Bytes good = PcrDumpBytes(selection_, values_);
  in_.pcr_blob = good;
  EXPECT_EQ(JudgeTpmQuote(in_).verdict.outcome(), RawOutcome::kAccept);
  const Bytes other =
      PcrDumpBytes({{kSha256, {0, 1, 8}}}, SomePcrValues(kSha256, {0, 1, 8}));
  in_.pcr_blob = other;
  ExpectRejected(ErrorClass::kDigestMismatch,
                 "pcr_blob_selection_matches_quote");
  const Bytes cut = ToBytes(ByteView(good).first(good.size() - 1));
  in_.pcr_blob = cut;
  ExpectRejected(ErrorClass::kTruncated, "pcr_blob_layout");
}

TEST_F(RawTpmTest, TakesADumpOfValuesAlone) {
  in_.pcrs = std::nullopt;
  ByteWriter values;
  for (const auto& [pcr, value] : values_.at(kSha256)) values.Put(value);
  in_.pcr_blob = values.view();
  const RawTpmQuote judged = JudgeTpmQuote(in_);
  EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kAccept);
  EXPECT_EQ(judged.quoted, values_);
}

TEST_F(RawTpmTest, RejectsAnotherNonceAndSaysWhenThereIsNone) {
  in_.nonce = Bytes(32, 0x43);
  ExpectRejected(ErrorClass::kBindingMismatch, "binding");
  in_.nonce = std::nullopt;
  const RawTpmQuote judged = JudgeTpmQuote(in_);
  EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kAccept);
  EXPECT_EQ(Find(judged, "binding").outcome, Outcome::kNotChecked);
}

TEST_F(RawTpmTest, RejectsALogThatIsNone) {
  const Bytes log(40, 0x55);
  in_.log = log;
  ExpectRejected(ErrorClass::kMalformed, "log_layout");
}

class RawTpmPolicyTest : public RawTpmTest {
 protected:
  RawTpmPolicyTest() {
    policy_.add_accept_signers("tpm");
    policy_.set_min_binding(v1::NONE);
    policy_.mutable_ak()->add_spki_sha256(
        Hex(ak_.PublicArea().key.spki_sha256()));
    in_.policy = &policy_;
  }
  v1::PcrRule& Rule(uint32_t index, const std::string& value) {
    v1::PcrRule& rule = *policy_.add_pcrs();
    rule.set_algorithm(v1::SHA256);
    rule.set_index(index);
    rule.add_values(value);
    return rule;
  }
  v1::AppraisalPolicy policy_;
};

TEST_F(RawTpmPolicyTest, AcceptsTheKeyAndTheRegistersThatItNames) {
  Rule(7, Hex(values_.at(kSha256).at(7)));
  EXPECT_EQ(JudgeTpmQuote(in_).verdict.outcome(), RawOutcome::kAccept);
}

TEST_F(RawTpmPolicyTest, NeverCountsAsBoundEvidence) {
  for (const auto level : {v1::BINDING_LEVEL_UNSPECIFIED, v1::B0, v1::B1}) {
    policy_.set_min_binding(level);
    ExpectRejected(ErrorClass::kBindingMismatch, "policy/min-binding");
  }
}

TEST_F(RawTpmPolicyTest, RejectsAnotherKeySignerOrValue) {
  policy_.mutable_ak()->set_spki_sha256(0, std::string(64, '0'));
  ExpectRejected(ErrorClass::kUntrustedRoot, "policy/ak");
  policy_.set_accept_signers(0, "snp");
  ExpectRejected(ErrorClass::kUntrustedRoot, "policy/accept-signers");
}

TEST_F(RawTpmPolicyTest, RejectsAnotherValueOrOneThatIsNotQuoted) {
  Rule(7, std::string(64, '0'));
  ExpectRejected(ErrorClass::kDigestMismatch, "policy/pcr/sha256/7");
  policy_.clear_pcrs();
  Rule(8, std::string(64, '0'));
  ExpectRejected(ErrorClass::kDigestMismatch, "policy/pcr/sha256/8");
}

TEST_F(RawTpmPolicyTest, NamesWhatAQuoteAloneCannotAnswer) {
  policy_.mutable_ak()->set_spki_sha256(0, std::string(64, '0'));
  policy_.mutable_ak()->add_issuers();
  policy_.set_require_secure_boot(true);
  policy_.set_max_age_seconds(60);
  policy_.add_require_parts("log.ima");
  Rule(7, std::string(64, '0'));
  in_.pcrs = std::nullopt;
  const RawTpmQuote judged = JudgeTpmQuote(in_);
  EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kIncomplete);
  EXPECT_THAT(
      judged.verdict.undecided(),
      UnorderedElementsAre("policy/max-age", "policy/part/log.ima", "policy/ak",
                           "policy/pcr/sha256/7", "policy/secure-boot"));
}

}  // namespace
}  // namespace evidenced
