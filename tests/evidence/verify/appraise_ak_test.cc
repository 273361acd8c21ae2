// Which certificates vouch for an attestation key.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "evidence/verify/appraise.h"
#include "tests/evidence/verify/evidence_builder.h"
#include "tests/quote/certificate_builder.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

using ::testing::HasSubstr;

constexpr char kInstance[] = "instance-7";

CertificateSpec InstanceSpec() { return {.common_name = kInstance}; }

class AkCertificateTest : public ::testing::Test {
 protected:
  AkCertificateTest() : ca_(IssueRoot(CaSpec("cloud"))) {
    policy_.add_accept_signers("tpm");
    v1::AkIssuer* issuer = policy_.mutable_ak()->add_issuers();
    issuer->set_ca_spki_sha256(Hex(ca_.certificate.spki_sha256()));
    issuer->set_instance(kInstance);
    context_.now = context_.as_of = TestNow();
    context_.requested_at = TestNow();
    context_.ak_cas = {ca_.certificate};
  }

  void Send(v1::CertificateKind kind, const Certificate& certificate) {
    builder_.certificates.emplace_back(kind, certificate.der());
  }

  Checks Appraised() const {
    const auto evidence = MustVerify(builder_.Build());
    if (evidence == nullptr) return {};
    return Appraise(*evidence, policy_, context_);
  }

  // What "policy/ak" found; "accepted" if it passed.
  std::string Verdict() const {
    const Checks checks = Appraised();
    const Check* check = FindCheck(checks, "policy/ak");
    if (check == nullptr) return "no such check";
    return check->outcome == Outcome::kPass ? "accepted" : check->found;
  }

  Issued ca_;
  EvidenceBuilder builder_;
  v1::AppraisalPolicy policy_;
  AppraisalContext context_;
};

TEST_F(AkCertificateTest, AcceptsTheNamedInstanceByItsCommonName) {
  Send(v1::TPM_AK, Issue(InstanceSpec(), ca_, builder_.ak.key).certificate);
  EXPECT_EQ(Verdict(), "accepted");
}

TEST_F(AkCertificateTest, AcceptsTheNamedInstanceByASan) {
  CertificateSpec spec{.common_name = "other"};
  spec.dns_sans = {kInstance};
  Send(v1::TPM_AK, Issue(spec, ca_, builder_.ak.key).certificate);
  EXPECT_EQ(Verdict(), "accepted");
}

TEST_F(AkCertificateTest, RejectsAnotherInstanceOfTheSameCa) {
  CertificateSpec spec{.common_name = "instance-70"};
  Send(v1::TPM_AK, Issue(spec, ca_, builder_.ak.key).certificate);
  EXPECT_THAT(Verdict(), HasSubstr("expected it to name instance-7"));
}

TEST_F(AkCertificateTest, RejectsAnEmptyInstance) {
  policy_.mutable_ak()->mutable_issuers(0)->clear_instance();
  // A common name that is not printable counts as none.
  const CertificateSpec spec{.common_name = "\x01x"};
  ASSERT_EQ(Issue(spec, ca_, builder_.ak.key).certificate.common_name(), "");
  Send(v1::TPM_AK, Issue(spec, ca_, builder_.ak.key).certificate);
  EXPECT_NE(Verdict(), "accepted");
}

TEST_F(AkCertificateTest, RejectsACertificateForAnotherKey) {
  Send(v1::TPM_AK, Issue(InstanceSpec(), ca_).certificate);
  EXPECT_THAT(Verdict(), HasSubstr("expected one for the AK"));
}

TEST_F(AkCertificateTest, RejectsAnotherCa) {
  const Issued other = IssueRoot(CaSpec("cloud"));
  Send(v1::TPM_AK, Issue(InstanceSpec(), other, builder_.ak.key).certificate);
  EXPECT_NE(Verdict(), "accepted");
  // Not even if its certificate was given: the policy does not name its key.
  context_.ak_cas.push_back(other.certificate);
  EXPECT_NE(Verdict(), "accepted");
}

TEST_F(AkCertificateTest, RejectsIfTheCaIsNotGiven) {
  Send(v1::TPM_AK, Issue(InstanceSpec(), ca_, builder_.ak.key).certificate);
  context_.ak_cas.clear();
  EXPECT_THAT(Verdict(), HasSubstr("among the 0 given, found none"));
}

TEST_F(AkCertificateTest, RejectsAnExpiredCertificate) {
  Send(v1::TPM_AK, Issue(InstanceSpec(), ca_, builder_.ak.key).certificate);
  context_.as_of = TestNow() + absl::Hours(25);
  EXPECT_NE(Verdict(), "accepted");
}

TEST_F(AkCertificateTest, RejectsIfNoneCame) {
  EXPECT_THAT(Verdict(), HasSubstr("no AK certificate came with it"));
}

TEST_F(AkCertificateTest, DoesNotTakeAnEkCertificateAsAVoucher) {
  // Valid in every way, but for its kind.
  Send(v1::TPM_EK, Issue(InstanceSpec(), ca_, builder_.ak.key).certificate);
  EXPECT_THAT(Verdict(), HasSubstr("no AK certificate came with it"));
  const Checks checks = Appraised();
  const Check* check = FindCheck(checks, "policy/ek-certificate");
  ASSERT_NE(check, nullptr);
  EXPECT_EQ(check->outcome, Outcome::kNotChecked);
  EXPECT_THAT(check->expected, HasSubstr("credential activation"));
  EXPECT_THAT(check->found, HasSubstr("does not vouch"));
}

TEST_F(AkCertificateTest, IgnoresWhatIsNoCertificate) {
  builder_.certificates.emplace_back(v1::TPM_AK, Bytes{1, 2, 3});
  EXPECT_THAT(Verdict(), HasSubstr("no AK certificate came with it"));
}

}  // namespace
}  // namespace evidenced
