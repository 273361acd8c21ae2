#include "quote/crypto/issuance.h"

#include "gmock/gmock.h"

#include "quote/base/error_class.h"
#include "tests/quote/certificate_builder.h"

namespace evidenced {
namespace {

void ExpectRefused(const absl::Status& status) {
  EXPECT_EQ(status.code(), absl::StatusCode::kUnauthenticated) << status;
  EXPECT_EQ(ErrorClassOf(status), ErrorClass::kChainInvalid) << status;
}

TEST(VerifyIssuedBy, AcceptsWhatTheCaSigned) {
  for (const KeyKind kind :
       {KeyKind::kP256, KeyKind::kP384, KeyKind::kRsa2048}) {
    const Issued root = IssueRoot(CaSpec("root"), kind);
    const Issued leaf = Issue(CertificateSpec{}, root);
    EXPECT_TRUE(VerifyIssuedBy(leaf.certificate, root.certificate).ok());
    EXPECT_TRUE(VerifyIssuedBy(root.certificate, root.certificate).ok());
  }
}

TEST(VerifyIssuedBy, AcceptsRsaPss) {
  const Issued root = IssueRoot(CaSpec("root"), KeyKind::kRsa2048);
  CertificateSpec spec;
  spec.digest = "SHA384";
  spec.padding = RsaPadding::kPss;
  const Issued leaf = Issue(spec, root, KeyKind::kP384);
  EXPECT_TRUE(VerifyIssuedBy(leaf.certificate, root.certificate).ok());
  EXPECT_EQ(leaf.certificate.signature_oid(), "1.2.840.113549.1.1.10");
  EXPECT_EQ(leaf.certificate.signature_hash(), HashAlgorithm::kSha384);
}

TEST(VerifyIssuedBy, DoesNotLookAtDates) {
  const Issued root = IssueRoot(CaSpec("root"));
  CertificateSpec spec;
  spec.not_after = TestNow() - absl::Hours(1);
  const Issued leaf = Issue(spec, root);
  EXPECT_TRUE(VerifyIssuedBy(leaf.certificate, root.certificate).ok());
}

TEST(VerifyIssuedBy, RefusesAnotherCaOfTheSameName) {
  CertificateSpec ca = CaSpec("root");
  ca.subject_key_identifier = "";
  CertificateSpec spec;
  spec.authority_key_identifier = "";
  const Issued root = IssueRoot(ca);
  const Issued other = IssueRoot(ca);
  const Issued leaf = Issue(spec, root);
  EXPECT_TRUE(VerifyIssuedBy(leaf.certificate, root.certificate).ok());
  ExpectRefused(VerifyIssuedBy(leaf.certificate, other.certificate));
}

TEST(VerifyIssuedBy, RefusesACaOfAnotherName) {
  const TestKey key(KeyKind::kP256);
  const Issued root = IssueRoot(CaSpec("root"));
  const Issued one = Issue(CaSpec("one"), root, key);
  const Issued two = Issue(CaSpec("two"), root, key);
  const Issued leaf = Issue(CertificateSpec{}, one);
  EXPECT_TRUE(VerifyIssuedBy(leaf.certificate, one.certificate).ok());
  ExpectRefused(VerifyIssuedBy(leaf.certificate, two.certificate));
}

TEST(VerifyIssuedBy, RefusesAnIssuerThatIsNoCa) {
  const Issued root = IssueRoot(CaSpec("root"));
  CertificateSpec plain;
  CertificateSpec without_constraints;
  without_constraints.basic_constraints = "";
  CertificateSpec wrong_usage = CaSpec("leaf");
  wrong_usage.key_usage = "critical,digitalSignature";
  for (const CertificateSpec& spec :
       {plain, without_constraints, wrong_usage}) {
    const Issued middle = Issue(spec, root);
    const Issued leaf = Issue(CertificateSpec{}, middle);
    ExpectRefused(VerifyIssuedBy(leaf.certificate, middle.certificate));
  }
}

TEST(VerifyIssuedBy, RefusesUnknownCriticalExtensions) {
  const Issued root = IssueRoot(CaSpec("root"));
  CertificateSpec spec;
  spec.extensions = {{.oid = "1.2.3.4", .critical = false, .value = {5, 0}}};
  EXPECT_TRUE(
      VerifyIssuedBy(Issue(spec, root).certificate, root.certificate).ok());
  spec.extensions.front().critical = true;
  ExpectRefused(
      VerifyIssuedBy(Issue(spec, root).certificate, root.certificate));
}

TEST(VerifyIssuedBy, RefusesWeakSignaturesAndKeys) {
  const Issued root = IssueRoot(CaSpec("root"));
  CertificateSpec spec;
  spec.digest = "SHA1";
  ExpectRefused(
      VerifyIssuedBy(Issue(spec, root).certificate, root.certificate));
  const Issued weak = IssueRoot(CaSpec("root"), KeyKind::kRsa1024);
  ExpectRefused(VerifyIssuedBy(Issue(CertificateSpec{}, weak).certificate,
                               weak.certificate));
}

TEST(VerifyIssuedBy, RefusesEveryFlippedByte) {
  const Issued root = IssueRoot(CaSpec("root"));
  const Issued leaf = Issue(CertificateSpec{}, root);
  Bytes der = leaf.certificate.der();
  size_t parsed = 0;
  for (uint8_t& byte : der) {
    byte ^= 0x01;
    const auto flipped = Certificate::FromDer(der);
    byte ^= 0x01;
    if (!flipped.ok()) continue;
    ++parsed;
    EXPECT_FALSE(VerifyIssuedBy(*flipped, root.certificate).ok());
  }
  EXPECT_GT(parsed, 100U);
}

TEST(ValidityTime, HoldsFromTheFirstToTheLastSecond) {
  const Certificate certificate = IssueRoot(CaSpec("root")).certificate;
  const auto check = [&](absl::Time time) {
    return ValidityTime::At(time).Check(certificate);
  };
  EXPECT_TRUE(check(certificate.not_before()).ok());
  EXPECT_TRUE(check(certificate.not_after()).ok());
  ExpectRefused(check(certificate.not_before() - absl::Seconds(1)));
  ExpectRefused(check(certificate.not_after() + absl::Seconds(1)));
  EXPECT_TRUE(ValidityTime::NotChecked().Check(certificate).ok());
  EXPECT_FALSE(ValidityTime::NotChecked().checked());
}

// The sender chooses them, and each costs time.
TEST(VerifyIssuedBy, RefusesAHugeKeyBeforeUsingIt) {
  CertificateSpec ca = CaSpec("ca");
  ca.subject_key_identifier = "";
  const Issued root = IssueRoot(CaSpec("root"), KeyKind::kRsa2048);
  const Issued signer = Issue(ca, root, KeyKind::kRsa2048);
  const Issued huge = Issue(ca, root, KeyKind::kRsaHuge);
  CertificateSpec spec;
  spec.authority_key_identifier = "";
  const Issued leaf = Issue(spec, signer);
  const absl::Status status =
      VerifyIssuedBy(leaf.certificate, huge.certificate);
  ExpectRefused(status);
  EXPECT_THAT(status.message(), testing::HasSubstr("at most 8192 bits"));
}

}  // namespace
}  // namespace evidenced
