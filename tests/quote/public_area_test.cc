#include "quote/tpm/public_area.h"

#include <string>

#include "gmock/gmock.h"

#include "tests/quote/tpm_builder.h"

namespace evidenced {
namespace {

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

// Where the fields of an ECC TPMT_PUBLIC without a policy stand.
constexpr size_t kTypeAt = 0;
constexpr size_t kNameAlgorithmAt = 2;
constexpr size_t kPolicySizeAt = 8;
constexpr size_t kSchemeAt = 12;
constexpr size_t kSchemeHashAt = 14;
constexpr size_t kCurveAt = 16;
constexpr size_t kXSizeAt = 20;

Bytes With(Bytes bytes, size_t offset, uint16_t value) {
  bytes[offset] = static_cast<uint8_t>(value >> 8);
  bytes[offset + 1] = static_cast<uint8_t>(value);
  return bytes;
}

TEST(ParseTpmPublic, ReadsAnEccKey) {
  TestAk ak = MakeEccAk();
  ak.spec.auth_policy = Bytes(32, 0x5a);
  const Bytes bytes = ak.PublicBytes();
  const auto parsed = ParseTpmPublic(bytes);
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->bytes, bytes);
  EXPECT_EQ(parsed->name_algorithm, HashAlgorithm::kSha256);
  EXPECT_EQ(parsed->attributes, kAkAttributes);
  EXPECT_EQ(parsed->auth_policy, Bytes(32, 0x5a));
  EXPECT_EQ(parsed->scheme, kTpmAlgEcdsa);
  EXPECT_EQ(parsed->scheme_hash, HashAlgorithm::kSha256);
  EXPECT_EQ(parsed->key.spki(), ak.key.Spki());
}

TEST(ParseTpmPublic, ReadsP384) {
  TestAk ak{.key = TestKey(KeyKind::kP384), .spec = {}};
  ak.spec.hash = HashAlgorithm::kSha384;
  ak.spec.name_algorithm = 0x000C;
  const auto parsed = ParseTpmPublic(ak.PublicBytes());
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->key.spki(), ak.key.Spki());
  EXPECT_EQ(parsed->scheme_hash, HashAlgorithm::kSha384);
  EXPECT_EQ(parsed->name_algorithm, HashAlgorithm::kSha384);
}

TEST(ParseTpmPublic, ReadsAnRsaKeyAndExponentZeroAs65537) {
  for (const uint16_t scheme : {kTpmAlgRsassa, kTpmAlgRsapss, kTpmAlgNull}) {
    const TestAk ak = MakeRsaAk(scheme);
    const auto parsed = ParseTpmPublic(ak.PublicBytes());
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_EQ(parsed->scheme, scheme);
    EXPECT_EQ(parsed->key.spki(), ak.key.Spki());
  }
}

TEST(ParseTpmPublic, TakesASpelledExponent) {
  TestAk ak = MakeRsaAk(kTpmAlgRsassa);
  ak.spec.rsa_exponent = 65537;
  EXPECT_EQ(ParseTpmPublic(ak.PublicBytes())->key.spki(), ak.key.Spki());
  ak.spec.rsa_exponent = 3;
  EXPECT_NE(ParseTpmPublic(ak.PublicBytes())->key.spki(), ak.key.Spki());
  ak.spec.rsa_exponent = 1;
  EXPECT_EQ(ParseTpmPublic(ak.PublicBytes()).status().code(), kInvalid);
}

TEST(ParseTpmPublic, RefusesEveryTruncationAndTrailingBytes) {
  for (const TestAk& ak : {MakeEccAk(), MakeRsaAk(kTpmAlgRsassa)}) {
    Bytes bytes = ak.PublicBytes();
    for (size_t size = 0; size < bytes.size(); ++size) {
      const auto parsed = ParseTpmPublic(ByteView(bytes).first(size));
      EXPECT_EQ(parsed.status().code(), kInvalid) << size;
    }
    bytes.push_back(0);
    EXPECT_EQ(ParseTpmPublic(bytes).status().code(), kInvalid);
  }
}

TEST(ParseTpmPublic, RefusesRsa1024) {
  const TestAk ak{.key = TestKey(KeyKind::kRsa1024),
                  .spec = {.scheme = kTpmAlgRsassa}};
  EXPECT_EQ(ParseTpmPublic(ak.PublicBytes()).status().code(), kInvalid);
}

TEST(ParseTpmPublic, RefusesUnknownAlgorithms) {
  const Bytes good = MakeEccAk().PublicBytes();
  ASSERT_TRUE(ParseTpmPublic(good).ok());
  for (const Bytes& bad : {
           With(good, kTypeAt, 0x0008),           // KEYEDHASH
           With(good, kTypeAt, kTpmAlgRsa),       // another layout
           With(good, kNameAlgorithmAt, 0x0010),  // NULL
           With(good, kNameAlgorithmAt, 0x0027),  // SHA3-256
           With(good, kSchemeAt, 0x001a),         // ECDAA
           With(good, kSchemeHashAt, 0x0027),
           With(good, kCurveAt, 0x0005),  // P-521
           With(good, kCurveAt, 0x0004),  // P-384 with a point of P-256
       }) {
    EXPECT_EQ(ParseTpmPublic(bad).status().code(), kInvalid) << Hex(bad);
  }
}

TEST(ParseTpmPublic, RefusesLengthsThatLie) {
  const Bytes good = MakeEccAk().PublicBytes();
  for (const size_t offset : {kPolicySizeAt, kXSizeAt}) {
    for (const uint16_t size : {0x0001, 0x0040, 0x7fff, 0xffff}) {
      const auto parsed = ParseTpmPublic(With(good, offset, size));
      EXPECT_EQ(parsed.status().code(), kInvalid) << offset << " " << size;
    }
  }
}

TEST(ParseTpmPublic, RefusesAPointOffTheCurve) {
  Bytes bytes = MakeEccAk().PublicBytes();
  bytes.back() ^= 1;
  EXPECT_EQ(ParseTpmPublic(bytes).status().code(), kInvalid);
}

TEST(ParseTpmPublic, RefusesAModulusOfAnotherLengthThanItsBits) {
  Bytes bytes = MakeRsaAk(kTpmAlgRsassa).PublicBytes();
  bytes = With(bytes, kCurveAt, 3072);  // keyBits stands there in an RSA key
  EXPECT_EQ(ParseTpmPublic(bytes).status().code(), kInvalid);
}

TEST(TpmPublicArea, NameIsTheAlgorithmAndTheDigestOfTheBytes) {
  const TestAk ak = MakeEccAk();
  const Bytes bytes = ak.PublicBytes();
  EXPECT_EQ(Hex(ak.PublicArea().Name()), "000b" + Hex(Sha256(bytes)));
}

TEST(DescribeAttributes, SaysEachBit) {
  EXPECT_EQ(DescribeAttributes(kAkAttributes),
            "fixedTPM fixedParent sensitiveDataOrigin userWithAuth restricted "
            "sign");
  EXPECT_EQ(DescribeAttributes(0), "none");
  EXPECT_EQ(DescribeAttributes(kTpmaDecrypt | 1U), "decrypt 0x00000001");
}

}  // namespace
}  // namespace evidenced
