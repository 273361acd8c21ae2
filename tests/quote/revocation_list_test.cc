#include "quote/crypto/revocation_list.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"

#include "tests/quote/certificate_builder.h"

namespace evidenced {
namespace {

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kUnauthenticated = absl::StatusCode::kUnauthenticated;

Issued IssueWithSerial(int64_t serial, const Issued& issuer) {
  CertificateSpec spec;
  spec.serial = serial;
  return Issue(spec, issuer);
}

TEST(RevocationList, SaysWhatIsRevokedByWhomAndWhen) {
  const Issued root = IssueRoot(CaSpec("root"));
  const Bytes der = IssueCrl({.serials = {0, 0x10001}}, root);
  for (const Bytes& file : {der, ToBytes(AsBytes(CrlPem(der)))}) {
    const auto list = RevocationList::FromFile(file);
    ASSERT_TRUE(list.ok()) << list.status();
    EXPECT_EQ(list->issuer(), "CN=root");
    EXPECT_EQ(list->this_update(), TestNow() - absl::Hours(24));
    EXPECT_EQ(list->next_update(), TestNow() + absl::Hours(24));
    EXPECT_EQ(list->size(), 2U);
    EXPECT_THAT(list->RevokedSerials(),
                ::testing::UnorderedElementsAre("0", "10001"));
    EXPECT_TRUE(list->VerifySignedBy(root.certificate).ok());
    EXPECT_TRUE(list->Revokes(IssueWithSerial(0, root).certificate));
    EXPECT_TRUE(list->Revokes(IssueWithSerial(0x10001, root).certificate));
    EXPECT_FALSE(list->Revokes(IssueWithSerial(2, root).certificate));
  }
}

TEST(RevocationList, RevokesNothingOfAnotherIssuer) {
  const Issued root = IssueRoot(CaSpec("root"));
  const Issued other = IssueRoot(CaSpec("other"));
  const auto list = RevocationList::FromFile(IssueCrl({.serials = {7}}, root));
  ASSERT_TRUE(list.ok());
  EXPECT_TRUE(list->Revokes(IssueWithSerial(7, root).certificate));
  EXPECT_FALSE(list->Revokes(IssueWithSerial(7, other).certificate));
}

TEST(RevocationList, VerifiesRsaPss) {
  const Issued root = IssueRoot(CaSpec("root"), KeyKind::kRsa2048);
  const auto list = RevocationList::FromFile(
      IssueCrl({.digest = "SHA384", .padding = RsaPadding::kPss}, root));
  ASSERT_TRUE(list.ok());
  EXPECT_EQ(list->size(), 0U);
  EXPECT_TRUE(list->VerifySignedBy(root.certificate).ok());
}

TEST(RevocationList, SaysHowItIsSigned) {
  const auto of = [](KeyKind kind, const CrlSpec& spec) {
    const auto list = RevocationList::FromFile(
        IssueCrl(spec, IssueRoot(CaSpec("root"), kind)));
    EXPECT_TRUE(list.ok()) << list.status();
    return absl::StrCat(
        list->signature_oid(), " ",
        HashName(list->signature_hash().value_or(HashAlgorithm::kSha1)));
  };
  EXPECT_EQ(
      of(KeyKind::kRsa2048, {.digest = "SHA384", .padding = RsaPadding::kPss}),
      "1.2.840.113549.1.1.10 sha384");
  EXPECT_EQ(of(KeyKind::kRsa2048, {}), "1.2.840.113549.1.1.11 sha256");
  EXPECT_EQ(of(KeyKind::kP256, {.digest = "SHA512"}),
            "1.2.840.10045.4.3.4 sha512");
}

TEST(RevocationList, RefusesAWeakSignature) {
  const Issued root = IssueRoot(CaSpec("root"), KeyKind::kRsa2048);
  for (const RsaPadding padding : {RsaPadding::kPkcs1, RsaPadding::kPss}) {
    const auto list = RevocationList::FromFile(
        IssueCrl({.digest = "SHA1", .padding = padding}, root));
    ASSERT_TRUE(list.ok()) << list.status();
    EXPECT_EQ(list->signature_hash(), HashAlgorithm::kSha1);
    EXPECT_THAT(list->VerifySignedBy(root.certificate).message(),
                testing::HasSubstr("112 bits of security"));
  }
}

TEST(RevocationList, RefusesAWeakKey) {
  const Issued root = IssueRoot(CaSpec("root"), KeyKind::kRsa1024);
  const auto list = RevocationList::FromFile(IssueCrl({}, root));
  ASSERT_TRUE(list.ok());
  EXPECT_EQ(list->VerifySignedBy(root.certificate).code(), kUnauthenticated);
}

TEST(RevocationList, TakesAnEdwardsCurve) {
  const Issued root = IssueRoot(CaSpec("root"), KeyKind::kEd25519);
  const auto list = RevocationList::FromFile(IssueCrl({.digest = ""}, root));
  ASSERT_TRUE(list.ok());
  EXPECT_TRUE(list->VerifySignedBy(root.certificate).ok());
}

TEST(RevocationList, RefusesAnotherSigner) {
  const Issued root = IssueRoot(CaSpec("root"));
  const Issued same_name = IssueRoot(CaSpec("root"));
  const Issued other = IssueRoot(CaSpec("other"));
  const auto list = RevocationList::FromFile(IssueCrl({}, root));
  ASSERT_TRUE(list.ok());
  EXPECT_EQ(list->VerifySignedBy(same_name.certificate).code(),
            kUnauthenticated);
  EXPECT_EQ(list->VerifySignedBy(other.certificate).code(), kUnauthenticated);
}

TEST(RevocationList, RefusesASignerWhoseKeyUsageIsForCertificatesAlone) {
  CertificateSpec spec = CaSpec("root");
  spec.key_usage = "critical,keyCertSign";
  const Issued root = IssueRoot(spec);
  const auto list = RevocationList::FromFile(IssueCrl({}, root));
  ASSERT_TRUE(list.ok());
  EXPECT_EQ(list->VerifySignedBy(root.certificate).code(), kUnauthenticated);
}

TEST(RevocationList, RefusesEveryFlippedByte) {
  const Issued root = IssueRoot(CaSpec("root"));
  Bytes der = IssueCrl({.serials = {7}}, root);
  size_t parsed = 0;
  for (uint8_t& byte : der) {
    byte ^= 0x01;
    const auto flipped = RevocationList::FromFile(der);
    byte ^= 0x01;
    if (!flipped.ok()) continue;
    ++parsed;
    EXPECT_FALSE(flipped->VerifySignedBy(root.certificate).ok());
  }
  EXPECT_GT(parsed, 50U);
}

TEST(RevocationList, RefusesTruncationsTrailingBytesAndOtherThings) {
  const Issued root = IssueRoot(CaSpec("root"));
  Bytes der = IssueCrl({.serials = {7}}, root);
  for (size_t size = 0; size < der.size(); ++size) {
    EXPECT_EQ(
        RevocationList::FromFile(ByteView(der).first(size)).status().code(),
        kInvalid)
        << size;
  }
  der.push_back(0);
  EXPECT_EQ(RevocationList::FromFile(der).status().code(), kInvalid);
  EXPECT_EQ(RevocationList::FromFile(root.certificate.der()).status().code(),
            kInvalid);
  EXPECT_EQ(
      RevocationList::FromFile(AsBytes(Pem(root.certificate))).status().code(),
      kInvalid);
  EXPECT_EQ(RevocationList::FromFile(Bytes(RevocationList::kMaxSize + 1, 0x30))
                .status()
                .code(),
            kInvalid);
}

TEST(RevocationList, RefusesTwoLists) {
  const Issued root = IssueRoot(CaSpec("root"));
  const std::string pem = CrlPem(IssueCrl({}, root));
  EXPECT_TRUE(RevocationList::FromFile(AsBytes(pem)).ok());
  EXPECT_EQ(RevocationList::FromFile(AsBytes(pem + pem)).status().code(),
            kInvalid);
}

// Such a list says nothing of the certificates that it leaves out.
TEST(RevocationList, RefusesAListOfSomeCertificatesOnly) {
  const Issued root = IssueRoot(CaSpec("root"));
  EXPECT_EQ(RevocationList::FromFile(IssueCrl({.partial = true}, root))
                .status()
                .code(),
            kInvalid);
}

}  // namespace
}  // namespace evidenced
