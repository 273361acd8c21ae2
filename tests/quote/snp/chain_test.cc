#include "quote/snp/chain.h"

#include "gmock/gmock.h"

#include "quote/base/error_class.h"
#include "tests/quote/snp/snp_builder.h"

namespace evidenced {
namespace {

void ExpectRefused(const absl::StatusOr<VerifiedSnpEndorsement>& verified,
                   ErrorClass error_class) {
  EXPECT_EQ(verified.status().code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(ErrorClassOf(verified.status()), error_class) << verified.status();
}

TEST(VerifySnpEndorsement, AcceptsAVcek) {
  const SnpTestPki pki;
  const Issued vcek = pki.IssueVcek();
  const auto verified =
      VerifySnpEndorsement(vcek.certificate, pki.ca(), pki.Trust());
  ASSERT_TRUE(verified.ok()) << verified.status();
  EXPECT_EQ(verified->endorsement().kind, SnpKeyKind::kVcek);
  EXPECT_EQ(verified->chain().ark.common_name(), "ARK-Milan");
  EXPECT_EQ(verified->chain().intermediate.common_name(), "SEV-Milan");
}

TEST(VerifySnpEndorsement, AcceptsAVlekByTheAsvk) {
  const SnpTestPki pki;
  const auto verified =
      VerifySnpEndorsement(pki.IssueVlek().certificate, pki.ca(), pki.Trust());
  ASSERT_TRUE(verified.ok()) << verified.status();
  EXPECT_EQ(verified->chain().intermediate.common_name(), "SEV-VLEK-Milan");
}

TEST(VerifySnpEndorsement, AcceptsTurin) {
  const SnpTestPki pki(SnpProduct::kTurin);
  EXPECT_TRUE(VerifySnpEndorsement(pki.IssueVcek(TurinVcekSpec()).certificate,
                                   pki.ca(), pki.Trust())
                  .ok());
}

TEST(VerifySnpEndorsement, RefusesAnIncompleteChain) {
  const SnpTestPki pki;
  const Certificate vcek = pki.IssueVcek().certificate;
  using Cas = std::vector<Certificate>;
  for (const Cas& ca :
       {Cas{}, Cas{pki.ask().certificate}, Cas{pki.ark().certificate},
        Cas{pki.asvk().certificate, pki.ark().certificate}}) {
    ExpectRefused(VerifySnpEndorsement(vcek, ca, pki.Trust()),
                  ErrorClass::kChainInvalid);
  }
}

TEST(VerifySnpEndorsement, RefusesAKeyThatTheAskDidNotSign) {
  const SnpTestPki pki;
  const Issued impostor =
      IssueRoot(SnpCaSpec("SEV-Milan", 0x10001), KeyKind::kRsa2048);
  const Issued vcek =
      Issue(SnpKeyCertificateSpec(MilanVcekSpec()), impostor, KeyKind::kP384);
  ExpectRefused(VerifySnpEndorsement(vcek.certificate, pki.ca(), pki.Trust()),
                ErrorClass::kChainInvalid);
}

TEST(VerifySnpEndorsement, RefusesAnAskThatTheArkDidNotSign) {
  const SnpTestPki pki;
  const Issued impostor =
      IssueRoot(SnpCaSpec("ARK-Milan", 0x10000), KeyKind::kRsa2048);
  const Issued ask =
      Issue(SnpCaSpec("SEV-Milan", 0x10001), impostor, pki.ask().key);
  const std::vector<Certificate> ca = {ask.certificate, pki.ark().certificate};
  ExpectRefused(
      VerifySnpEndorsement(pki.IssueVcek().certificate, ca, pki.Trust()),
      ErrorClass::kChainInvalid);
}

TEST(VerifySnpEndorsement, RefusesARootThatIsNotSelfSigned) {
  const SnpTestPki pki;
  const Issued above = IssueRoot(SnpCaSpec("above", 1), KeyKind::kRsa2048);
  const Issued ark =
      Issue(SnpCaSpec("ARK-Milan", 0x10000), above, pki.ark().key);
  const std::vector<Certificate> ca = {pki.ask().certificate, ark.certificate,
                                       above.certificate};
  ExpectRefused(
      VerifySnpEndorsement(pki.IssueVcek().certificate, ca, pki.Trust()),
      ErrorClass::kChainInvalid);
}

TEST(VerifySnpEndorsement, RefusesAnAskThatIsNoCa) {
  const SnpTestPki pki;
  CertificateSpec spec = SnpCaSpec("SEV-Milan", 0x10001);
  spec.basic_constraints = "critical,CA:FALSE";
  const Issued ask = Issue(spec, pki.ark(), pki.ask().key);
  const std::vector<Certificate> ca = {ask.certificate, pki.ark().certificate};
  ExpectRefused(
      VerifySnpEndorsement(pki.IssueVcek().certificate, ca, pki.Trust()),
      ErrorClass::kChainInvalid);
}

TEST(VerifySnpEndorsement, RefusesOtherSignatureSchemesThanAmds) {
  const SnpTestPki pki;
  CertificateSpec pkcs1 = SnpKeyCertificateSpec(MilanVcekSpec());
  pkcs1.padding = RsaPadding::kPkcs1;
  CertificateSpec sha256 = SnpKeyCertificateSpec(MilanVcekSpec());
  sha256.digest = "SHA256";
  for (const CertificateSpec& spec : {pkcs1, sha256}) {
    const Issued vcek = Issue(spec, pki.ask(), KeyKind::kP384);
    ExpectRefused(VerifySnpEndorsement(vcek.certificate, pki.ca(), pki.Trust()),
                  ErrorClass::kChainInvalid);
  }
}

// The ARK vouches for both: only their names tell what each may issue.
TEST(VerifySnpEndorsement, RefusesKeysOfTheOtherIntermediate) {
  const SnpTestPki pki;
  const Issued vcek =
      Issue(SnpKeyCertificateSpec(MilanVcekSpec()), pki.asvk(), KeyKind::kP384);
  ExpectRefused(VerifySnpEndorsement(vcek.certificate, pki.ca(), pki.Trust()),
                ErrorClass::kChainInvalid);
  const Issued vlek =
      Issue(SnpKeyCertificateSpec(MilanVlekSpec()), pki.ask(), KeyKind::kP384);
  ExpectRefused(VerifySnpEndorsement(vlek.certificate, pki.ca(), pki.Trust()),
                ErrorClass::kChainInvalid);
}

TEST(VerifySnpEndorsement, RefusesAKeyOfAnotherProduct) {
  const SnpTestPki pki(SnpProduct::kGenoa);
  const Issued vcek = pki.IssueVcek(MilanVcekSpec());
  ExpectRefused(VerifySnpEndorsement(vcek.certificate, pki.ca(), pki.Trust()),
                ErrorClass::kChainInvalid);
}

TEST(VerifySnpEndorsement, RefusesARootThatNobodyTrusts) {
  const SnpTestPki pki;
  const Certificate vcek = pki.IssueVcek().certificate;
  SnpTrust trust = pki.Trust();
  trust.roots = AmdSnpRoots();
  ExpectRefused(VerifySnpEndorsement(vcek, pki.ca(), trust),
                ErrorClass::kUntrustedRoot);
  trust.roots = {};
  ExpectRefused(VerifySnpEndorsement(vcek, pki.ca(), trust),
                ErrorClass::kUntrustedRoot);
}

TEST(VerifySnpEndorsement, RefusesTheRootOfAnotherProduct) {
  const SnpTestPki pki;
  SnpTrust trust = pki.Trust();
  trust.roots = {{.product = SnpProduct::kGenoa,
                  .spki_sha256 = pki.ark().certificate.spki_sha256()}};
  ExpectRefused(
      VerifySnpEndorsement(pki.IssueVcek().certificate, pki.ca(), trust),
      ErrorClass::kUntrustedRoot);
}

TEST(VerifySnpEndorsement, RefusesMoreCasThanItsLimit) {
  const SnpTestPki pki;
  const std::vector<Certificate> ca(kMaxSnpCas + 1, pki.ark().certificate);
  ExpectRefused(
      VerifySnpEndorsement(pki.IssueVcek().certificate, ca, pki.Trust()),
      ErrorClass::kChainInvalid);
}

TEST(VerifySnpEndorsement, ChecksDatesUnlessToldNotTo) {
  const SnpTestPki pki;
  CertificateSpec spec = SnpKeyCertificateSpec(MilanVcekSpec());
  spec.not_after = TestNow() - absl::Hours(1);
  const Certificate vcek = Issue(spec, pki.ask(), KeyKind::kP384).certificate;
  SnpTrust trust = pki.Trust();
  ExpectRefused(VerifySnpEndorsement(vcek, pki.ca(), trust),
                ErrorClass::kChainInvalid);
  trust.time = ValidityTime::At(spec.not_after);
  EXPECT_TRUE(VerifySnpEndorsement(vcek, pki.ca(), trust).ok());
  trust.time = ValidityTime::NotChecked();
  EXPECT_TRUE(VerifySnpEndorsement(vcek, pki.ca(), trust).ok());
}

TEST(VerifySnpEndorsement, AcceptsACrlThatRevokesOthers) {
  const SnpTestPki pki;
  SnpTrust trust = pki.Trust();
  trust.crl = SnpCrl(pki.ark(), {.serials = {0x10002, 0}});
  trust.crl_use = SnpCrlUse::kRequired;
  EXPECT_TRUE(
      VerifySnpEndorsement(pki.IssueVcek().certificate, pki.ca(), trust).ok());
}

TEST(VerifySnpEndorsement, RefusesARevokedIntermediate) {
  const SnpTestPki pki;
  SnpTrust trust = pki.Trust();
  trust.crl = SnpCrl(pki.ark(), {.serials = {0x10001}});
  ExpectRefused(
      VerifySnpEndorsement(pki.IssueVcek().certificate, pki.ca(), trust),
      ErrorClass::kChainInvalid);
  EXPECT_TRUE(
      VerifySnpEndorsement(pki.IssueVlek().certificate, pki.ca(), trust).ok());
  trust.crl = SnpCrl(pki.ark(), {.serials = {0x10101}});
  ExpectRefused(
      VerifySnpEndorsement(pki.IssueVlek().certificate, pki.ca(), trust),
      ErrorClass::kChainInvalid);
}

TEST(VerifySnpEndorsement, RefusesARevokedRoot) {
  const SnpTestPki pki;
  SnpTrust trust = pki.Trust();
  trust.crl = SnpCrl(pki.ark(), {.serials = {0x10000}});
  ExpectRefused(
      VerifySnpEndorsement(pki.IssueVcek().certificate, pki.ca(), trust),
      ErrorClass::kChainInvalid);
}

TEST(VerifySnpEndorsement, RefusesACrlThatTheArkDidNotSign) {
  const SnpTestPki pki;
  const Issued impostor =
      IssueRoot(SnpCaSpec("ARK-Milan", 0x10000), KeyKind::kRsa2048);
  SnpTrust trust = pki.Trust();
  trust.crl = SnpCrl(impostor, {});
  ExpectRefused(
      VerifySnpEndorsement(pki.IssueVcek().certificate, pki.ca(), trust),
      ErrorClass::kCollateralInvalid);
}

TEST(VerifySnpEndorsement, RefusesACrlThatIsOverOrNotYetGood) {
  const SnpTestPki pki;
  const Certificate vcek = pki.IssueVcek().certificate;
  SnpTrust trust = pki.Trust();
  trust.crl = SnpCrl(pki.ark(), {.next_update = TestNow() - absl::Seconds(1)});
  ExpectRefused(VerifySnpEndorsement(vcek, pki.ca(), trust),
                ErrorClass::kCollateralInvalid);
  trust.crl = SnpCrl(pki.ark(), {.this_update = TestNow() + absl::Seconds(1)});
  ExpectRefused(VerifySnpEndorsement(vcek, pki.ca(), trust),
                ErrorClass::kCollateralInvalid);
}

TEST(VerifySnpEndorsement, RefusesACrlWithoutAnEnd) {
  const SnpTestPki pki;
  SnpTrust trust = pki.Trust();
  trust.crl = SnpCrl(pki.ark(), {.endless = true});
  for (const ValidityTime time :
       {ValidityTime::At(TestNow()), ValidityTime::NotChecked()}) {
    trust.time = time;
    ExpectRefused(
        VerifySnpEndorsement(pki.IssueVcek().certificate, pki.ca(), trust),
        ErrorClass::kCollateralInvalid);
  }
}

TEST(VerifySnpEndorsement, RefusesACrlThatIsNotSignedAsAmdDoes) {
  const SnpTestPki pki;
  for (const CrlSpec& spec :
       {CrlSpec{.digest = "SHA384", .padding = RsaPadding::kPkcs1},
        CrlSpec{.digest = "SHA256", .padding = RsaPadding::kPss}}) {
    SnpTrust trust = pki.Trust();
    trust.crl = RevocationList::FromFile(IssueCrl(spec, pki.ark())).value();
    ExpectRefused(
        VerifySnpEndorsement(pki.IssueVcek().certificate, pki.ca(), trust),
        ErrorClass::kCollateralInvalid);
  }
}

TEST(VerifySnpEndorsement, RemembersWhetherDatesWereChecked) {
  const SnpTestPki pki;
  const Certificate vcek = pki.IssueVcek().certificate;
  SnpTrust trust = pki.Trust();
  EXPECT_TRUE(
      VerifySnpEndorsement(vcek, pki.ca(), trust).value().dates_checked());
  trust.time = ValidityTime::NotChecked();
  EXPECT_FALSE(
      VerifySnpEndorsement(vcek, pki.ca(), trust).value().dates_checked());
}

TEST(VerifySnpEndorsement, RefusesNoCrlWhereOneIsRequired) {
  const SnpTestPki pki;
  SnpTrust trust = pki.Trust();
  trust.crl_use = SnpCrlUse::kRequired;
  ExpectRefused(
      VerifySnpEndorsement(pki.IssueVcek().certificate, pki.ca(), trust),
      ErrorClass::kCollateralInvalid);
}

TEST(WithSnpRoot, TrustsForOneProductOrForAll) {
  const SnpTestPki pki;
  const Certificate& ark = pki.ark().certificate;
  const SnpRoots one = WithSnpRoot({}, ark.spki_sha256(), SnpProduct::kMilan);
  EXPECT_TRUE(CheckSnpRoot(ark, SnpProduct::kMilan, one).ok());
  EXPECT_FALSE(CheckSnpRoot(ark, SnpProduct::kGenoa, one).ok());
  const SnpRoots all = WithSnpRoot({}, ark.spki_sha256());
  EXPECT_TRUE(CheckSnpRoot(ark, SnpProduct::kGenoa, all).ok());
  EXPECT_FALSE(IsAmdSnpRoot(ark, SnpProduct::kMilan));
}

TEST(AmdSnpRoots, AreOneForEachProduct) {
  const SnpRoots roots = AmdSnpRoots();
  ASSERT_EQ(roots.size(), 3U);
  for (const SnpRoot& root : roots) EXPECT_EQ(root.spki_sha256.size(), 32U);
  EXPECT_NE(roots[0].product, roots[1].product);
  EXPECT_NE(roots[1].product, roots[2].product);
}

}  // namespace
}  // namespace evidenced
