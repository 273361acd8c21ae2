#include "quote/crypto/certificate.h"

#include <algorithm>
#include <string>

#include "gmock/gmock.h"

#include "tests/quote/certificate_builder.h"

namespace evidenced {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Property;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

TEST(CertificateFromDer, TellsWhatIsInIt) {
  const Issued root = IssueRoot(CaSpec("root"));
  CertificateSpec spec;
  spec.common_name = "the leaf";
  spec.serial = 0x1234;
  spec.uri_sans = {"spiffe://example/verifier"};
  spec.dns_sans = {"a.example", "b.example"};
  const Issued leaf = Issue(spec, root);
  const Certificate& parsed = leaf.certificate;
  EXPECT_EQ(parsed.subject(), "CN=the leaf");
  EXPECT_EQ(parsed.issuer(), "CN=root");
  EXPECT_EQ(parsed.common_name(), "the leaf");
  EXPECT_EQ(parsed.serial(), "1234");
  EXPECT_EQ(parsed.sha256(), Sha256(parsed.der()));
  EXPECT_EQ(parsed.spki(), leaf.key.Spki());
  EXPECT_EQ(parsed.spki_sha256(), Sha256(leaf.key.Spki()));
  EXPECT_EQ(parsed.not_before(), spec.not_before);
  EXPECT_EQ(parsed.not_after(), spec.not_after);
  EXPECT_THAT(parsed.uri_sans(), ElementsAre("spiffe://example/verifier"));
  EXPECT_THAT(parsed.dns_sans(), ElementsAre("a.example", "b.example"));
}

TEST(CertificateFromDer, GivesTheKeyAsItStandsForEachKind) {
  for (const KeyKind kind :
       {KeyKind::kP256, KeyKind::kP384, KeyKind::kRsa2048, KeyKind::kEd25519}) {
    const Issued root = IssueRoot(CaSpec("root"), kind);
    EXPECT_EQ(root.certificate.spki(), root.key.Spki());
  }
}

TEST(CertificateFromDer, TakesSerialZeroAndNoSans) {
  CertificateSpec spec = CaSpec("root");
  spec.serial = 0;
  const Issued root = IssueRoot(spec);
  EXPECT_EQ(root.certificate.serial(), "00");
  EXPECT_THAT(root.certificate.uri_sans(), IsEmpty());
  EXPECT_THAT(root.certificate.dns_sans(), IsEmpty());
}

TEST(CertificateFromDer, RefusesEveryTruncationAndTrailingBytes) {
  Bytes der = IssueRoot(CaSpec("root")).certificate.der();
  for (size_t size = 0; size < der.size(); ++size) {
    const auto parsed = Certificate::FromDer(ByteView(der).first(size));
    EXPECT_EQ(parsed.status().code(), kInvalid) << size;
  }
  der.push_back(0);
  EXPECT_EQ(Certificate::FromDer(der).status().code(), kInvalid);
}

TEST(CertificateFromDer, RefusesMoreThanItsLimit) {
  Bytes der = IssueRoot(CaSpec("root")).certificate.der();
  der.resize(Certificate::kMaxSize + 1);
  EXPECT_THAT(Certificate::FromDer(der).status().message(),
              HasSubstr("at most 65536 bytes, found 65537"));
}

TEST(CertificateFromDer, RefusesALengthOfFourGibibytes) {
  Bytes der = {0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0x30, 0x84};
  der.resize(600, 0xff);
  EXPECT_EQ(Certificate::FromDer(der).status().code(), kInvalid);
  // That of the part that is signed, within a right one.
  der = IssueRoot(CaSpec("root")).certificate.der();
  der[5] = 0x84;
  std::fill_n(der.begin() + 6, 4, 0xff);
  EXPECT_EQ(Certificate::FromDer(der).status().code(), kInvalid);
}

// SEQUENCE with a length of two bytes.
Bytes Sequence(ByteView contents) {
  Bytes out = {0x30, 0x82, static_cast<uint8_t>(contents.size() >> 8),
               static_cast<uint8_t>(contents.size() & 0xff)};
  out.insert(out.end(), contents.begin(), contents.end());
  return out;
}

// The key's length is spelled longer than DER allows. As it should stand, it
// stands elsewhere in the certificate, as its serial number.
TEST(CertificateFromDer, TakesTheKeyFromItsOwnPlace) {
  const Issued root = IssueRoot(CaSpec("root"));
  const Bytes& der = root.certificate.der();
  const Bytes spki = root.key.Spki();
  constexpr size_t kTbs = 4;      // the outer header
  constexpr size_t kVersion = 8;  // after both headers
  constexpr size_t kSerial = 13;  // 02 01 01
  constexpr size_t kAfter = 16;
  const size_t tbs_end = kVersion + (der[6] << 8 | der[7]);
  ASSERT_EQ(der[kTbs], 0x30);
  ASSERT_EQ(der[kSerial], 0x02);
  ASSERT_LT(spki.size(), 0x80);
  const auto key =
      std::search(der.begin(), der.end(), spki.begin(), spki.end());
  Bytes tbs(der.begin() + kVersion, der.begin() + kSerial);
  tbs.push_back(0x02);
  tbs.push_back(static_cast<uint8_t>(spki.size()));
  tbs.insert(tbs.end(), spki.begin(), spki.end());
  tbs.insert(tbs.end(), der.begin() + kAfter, key);
  const auto build = [&](const Bytes& key_header) {
    Bytes body = tbs;
    body.insert(body.end(), key_header.begin(), key_header.end());
    body.insert(body.end(), key + 2, der.begin() + static_cast<int>(tbs_end));
    Bytes whole = Sequence(body);
    whole.insert(whole.end(), der.begin() + static_cast<int>(tbs_end),
                 der.end());
    return Sequence(whole);
  };
  const auto length = static_cast<uint8_t>(spki.size() - 2);
  const auto right = Certificate::FromDer(build({0x30, length}));
  ASSERT_TRUE(right.ok()) << right.status();
  EXPECT_EQ(right->spki(), spki);
  EXPECT_THAT(Certificate::FromDer(build({0x30, 0x81, length})).status(),
              Property(&absl::Status::message,
                       HasSubstr("expected a public key in DER")));
}

TEST(CertificateFromDer, LeavesOutSansThatOthersReadDifferently) {
  CertificateSpec spec;
  spec.uri_sans = {std::string("spiffe://good\0.evil", 19),
                   "",
                   "a b",
                   "ok:1",
                   "caf\xc3\xa9",
                   "a\nb",
                   "\x7f"};
  spec.dns_sans = {std::string("good.example\0.evil", 18), "good.example"};
  const Issued root = IssueRoot(CaSpec("root"));
  const Issued leaf = Issue(spec, root);
  EXPECT_THAT(leaf.certificate.uri_sans(), ElementsAre("ok:1"));
  EXPECT_THAT(leaf.certificate.dns_sans(), ElementsAre("good.example"));
}

TEST(CertificateFromDer, NamesHoldNoControlSequences) {
  CertificateSpec spec = CaSpec("x\x1b[31m\ny, z");
  const Issued root = IssueRoot(spec);
  const std::string& subject = root.certificate.subject();
  EXPECT_EQ(subject, "CN=x\\1B[31m\\0Ay\\, z");
  EXPECT_EQ(root.certificate.common_name(), "");
}

TEST(CertificateFromDer, TellsKeyKindAndSignature) {
  const Issued rsa = IssueRoot(CaSpec("rsa"), KeyKind::kRsa2048);
  EXPECT_EQ(rsa.certificate.key_kind(), "rsa2048");
  EXPECT_EQ(rsa.certificate.signature_oid(), "1.2.840.113549.1.1.11");
  EXPECT_EQ(rsa.certificate.signature_hash(), HashAlgorithm::kSha256);
  const Issued p256 = IssueRoot(CaSpec("p256"), KeyKind::kP256);
  EXPECT_EQ(p256.certificate.key_kind(), "ec-secp256r1");
  EXPECT_EQ(p256.certificate.signature_oid(), "1.2.840.10045.4.3.2");
  EXPECT_EQ(IssueRoot(CaSpec("p384"), KeyKind::kP384).certificate.key_kind(),
            "ec-secp384r1");
  const Issued edwards = IssueRoot(CaSpec("ed"), KeyKind::kEd25519);
  EXPECT_EQ(edwards.certificate.key_kind(), "ED25519");
  EXPECT_EQ(edwards.certificate.signature_hash(), std::nullopt);
}

TEST(CertificateFromDer, FindsExtensionsByOid) {
  CertificateSpec spec;
  spec.extensions = {
      {.oid = "1.3.6.1.4.1.3704.1.4", .critical = false, .value = {1, 2, 3}},
      {.oid = "1.3.6.1.4.1.3704.1.10", .critical = true, .value = {}}};
  const Certificate certificate = IssueRoot(spec).certificate;
  const CertificateExtension* first =
      certificate.extension("1.3.6.1.4.1.3704.1.4");
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(first->value, (Bytes{1, 2, 3}));
  EXPECT_FALSE(first->critical);
  const CertificateExtension* second =
      certificate.extension("1.3.6.1.4.1.3704.1.10");
  ASSERT_NE(second, nullptr);
  EXPECT_TRUE(second->value.empty());
  EXPECT_TRUE(second->critical);
  EXPECT_NE(certificate.extension("2.5.29.19"), nullptr);
  EXPECT_EQ(certificate.extension("1.3.6.1.4.1.3704.1"), nullptr);
  EXPECT_EQ(certificate.extension(""), nullptr);
}

TEST(CertificateFromDer, RefusesAnExtensionTwice) {
  CertificateSpec spec;
  spec.extensions = {{.oid = "1.2.3.4", .critical = false, .value = {1}}};
  spec.extensions.push_back(
      {.oid = "1.2.3.5", .critical = false, .value = {1}});
  Bytes der = IssueRoot(spec).certificate.der();
  ASSERT_TRUE(Certificate::FromDer(der).ok());
  const Bytes oid = {6, 3, 0x2a, 3, 5};
  const auto found =
      std::search(der.begin(), der.end(), oid.begin(), oid.end());
  ASSERT_NE(found, der.end());
  *(found + 4) = 4;
  EXPECT_EQ(Certificate::FromDer(der).status().code(), kInvalid);
}

TEST(CertificatesFromFile, ReadsDerAndPem) {
  const Issued one = IssueRoot(CaSpec("one"));
  const Issued two = IssueRoot(CaSpec("two"));
  const auto der = CertificatesFromFile(one.certificate.der());
  ASSERT_TRUE(der.ok()) << der.status();
  ASSERT_EQ(der->size(), 1U);
  EXPECT_EQ(der->front().common_name(), "one");
  const std::string text = Pem(one.certificate) + Pem(two.certificate);
  const auto pem = CertificatesFromFile(AsBytes(text));
  ASSERT_TRUE(pem.ok()) << pem.status();
  ASSERT_EQ(pem->size(), 2U);
  EXPECT_EQ(pem->back().common_name(), "two");
}

TEST(CertificatesFromFile, RefusesWhatIsNeither) {
  EXPECT_EQ(CertificatesFromFile({}).status().code(), kInvalid);
  EXPECT_EQ(CertificatesFromFile(Bytes(1184, 3)).status().code(), kInvalid);
  EXPECT_EQ(CertificatesFromFile(AsBytes("no PEM")).status().code(), kInvalid);
}

TEST(CertificatesFromPem, ReadsAllInOrder) {
  const Issued root = IssueRoot(CaSpec("root"));
  const Issued leaf = Issue(CertificateSpec{}, root);
  const auto parsed = CertificatesFromPem(
      "a comment\n" + Pem(leaf.certificate) + "\n" + Pem(root.certificate));
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  ASSERT_EQ(parsed->size(), 2U);
  EXPECT_EQ((*parsed)[0].der(), leaf.certificate.der());
  EXPECT_EQ((*parsed)[1].der(), root.certificate.der());
}

TEST(CertificatesFromPem, RefusesNothing) {
  EXPECT_EQ(CertificatesFromPem("").status().code(), kInvalid);
  EXPECT_EQ(CertificatesFromPem({}).status().code(), kInvalid);
  EXPECT_EQ(CertificatesFromPem("no PEM\n").status().code(), kInvalid);
}

TEST(CertificatesFromPem, RefusesAHalfWrittenFile) {
  const Issued root = IssueRoot(CaSpec("root"));
  const std::string whole = Pem(root.certificate) + Pem(root.certificate);
  // Cut anywhere in the second certificate's block: not one certificate.
  const size_t second = whole.size() / 2;
  for (size_t size = second + 30; size < whole.size() - 2; size += 7) {
    EXPECT_EQ(CertificatesFromPem(whole.substr(0, size)).status().code(),
              kInvalid)
        << size;
  }
}

TEST(CertificatesFromPem, RefusesOtherBlocks) {
  const Issued root = IssueRoot(CaSpec("root"));
  const std::string pem = Pem(root.certificate) + root.key.PrivatePem();
  EXPECT_EQ(CertificatesFromPem(pem).status().code(), kInvalid);
}

TEST(CheckPrivateKey, AcceptsTheCertificatesKey) {
  for (const KeyKind kind : {KeyKind::kP256, KeyKind::kRsa2048}) {
    const Issued root = IssueRoot(CaSpec("root"), kind);
    EXPECT_TRUE(CheckPrivateKey(root.certificate, root.key.PrivatePem()).ok());
  }
}

TEST(CheckPrivateKey, RefusesAnotherKey) {
  const Issued root = IssueRoot(CaSpec("root"));
  for (const KeyKind kind : {KeyKind::kP256, KeyKind::kRsa2048}) {
    EXPECT_EQ(
        CheckPrivateKey(root.certificate, TestKey(kind).PrivatePem()).code(),
        kInvalid);
  }
}

TEST(CheckPrivateKey, RefusesWhatIsNoKey) {
  const Issued root = IssueRoot(CaSpec("root"));
  EXPECT_EQ(CheckPrivateKey(root.certificate, "").code(), kInvalid);
  EXPECT_EQ(CheckPrivateKey(root.certificate, Pem(root.certificate)).code(),
            kInvalid);
  const std::string pem = root.key.PrivatePem();
  EXPECT_EQ(CheckPrivateKey(root.certificate, pem.substr(0, 80)).code(),
            kInvalid);
}

}  // namespace
}  // namespace evidenced
