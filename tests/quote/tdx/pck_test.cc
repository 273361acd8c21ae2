#include "quote/tdx/pck.h"

#include <vector>

#include "gmock/gmock.h"

#include "quote/base/error_class.h"
#include "tests/quote/tdx/tdx_builder.h"

namespace evidenced {
namespace {

using ::testing::SizeIs;

const TdxTestPki& Pki() { return SharedTdxMachine().pki; }

Bytes DerChain(const std::vector<Certificate>& certificates) {
  Bytes out;
  for (const Certificate& one : certificates) {
    out.insert(out.end(), one.der().begin(), one.der().end());
  }
  return out;
}

void ExpectRefused(const absl::Status& status, ErrorClass error_class) {
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ErrorClassOf(status), error_class) << status;
}

TEST(ReadPckChain, TakesPemAndDer) {
  const auto pem = ReadPckChain(Pki().PckChainPem());
  ASSERT_TRUE(pem.ok()) << pem.status();
  ASSERT_THAT(*pem, SizeIs(3));
  EXPECT_EQ(pem->front().der(), Pki().pck().certificate.der());
  const auto der = ReadPckChain(
      DerChain({Pki().root().certificate, Pki().pck().certificate}));
  ASSERT_TRUE(der.ok()) << der.status();
  ASSERT_THAT(*der, SizeIs(2));
  EXPECT_EQ(der->back().der(), Pki().pck().certificate.der());
}

// As Intel's quoting enclave ends it.
TEST(ReadPckChain, TakesPemWithAZeroByteBehind) {
  Bytes pem = Pki().PckChainPem();
  pem.push_back(0);
  EXPECT_TRUE(ReadPckChain(pem).ok());
}

TEST(ReadPckChain, RefusesWhatIsNoCertificate) {
  EXPECT_FALSE(ReadPckChain({}).ok());
  EXPECT_FALSE(ReadPckChain(Bytes(300, 0x33)).ok());
  const Bytes der = DerChain({Pki().root().certificate});
  for (size_t size = 0; size < der.size(); ++size) {
    EXPECT_FALSE(ReadPckChain(ByteView(der).first(size)).ok());
  }
  Bytes longer = der;
  longer.push_back(0);
  EXPECT_FALSE(ReadPckChain(longer).ok());
}

TEST(ReadPckChain, RefusesTooManyCertificates) {
  const std::vector<Certificate> most(kMaxPckCertificates,
                                      Pki().root().certificate);
  std::string pem;
  for (const Certificate& one : most) pem += Pem(one);
  EXPECT_TRUE(ReadPckChain(DerChain(most)).ok());
  EXPECT_TRUE(ReadPckChain(AsBytes(pem)).ok());
  std::vector<Certificate> more = most;
  more.push_back(Pki().root().certificate);
  pem += Pem(Pki().root().certificate);
  ExpectRefused(ReadPckChain(DerChain(more)).status(), ErrorClass::kMalformed);
  ExpectRefused(ReadPckChain(AsBytes(pem)).status(), ErrorClass::kMalformed);
}

TEST(PckChainOf, RefusesOtherKindsOfCertificationData) {
  for (const uint16_t type : {1, 2, 3, 4, 6, 7}) {
    tdx_quoter::QuoteSpec spec;
    spec.pck_type = type;
    const TdxQuote quote =
        ParseTdxQuote(SharedTdxMachine().Quote(spec)).value();
    ExpectRefused(PckChainOf(quote).status(), ErrorClass::kUnsupportedType);
  }
}

TEST(FindPck, FindsItByItsExtension) {
  std::vector<Certificate> certificates = Pki().ca();
  ExpectRefused(FindPck(certificates).status(), ErrorClass::kMalformed);
  certificates.push_back(Pki().pck().certificate);
  const auto found = FindPck(certificates);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->der(), Pki().pck().certificate.der());
}

class FindSigningPckTest : public ::testing::Test {
 protected:
  static Certificate Pck(uint8_t family, const TestKey& key) {
    return Issue(PckSpec(PckExtensionFor({family, 0, 0, 0, 0, 0})),
                 Pki().platform_ca(), key)
        .certificate;
  }

  const TdxQuote quote_ = ParseTdxQuote(SharedTdxMachine().Quote()).value();
  const Certificate foreign_ = Pck(1, TestKey(KeyKind::kP256));
  const Certificate signing_ = Pki().pck().certificate;
  const Certificate same_key_ = Pck(2, Pki().pck().key);
};

TEST_F(FindSigningPckTest, TakesTheOneThatSignedWhereverItStands) {
  for (const auto& certificates :
       {std::vector<Certificate>{foreign_, signing_},
        std::vector<Certificate>{signing_, foreign_},
        std::vector<Certificate>{Pki().root().certificate, foreign_, signing_,
                                 same_key_}}) {
    const auto found = FindSigningPck(quote_, certificates);
    ASSERT_TRUE(found.ok()) << found.status();
    EXPECT_EQ(found->sha256(), signing_.sha256());
  }
  const auto first =
      FindSigningPck(quote_, std::vector<Certificate>{same_key_, signing_});
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->sha256(), same_key_.sha256());
}

TEST_F(FindSigningPckTest, PassesOverWhatCannotBeRead) {
  const Certificate broken =
      Issue(PckSpec({0x30, 0x00}), Pki().platform_ca()).certificate;
  const auto found =
      FindSigningPck(quote_, std::vector<Certificate>{broken, signing_});
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->sha256(), signing_.sha256());
}

// It is refused later, by what it did not sign.
TEST_F(FindSigningPckTest, TakesTheFirstWhereNoneSigned) {
  const auto found =
      FindSigningPck(quote_, std::vector<Certificate>{foreign_, foreign_});
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->sha256(), foreign_.sha256());
  ExpectRefused(FindSigningPck(quote_, Pki().ca()).status(),
                ErrorClass::kMalformed);
}

TEST(OwnThenSent, LeavesOutWhatIsSentBeyondTheMost) {
  const std::vector<Certificate> own = Pki().ca();
  const std::vector<Certificate> many(kMaxPckCertificates,
                                      Pki().pck().certificate);
  const auto all = OwnThenSent(own, many);
  ASSERT_THAT(all, SizeIs(kMaxPckCertificates));
  for (size_t i = 0; i < own.size(); ++i) {
    EXPECT_EQ(all[i].sha256(), own[i].sha256());
  }
  EXPECT_THAT(OwnThenSent(own, {}), SizeIs(own.size()));
}

TEST(ParsePckCertificate, ReadsKeyAndExtension) {
  const auto pck = ParsePckCertificate(Pki().pck().certificate);
  ASSERT_TRUE(pck.ok()) << pck.status();
  EXPECT_EQ(pck->key.spki(), Pki().pck().certificate.spki());
  EXPECT_EQ(Hex(pck->extensions.fmspc), "90c06f000000");
}

TEST(ParsePckCertificate, RefusesOtherKeysAndNoExtension) {
  const Bytes extension = tdx_quoter::PckExtension(tdx_quoter::Platform());
  const Certificate p384 =
      Issue(PckSpec(extension), Pki().platform_ca(), KeyKind::kP384)
          .certificate;
  ExpectRefused(ParsePckCertificate(p384).status(), ErrorClass::kMalformed);
  CertificateSpec spec = PckSpec(extension);
  spec.extensions.clear();
  const Certificate without = Issue(spec, Pki().platform_ca()).certificate;
  ExpectRefused(ParsePckCertificate(without).status(), ErrorClass::kMalformed);
  const Certificate broken =
      Issue(PckSpec({0x30, 0x00}), Pki().platform_ca()).certificate;
  ExpectRefused(ParsePckCertificate(broken).status(), ErrorClass::kMalformed);
}

}  // namespace
}  // namespace evidenced
