#include "quote/tdx/collateral.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"

#include "quote/base/error_class.h"
#include "quote/tdx/intel_pki.h"
#include "tests/quote/tdx/collateral_builder.h"

namespace evidenced {
namespace {

using tdx_quoter::TcbInfoSpec;

const TdxTestPki& Pki() { return SharedTdxMachine().pki; }

const VerifiedTcbSigning& Signing() {
  static const auto* const kSigning =
      new VerifiedTcbSigning(VerifiedSigning(Pki()));
  return *kSigning;
}

ValidityTime Now() { return ValidityTime::At(TestNow()); }

absl::StatusOr<VerifiedTcbInfo> VerifyInfo(absl::string_view text) {
  return VerifyTcbInfo(AsBytes(text), Signing(), Now());
}

template <typename T>
void ExpectRefused(const absl::StatusOr<T>& verified, ErrorClass error_class) {
  ASSERT_FALSE(verified.ok());
  EXPECT_EQ(ErrorClassOf(verified.status()), error_class) << verified.status();
}

CertificateSpec SigningSpec() {
  CertificateSpec spec;
  spec.common_name = kTcbSigning;
  spec.key_usage = "critical,digitalSignature";
  return spec;
}

absl::StatusOr<VerifiedTcbSigning> VerifySigning(const Certificate& signing) {
  return VerifyTcbSigning(
      std::vector<Certificate>{signing, Pki().root().certificate},
      Pki().Trust());
}

TEST(VerifyTcbSigning, AcceptsTcbSigningOfATrustedRoot) {
  const auto verified =
      VerifyTcbSigning(TcbSigningCertificates(Pki()), Pki().Trust());
  ASSERT_TRUE(verified.ok()) << verified.status();
  EXPECT_EQ(verified->chain().signing.common_name(), kTcbSigning);
}

TEST(VerifyTcbSigning, RefusesOtherChains) {
  const Certificate signing = Pki().tcb_signing().certificate;
  const Certificate root = Pki().root().certificate;
  using Chain = std::vector<Certificate>;
  for (const Chain& chain :
       {Chain{}, Chain{signing}, Chain{root}, Chain{root, signing},
        Chain{signing, root, root}, Chain{root, root},
        Chain{signing, Pki().platform_ca().certificate}}) {
    ExpectRefused(VerifyTcbSigning(chain, Pki().Trust()),
                  ErrorClass::kChainInvalid);
  }
}

// Certificates of the same root that are for something else.
TEST(VerifyTcbSigning, RefusesWhatIsNotForSigningTcbs) {
  ExpectRefused(VerifySigning(Pki().platform_ca().certificate),
                ErrorClass::kChainInvalid);
  CertificateSpec other = SigningSpec();
  other.common_name = "Intel SGX TCB Signing 2";
  ExpectRefused(VerifySigning(Issue(other, Pki().root()).certificate),
                ErrorClass::kChainInvalid);
}

TEST(VerifyTcbSigning, RefusesWhatTheRootDidNotIssue) {
  const Issued impostor = IssueRoot(CaSpec("Intel SGX Root CA"));
  ExpectRefused(VerifySigning(Issue(SigningSpec(), impostor).certificate),
                ErrorClass::kChainInvalid);
  // By a CA of the same root, named as the root is not.
  ExpectRefused(
      VerifySigning(Issue(SigningSpec(), Pki().platform_ca()).certificate),
      ErrorClass::kChainInvalid);
}

TEST(VerifyTcbSigning, RefusesARootThatNobodyTrusts) {
  TdxTrust trust = Pki().Trust();
  trust.roots = IntelTdxRoots();
  ExpectRefused(VerifyTcbSigning(TcbSigningCertificates(Pki()), trust),
                ErrorClass::kUntrustedRoot);
}

TEST(VerifyTcbSigning, RefusesCertificatesThatAreNotValidThen) {
  for (const absl::Duration off : {absl::Hours(-25), absl::Hours(25)}) {
    TdxTrust trust = Pki().Trust();
    trust.time = ValidityTime::At(TestNow() + off);
    ExpectRefused(VerifyTcbSigning(TcbSigningCertificates(Pki()), trust),
                  ErrorClass::kChainInvalid);
  }
}

TEST(VerifyTcbSigning, RefusesWhatTheRootsListRevokes) {
  TdxTrust trust = Pki().Trust();
  const std::vector<Certificate> chain = TcbSigningCertificates(Pki());
  trust.crls = Pki().Crls({0x20}, {0x30});
  EXPECT_TRUE(VerifyTcbSigning(chain, trust).ok());
  for (const int64_t serial : {0x30, 0x10}) {
    trust.crls = Pki().Crls({serial}, {});
    ExpectRefused(VerifyTcbSigning(chain, trust), ErrorClass::kChainInvalid);
  }
  const TdxTestPki other;
  trust.crls = other.Crls({}, {});
  ExpectRefused(VerifyTcbSigning(chain, trust), ErrorClass::kCollateralInvalid);
  trust.crls = std::nullopt;
  trust.crl_use = PckCrlUse::kRequired;
  ExpectRefused(VerifyTcbSigning(chain, trust), ErrorClass::kCollateralInvalid);
}

TEST(VerifyTcbInfo, AcceptsWhatTcbSigningSigned) {
  const auto verified = VerifyInfo(TcbInfoText({}, Pki()));
  ASSERT_TRUE(verified.ok()) << verified.status();
  EXPECT_EQ(Hex(verified->info().fmspc), "90c06f000000");
}

TEST(VerifyTcbInfo, RefusesEveryFlippedByte) {
  std::string text = TcbInfoText({}, Pki());
  // Of the signature the case of a digit says nothing.
  const size_t end = text.size() - 130;
  for (size_t i = 0; i < end; ++i) {
    text[i] = static_cast<char>(text[i] ^ 1);
    EXPECT_FALSE(VerifyInfo(text).ok()) << i;
    text[i] = static_cast<char>(text[i] ^ 1);
  }
  for (size_t i = end; i < text.size() - 2; ++i) {
    const char digit = text[i];
    text[i] = digit == '0' ? '1' : '0';
    EXPECT_FALSE(VerifyInfo(text).ok()) << i;
    text[i] = digit;
  }
  EXPECT_TRUE(VerifyInfo(text).ok());
}

// The same values, written otherwise.
TEST(VerifyTcbInfo, RefusesABodyThatWasWrittenAgain) {
  const std::string good = TcbInfoText({}, Pki());
  for (const auto& [text, other] :
       std::vector<std::pair<std::string, std::string>>{
           {R"({"id":"TDX",)", R"({"id": "TDX",)"},
           {R"({"id":"TDX","version":3,)", R"({"version":3,"id":"TDX",)"},
           {R"("90C06F000000")", R"("90c06f000000")"},
           {R"("version":3,)", "\"version\":3,\n"},
           {R"("TDX")", R"("\u0054DX")"}}) {
    const std::string again = absl::StrReplaceAll(good, {{text, other}});
    ASSERT_NE(again, good);
    ExpectRefused(VerifyInfo(again), ErrorClass::kCollateralInvalid);
  }
  // Around the body nothing is signed.
  EXPECT_TRUE(VerifyInfo(absl::StrReplaceAll(good, {{R"(,"signature":)",
                                                     " ,\n \"signature\" : "}}))
                  .ok());
}

TEST(VerifyTcbInfo, RefusesOtherSigners) {
  const std::string body = tdx_quoter::TcbInfoBody({});
  for (const Issued& signer : {Pki().root(), Pki().pck()}) {
    ExpectRefused(
        VerifyInfo(tdx_quoter::SignedText("tcbInfo", body, signer.key.evp())),
        ErrorClass::kCollateralInvalid);
  }
}

TEST(VerifyTcbInfo, RefusesATcbInfoForSgx) {
  TcbInfoSpec spec;
  spec.id = "SGX";
  ExpectRefused(VerifyInfo(TcbInfoText(spec, Pki())),
                ErrorClass::kCollateralInvalid);
}

// An identity with a good signature, under the name of a TCB info, and as it
// is.
TEST(VerifyTcbInfo, RefusesAnIdentity) {
  ExpectRefused(VerifyInfo(tdx_quoter::SignedText(
                    "tcbInfo", tdx_quoter::QeIdentityBody({}),
                    Pki().tcb_signing().key.evp())),
                ErrorClass::kCollateralInvalid);
  ExpectRefused(VerifyInfo(QeIdentityText({}, Pki())), ErrorClass::kMalformed);
}

TEST(VerifyTcbInfo, RefusesOneThatIsNotCurrent) {
  TcbInfoSpec past;
  past.next_update = "2025-12-31T23:59:59Z";
  TcbInfoSpec future;
  future.issue_date = "2026-01-01T00:00:01Z";
  for (const TcbInfoSpec& spec : {past, future}) {
    const std::string text = TcbInfoText(spec, Pki());
    ExpectRefused(VerifyInfo(text), ErrorClass::kCollateralInvalid);
    EXPECT_TRUE(
        VerifyTcbInfo(AsBytes(text), Signing(), ValidityTime::NotChecked())
            .ok());
  }
  EXPECT_TRUE(VerifyInfo(TcbInfoText({}, Pki()))->dates_checked());
  const VerifiedTcbInfo current = VerifyInfo(TcbInfoText({}, Pki())).value();
  EXPECT_FALSE(
      current.CheckDates(ValidityTime::At(TestNow() + absl::Hours(24 * 31)))
          .ok());
}

TEST(VerifyQeIdentity, AcceptsWhatTcbSigningSigned) {
  const std::string text = QeIdentityText({}, Pki());
  const auto verified = VerifyQeIdentity(AsBytes(text), Signing(), Now());
  ASSERT_TRUE(verified.ok()) << verified.status();
  EXPECT_EQ(verified->identity().isv_prod_id, 2);
  EXPECT_TRUE(verified->CheckDates(Now()).ok());
}

TEST(VerifyQeIdentity, RefusesOtherSignersKindsAndDates) {
  const auto verify = [](const std::string& text) {
    return VerifyQeIdentity(AsBytes(text), Signing(), Now());
  };
  ExpectRefused(verify(tdx_quoter::SignedText("enclaveIdentity",
                                              tdx_quoter::QeIdentityBody({}),
                                              Pki().root().key.evp())),
                ErrorClass::kCollateralInvalid);
  ExpectRefused(verify(TcbInfoText({}, Pki())), ErrorClass::kMalformed);
  tdx_quoter::QeIdentitySpec sgx;
  sgx.id = "QE";
  tdx_quoter::QeIdentitySpec past;
  past.next_update = "2025-12-31T23:59:59Z";
  for (const auto& spec : {sgx, past}) {
    ExpectRefused(verify(QeIdentityText(spec, Pki())),
                  ErrorClass::kCollateralInvalid);
  }
}

}  // namespace
}  // namespace evidenced
