#include "quote/tdx/pck_chain.h"

#include "gmock/gmock.h"

#include "quote/base/error_class.h"
#include "quote/tdx/intel_pki.h"
#include "quote/tdx/verify_pck.h"
#include "tests/quote/tdx/tdx_builder.h"

namespace evidenced {
namespace {

using Cas = std::vector<Certificate>;

const TdxTestPki& Pki() { return SharedTdxMachine().pki; }

CertificateSpec DefaultPckSpec() {
  return PckSpec(tdx_quoter::PckExtension(tdx_quoter::Platform()));
}

absl::StatusOr<VerifiedPck> Verify(const TdxTrust& trust) {
  return VerifyPck(Pki().pck().certificate, Pki().ca(), trust);
}

void ExpectRefused(const absl::StatusOr<VerifiedPck>& verified,
                   ErrorClass error_class) {
  EXPECT_EQ(verified.status().code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(ErrorClassOf(verified.status()), error_class) << verified.status();
}

TEST(VerifyPck, AcceptsAPckOfEitherCa) {
  const auto platform = Verify(Pki().Trust());
  ASSERT_TRUE(platform.ok()) << platform.status();
  EXPECT_EQ(platform->chain().intermediate.common_name(), kPckPlatformCa);
  EXPECT_EQ(platform->pck().extensions.pce_svn, 13);
  const Issued pck = Issue(DefaultPckSpec(), Pki().processor_ca());
  EXPECT_TRUE(VerifyPck(pck.certificate, Pki().ca(), Pki().Trust()).ok());
}

TEST(VerifyPck, RefusesAnIncompleteChain) {
  for (const Cas& ca :
       {Cas{}, Cas{Pki().platform_ca().certificate},
        Cas{Pki().root().certificate},
        Cas{Pki().processor_ca().certificate, Pki().root().certificate}}) {
    ExpectRefused(VerifyPck(Pki().pck().certificate, ca, Pki().Trust()),
                  ErrorClass::kChainInvalid);
  }
}

TEST(VerifyPck, RefusesEveryFlippedByteOfTheCertificates) {
  const Cas good = {Pki().pck().certificate, Pki().platform_ca().certificate,
                    Pki().root().certificate};
  for (size_t which = 0; which < good.size(); ++which) {
    Bytes der = good.at(which).der();
    for (size_t i = 0; i < der.size(); ++i) {
      der[i] ^= static_cast<uint8_t>(1U << (i % 8));
      const auto flipped = Certificate::FromDer(der);
      der[i] ^= static_cast<uint8_t>(1U << (i % 8));
      if (!flipped.ok()) continue;
      Cas chain = good;
      chain.at(which) = *flipped;
      EXPECT_FALSE(VerifyPck(chain[0], chain, Pki().Trust()).ok())
          << which << " " << i;
    }
  }
}

TEST(VerifyPck, RefusesAKeyThatTheCaDidNotSign) {
  const Issued impostor = IssueRoot(CaSpec(kPckPlatformCa));
  const Issued pck = Issue(DefaultPckSpec(), impostor);
  ExpectRefused(VerifyPck(pck.certificate, Pki().ca(), Pki().Trust()),
                ErrorClass::kChainInvalid);
}

TEST(VerifyPck, RefusesACaThatTheRootDidNotSign) {
  const Issued impostor = IssueRoot(CaSpec("Intel SGX Root CA"));
  const Issued ca =
      Issue(CaSpec(kPckPlatformCa), impostor, Pki().platform_ca().key);
  ExpectRefused(
      VerifyPck(Pki().pck().certificate,
                Cas{ca.certificate, Pki().root().certificate}, Pki().Trust()),
      ErrorClass::kChainInvalid);
}

// The root vouches for TCB signing too: only names tell what each may issue.
TEST(VerifyPck, RefusesAPckOfAnythingButAPckCa) {
  const Issued signing = Issue(CaSpec(kTcbSigning), Pki().root());
  for (const Issued& issuer : {signing, Pki().root()}) {
    const Issued pck = Issue(DefaultPckSpec(), issuer);
    Cas ca = Pki().ca();
    ca.push_back(signing.certificate);
    ExpectRefused(VerifyPck(pck.certificate, ca, Pki().Trust()),
                  ErrorClass::kChainInvalid);
  }
}

TEST(VerifyPck, RefusesACaThatIsNone) {
  CertificateSpec spec = CaSpec(kPckPlatformCa);
  spec.basic_constraints = "critical,CA:FALSE";
  const Issued ca = Issue(spec, Pki().root(), Pki().platform_ca().key);
  ExpectRefused(
      VerifyPck(Pki().pck().certificate,
                Cas{ca.certificate, Pki().root().certificate}, Pki().Trust()),
      ErrorClass::kChainInvalid);
}

TEST(VerifyPck, RefusesOtherSignatureSchemesThanIntels) {
  CertificateSpec sha384 = DefaultPckSpec();
  sha384.digest = "SHA384";
  const Issued pck = Issue(sha384, Pki().platform_ca());
  ExpectRefused(VerifyPck(pck.certificate, Pki().ca(), Pki().Trust()),
                ErrorClass::kChainInvalid);
  const Issued p384_ca =
      Issue(CaSpec(kPckPlatformCa), Pki().root(), KeyKind::kP384);
  const Issued by_p384 = Issue(DefaultPckSpec(), p384_ca);
  ExpectRefused(VerifyPck(by_p384.certificate,
                          Cas{p384_ca.certificate, Pki().root().certificate},
                          Pki().Trust()),
                ErrorClass::kChainInvalid);
}

TEST(VerifyPck, RefusesARootThatNobodyTrusts) {
  TdxTrust trust = Pki().Trust();
  trust.roots = IntelTdxRoots();
  ExpectRefused(Verify(trust), ErrorClass::kUntrustedRoot);
  trust.roots = {};
  ExpectRefused(Verify(trust), ErrorClass::kUntrustedRoot);
}

TEST(VerifyPck, RefusesCertificatesThatAreNotValidThen) {
  for (const absl::Duration off : {absl::Hours(-25), absl::Hours(25)}) {
    TdxTrust trust = Pki().Trust();
    trust.time = ValidityTime::At(TestNow() + off);
    ExpectRefused(Verify(trust), ErrorClass::kChainInvalid);
    trust.time = ValidityTime::NotChecked();
    EXPECT_TRUE(Verify(trust).ok());
  }
}

TEST(VerifyPck, TakesListsThatRevokeOthers) {
  TdxTrust trust = Pki().Trust();
  trust.crl_use = PckCrlUse::kRequired;
  trust.crls = Pki().Crls({kPckSerial}, {kPlatformCaSerial});
  const auto verified = Verify(trust);
  ASSERT_TRUE(verified.ok()) << verified.status();
  EXPECT_TRUE(verified->crls().has_value());
}

TEST(VerifyPck, RefusesWhatAListRevokes) {
  TdxTrust trust = Pki().Trust();
  trust.crls = Pki().Crls({}, {7, kPckSerial, 9});
  ExpectRefused(Verify(trust), ErrorClass::kChainInvalid);
  trust.crls = Pki().Crls({kPlatformCaSerial}, {});
  ExpectRefused(Verify(trust), ErrorClass::kChainInvalid);
  trust.crls = Pki().Crls({0x10}, {});  // the root itself
  ExpectRefused(Verify(trust), ErrorClass::kChainInvalid);
}

TEST(VerifyPck, RefusesListsOfOthers) {
  const TdxTestPki other;
  TdxTrust trust = Pki().Trust();
  const PckCrls own = Pki().Crls({}, {});
  const PckCrls foreign = other.Crls({}, {});
  for (const PckCrls& crls : {PckCrls{.root = own.root, .pck = foreign.pck},
                              PckCrls{.root = foreign.root, .pck = own.pck},
                              PckCrls{.root = own.pck, .pck = own.root}}) {
    trust.crls = crls;
    ExpectRefused(Verify(trust), ErrorClass::kCollateralInvalid);
  }
}

TEST(VerifyPck, RefusesListsThatAreNotCurrent) {
  TdxTrust trust = Pki().Trust();
  trust.crls = Pki().Crls({}, {});
  const auto list = [](const Issued& issuer) {
    return RevocationList::FromFile(
               IssueCrl({.next_update = TestNow() - absl::Seconds(1)}, issuer))
        .value();
  };
  const PckCrls good = *trust.crls;
  trust.crls->root = list(Pki().root());
  ExpectRefused(Verify(trust), ErrorClass::kCollateralInvalid);
  trust.crls = good;
  trust.crls->pck = list(Pki().platform_ca());
  ExpectRefused(Verify(trust), ErrorClass::kCollateralInvalid);
}

TEST(VerifyPck, RefusesListsWithoutAnEndOrSignedOtherwise) {
  const PckCrls good = Pki().Crls({}, {});
  for (const CrlSpec& spec :
       {CrlSpec{.endless = true}, CrlSpec{.digest = "SHA384"}}) {
    for (const ValidityTime time :
         {ValidityTime::At(TestNow()), ValidityTime::NotChecked()}) {
      TdxTrust trust = Pki().Trust();
      trust.time = time;
      trust.crls = good;
      trust.crls->root =
          RevocationList::FromFile(IssueCrl(spec, Pki().root())).value();
      ExpectRefused(Verify(trust), ErrorClass::kCollateralInvalid);
      trust.crls = good;
      trust.crls->pck =
          RevocationList::FromFile(IssueCrl(spec, Pki().platform_ca())).value();
      ExpectRefused(Verify(trust), ErrorClass::kCollateralInvalid);
    }
  }
}

TEST(VerifyPck, RefusesToGoWithoutListsThatMustBeThere) {
  TdxTrust trust = Pki().Trust();
  trust.crl_use = PckCrlUse::kRequired;
  ExpectRefused(Verify(trust), ErrorClass::kCollateralInvalid);
}

TEST(VerifiedPck, RemembersWhetherDatesWereChecked) {
  TdxTrust trust = Pki().Trust();
  EXPECT_TRUE(Verify(trust)->dates_checked());
  trust.time = ValidityTime::NotChecked();
  EXPECT_FALSE(Verify(trust)->dates_checked());
}

TEST(IsIntelTdxRoot, IsFalseOfAnother) {
  EXPECT_FALSE(IsIntelTdxRoot(Pki().root().certificate));
}

TEST(VerifiedPck, ChecksDatesAgain) {
  TdxTrust trust = Pki().Trust();
  trust.crls = Pki().Crls({}, {});
  const VerifiedPck verified = Verify(trust).value();
  EXPECT_TRUE(verified.CheckDates(trust.time).ok());
  EXPECT_TRUE(verified.CheckDates(ValidityTime::NotChecked()).ok());
  for (const absl::Duration off : {absl::Hours(-25), absl::Hours(25)}) {
    EXPECT_FALSE(verified.CheckDates(ValidityTime::At(TestNow() + off)).ok());
  }
}

}  // namespace
}  // namespace evidenced
