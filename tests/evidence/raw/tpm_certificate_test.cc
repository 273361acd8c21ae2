#include "evidence/raw/tpm_certificate.h"

#include <string>

#include "gmock/gmock.h"

#include "tests/quote/certificate_builder.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

using ::testing::ElementsAre;
using ::testing::SizeIs;

class RawTpmCertificateTest : public ::testing::Test {
 protected:
  RawTpmCertificateTest() {
    in_.cert = leaf_.certificate.der();
    in_.cas = {intermediate_.certificate.der(), root_.certificate.der()};
  }
  Outcome OutcomeOf(absl::string_view name) const {
    const RawTpmCertificate judged = JudgeTpmCertificate(in_);
    for (const Check& check : judged.verdict.checks()) {
      if (check.name == name) return check.outcome;
    }
    ADD_FAILURE() << "expected a check " << name << ", found none";
    return Outcome::kFail;
  }
  void ExpectRejected(ErrorClass error_class) const {
    const RawTpmCertificate judged = JudgeTpmCertificate(in_);
    EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kReject);
    EXPECT_EQ(judged.verdict.error_class(), error_class);
  }

  const Issued root_ = IssueRoot(CaSpec("root"));
  const Issued intermediate_ = Issue(CaSpec("intermediate"), root_);
  const Issued leaf_ = Issue({.common_name = "vm-1"}, intermediate_);
  RawTpmCertificateInput in_;
};

TEST_F(RawTpmCertificateTest, AcceptsAChainToARootThatWasGiven) {
  const RawTpmCertificate judged = JudgeTpmCertificate(in_);
  EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kAccept);
  EXPECT_THAT(judged.chain, SizeIs(3));
  EXPECT_EQ(judged.root->spki_sha256(), root_.certificate.spki_sha256());
  EXPECT_EQ(OutcomeOf("root_is_pinned"), Outcome::kNotChecked);
}

TEST_F(RawTpmCertificateTest, TakesIssuersBehindTheCertificateItself) {
  const std::string chain =
      Pem(leaf_.certificate) + Pem(intermediate_.certificate);
  in_.cert = AsBytes(chain);
  in_.cas = {root_.certificate.der()};
  EXPECT_EQ(JudgeTpmCertificate(in_).verdict.outcome(), RawOutcome::kAccept);
}

TEST_F(RawTpmCertificateTest, JudgesDatesAtAGivenTimeAlone) {
  EXPECT_EQ(OutcomeOf("certificate-validity"), Outcome::kNotChecked);
  in_.at = TestNow();
  EXPECT_EQ(OutcomeOf("certificate-validity"), Outcome::kPass);
  in_.at = TestNow() + absl::Hours(24 * 400);
  EXPECT_EQ(OutcomeOf("certificate-validity"), Outcome::kFail);
  ExpectRejected(ErrorClass::kChainInvalid);
}

TEST_F(RawTpmCertificateTest, RejectsAnotherCa) {
  const Issued other = IssueRoot(CaSpec("root"));
  in_.cas = {other.certificate.der()};
  ExpectRejected(ErrorClass::kChainInvalid);
  EXPECT_EQ(JudgeTpmCertificate(in_).root->spki_sha256(),
            other.certificate.spki_sha256());
}

TEST_F(RawTpmCertificateTest, RejectsAnIssuerThatIsNoCa) {
  const Issued plain = Issue({.common_name = "plain"}, root_);
  const Issued leaf = Issue({.common_name = "vm-1"}, plain);
  in_.cert = leaf.certificate.der();
  in_.cas = {plain.certificate.der(), root_.certificate.der()};
  ExpectRejected(ErrorClass::kChainInvalid);
}

TEST_F(RawTpmCertificateTest, IsIncompleteWithoutARoot) {
  for (const std::vector<ByteView>& cas :
       {std::vector<ByteView>{}, {intermediate_.certificate.der()}}) {
    in_.cas = cas;
    const RawTpmCertificate judged = JudgeTpmCertificate(in_);
    EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kIncomplete);
    EXPECT_THAT(judged.verdict.undecided(),
                ElementsAre("chain_valid_ignoring_time"));
  }
  const Issued stranger = Issue(CaSpec("stranger"), root_);
  in_.cert = stranger.certificate.der();
  in_.cas = {intermediate_.certificate.der()};
  ExpectRejected(ErrorClass::kChainInvalid);
}

TEST_F(RawTpmCertificateTest, RejectsWhatIsNoCertificate) {
  in_.cert = {};
  ExpectRejected(ErrorClass::kEmpty);
  const Bytes other(100, 0x55);
  in_.cert = other;
  ExpectRejected(ErrorClass::kMalformed);
}

TEST_F(RawTpmCertificateTest, RejectsWhatIsCut) {
  const ByteView der = leaf_.certificate.der();
  const std::string pem = Pem(leaf_.certificate);
  in_.cert = der.first(der.size() - 1);
  ExpectRejected(ErrorClass::kTruncated);
  in_.cert = AsBytes(pem).first(pem.size() / 2);
  ExpectRejected(ErrorClass::kTruncated);
  in_.cert = der;
  in_.cas.push_back(der.first(1));
  ExpectRejected(ErrorClass::kTruncated);
}

TEST_F(RawTpmCertificateTest, AsksAPolicyForTheKeyOrItsIssuer) {
  v1::AppraisalPolicy policy;
  policy.add_accept_signers("tpm");
  policy.set_min_binding(v1::NONE);
  in_.policy = &policy;
  ExpectRejected(ErrorClass::kUntrustedRoot);
  v1::AkIssuer& issuer = *policy.mutable_ak()->add_issuers();
  issuer.set_ca_spki_sha256(Hex(root_.certificate.spki_sha256()));
  issuer.set_instance("vm-2");
  ExpectRejected(ErrorClass::kUntrustedRoot);
  issuer.set_instance("vm-1");
  EXPECT_EQ(JudgeTpmCertificate(in_).verdict.outcome(), RawOutcome::kAccept);
  policy.clear_min_binding();
  ExpectRejected(ErrorClass::kBindingMismatch);
}

}  // namespace
}  // namespace evidenced
