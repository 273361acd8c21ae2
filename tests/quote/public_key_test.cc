#include "quote/crypto/public_key.h"

#include <string>

#include "gmock/gmock.h"

#include "tests/quote/test_key.h"

namespace evidenced {
namespace {

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kUnauthenticated = absl::StatusCode::kUnauthenticated;
constexpr auto kSha256 = HashAlgorithm::kSha256;
constexpr auto kSha384 = HashAlgorithm::kSha384;

// The order n of P-256: FIPS 186-4, D.1.2.3.
constexpr char kP256Order[] =
    "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

Bytes Message() { return ToBytes(AsBytes("what the key signs")); }

// One pair of each kind: making RSA keys takes a while.
const TestKey& Rsa() {
  static const auto* const kKey = new TestKey(KeyKind::kRsa2048);
  return *kKey;
}

PublicKey PublicOf(const TestKey& key) {
  return *PublicKey::FromSpki(key.Spki());
}

TEST(PublicKeyFromSpki, TakesP256P384AndRsa2048) {
  for (const KeyKind kind :
       {KeyKind::kP256, KeyKind::kP384, KeyKind::kRsa2048}) {
    const TestKey key(kind);
    const auto parsed = PublicKey::FromSpki(key.Spki());
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_EQ(parsed->spki(), key.Spki());
    EXPECT_EQ(parsed->spki_sha256(), Sha256(key.Spki()));
    EXPECT_EQ(parsed->is_rsa(), kind == KeyKind::kRsa2048);
  }
}

TEST(PublicKeyFromSpki, RefusesOtherKinds) {
  for (const KeyKind kind :
       {KeyKind::kP521, KeyKind::kEd25519, KeyKind::kRsa1024}) {
    const auto parsed = PublicKey::FromSpki(TestKey(kind).Spki());
    EXPECT_EQ(parsed.status().code(), kInvalid) << static_cast<int>(kind);
  }
}

TEST(PublicKeyFromSpki, RefusesAnExponentByWhichAnybodySigns) {
  Bytes even = TestKey(KeyKind::kRsa2048).Spki();
  Bytes one = even;
  even.back() = 0;
  EXPECT_EQ(PublicKey::FromSpki(even).status().code(), kInvalid);
  // 65537 at the end becomes 1, two bytes shorter, in three lengths.
  one.erase(one.end() - 2, one.end());
  one[one.size() - 2] = 1;
  one[3] = 0x20;
  one[22] = 0x0d;
  one[27] = 0x08;
  EXPECT_THAT(PublicKey::FromSpki(one).status().message(),
              testing::HasSubstr("exponent"));
}

TEST(PublicKeyFromSpki, RefusesEveryTruncationAndTrailingBytes) {
  Bytes spki = TestKey(KeyKind::kP256).Spki();
  for (size_t size = 0; size < spki.size(); ++size) {
    EXPECT_EQ(PublicKey::FromSpki(ByteView(spki).first(size)).status().code(),
              kInvalid)
        << size;
  }
  spki.push_back(0);
  EXPECT_EQ(PublicKey::FromSpki(spki).status().code(), kInvalid);
}

TEST(PublicKeyFromEcPoint, GivesTheKeyOfThePoint) {
  const TestKey p256(KeyKind::kP256);
  const TestKey p384(KeyKind::kP384);
  const auto first = PublicKey::FromEcPoint(EcCurve::kP256, p256.X(), p256.Y());
  const auto second =
      PublicKey::FromEcPoint(EcCurve::kP384, p384.X(), p384.Y());
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(first->spki(), p256.Spki());
  EXPECT_EQ(second->spki(), p384.Spki());
}

TEST(PublicKeyFromEcPoint, PadsShortCoordinates) {
  // Some key in a few hundred has an x with a zero byte in front.
  for (int i = 0; i < 20000; ++i) {
    const TestKey key(KeyKind::kP256);
    if (key.X().size() == 32) continue;
    const auto parsed =
        PublicKey::FromEcPoint(EcCurve::kP256, key.X(), key.Y());
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_EQ(parsed->spki(), key.Spki());
    return;
  }
  FAIL() << "expected a short coordinate among 20000 keys";
}

TEST(PublicKeyFromEcPoint, RefusesPointsOffTheCurve) {
  const TestKey key(KeyKind::kP256);
  Bytes y = key.Y();
  y.back() ^= 1;
  const auto from = [](ByteView x, ByteView y_coordinate) {
    return PublicKey::FromEcPoint(EcCurve::kP256, x, y_coordinate)
        .status()
        .code();
  };
  EXPECT_EQ(from(key.X(), y), kInvalid);
  EXPECT_EQ(from({}, {}), kInvalid);
  EXPECT_EQ(from(Bytes(32, 0), Bytes(32, 0)), kInvalid);
  EXPECT_EQ(from(Bytes(32, 0xff), key.Y()), kInvalid);
}

TEST(PublicKeyFromEcPoint, RefusesCoordinatesOfAnotherCurve) {
  const TestKey p384(KeyKind::kP384);
  const TestKey p256(KeyKind::kP256);
  EXPECT_FALSE(PublicKey::FromEcPoint(EcCurve::kP256, p384.X(), p384.Y()).ok());
  EXPECT_FALSE(PublicKey::FromEcPoint(EcCurve::kP384, p256.X(), p256.Y()).ok());
  EXPECT_FALSE(
      PublicKey::FromEcPoint(EcCurve::kP256, Bytes(33, 0), p256.Y()).ok());
}

TEST(PublicKeyFromRsa, GivesTheKeyOfTheModulus) {
  const auto parsed = PublicKey::FromRsa(Rsa().Modulus(), 65537);
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->spki(), Rsa().Spki());
  EXPECT_TRUE(parsed->is_rsa());
}

TEST(PublicKeyFromRsa, RefusesBadSizesModuliAndExponents) {
  const Bytes good = Rsa().Modulus();
  Bytes even = good;
  even.back() &= 0xfe;
  Bytes short_by_a_bit = good;
  short_by_a_bit.front() &= 0x7f;
  const auto from = [](ByteView modulus, uint32_t exponent) {
    return PublicKey::FromRsa(modulus, exponent).status().code();
  };
  EXPECT_EQ(from(even, 65537), kInvalid);
  EXPECT_EQ(from(short_by_a_bit, 65537), kInvalid);
  EXPECT_EQ(from({}, 65537), kInvalid);
  EXPECT_EQ(from(TestKey(KeyKind::kRsa1024).Modulus(), 65537), kInvalid);
  EXPECT_EQ(from(Bytes(513, 0xff), 65537), kInvalid);
  for (const uint32_t exponent : {0U, 1U, 2U, 65536U}) {
    EXPECT_EQ(from(good, exponent), kInvalid) << exponent;
  }
  EXPECT_TRUE(PublicKey::FromRsa(good, 3).ok());
}

TEST(VerifyEcdsa, AcceptsWhatTheKeySigned) {
  for (const KeyKind kind : {KeyKind::kP256, KeyKind::kP384}) {
    const TestKey key(kind);
    for (const auto hash : {kSha256, kSha384, HashAlgorithm::kSha512}) {
      const auto signature = key.SignEcdsa(hash, Message());
      EXPECT_TRUE(PublicOf(key)
                      .VerifyEcdsa(hash, Message(), signature.r, signature.s)
                      .ok());
    }
  }
}

TEST(VerifyEcdsa, RefusesEveryFlippedBit) {
  const TestKey key(KeyKind::kP256);
  const PublicKey verifier = PublicOf(key);
  const auto good = key.SignEcdsa(kSha256, Message());
  for (size_t bit = 0; bit < 8 * Message().size(); ++bit) {
    Bytes message = Message();
    message[bit / 8] ^= static_cast<uint8_t>(1U << (bit % 8));
    EXPECT_EQ(verifier.VerifyEcdsa(kSha256, message, good.r, good.s).code(),
              kUnauthenticated);
  }
  for (size_t bit = 0; bit < 8 * good.r.size(); ++bit) {
    auto bad = good;
    bad.r[bit / 8] ^= static_cast<uint8_t>(1U << (bit % 8));
    EXPECT_EQ(verifier.VerifyEcdsa(kSha256, Message(), bad.r, bad.s).code(),
              kUnauthenticated);
  }
  for (size_t bit = 0; bit < 8 * good.s.size(); ++bit) {
    auto bad = good;
    bad.s[bit / 8] ^= static_cast<uint8_t>(1U << (bit % 8));
    EXPECT_EQ(verifier.VerifyEcdsa(kSha256, Message(), bad.r, bad.s).code(),
              kUnauthenticated);
  }
}

TEST(VerifyEcdsa, RefusesZeroOrderAndMore) {
  const TestKey key(KeyKind::kP256);
  const PublicKey verifier = PublicOf(key);
  const auto good = key.SignEcdsa(kSha256, Message());
  const Bytes order = *FromHex(kP256Order);
  for (const Bytes& bad : {Bytes{}, Bytes{0}, Bytes(32, 0), order,
                           Bytes(32, 0xff), Bytes(33, 0xff), Bytes(65535)}) {
    EXPECT_EQ(verifier.VerifyEcdsa(kSha256, Message(), bad, good.s).code(),
              kUnauthenticated);
    EXPECT_EQ(verifier.VerifyEcdsa(kSha256, Message(), good.r, bad).code(),
              kUnauthenticated);
    EXPECT_EQ(verifier.VerifyEcdsa(kSha256, Message(), bad, bad).code(),
              kUnauthenticated);
  }
}

TEST(VerifyEcdsa, RefusesAnotherKeyHashOrKind) {
  const TestKey key(KeyKind::kP256);
  const auto good = key.SignEcdsa(kSha256, Message());
  const auto check = [&](const TestKey& by, HashAlgorithm hash) {
    return PublicOf(by).VerifyEcdsa(hash, Message(), good.r, good.s).code();
  };
  EXPECT_EQ(check(TestKey(KeyKind::kP256), kSha256), kUnauthenticated);
  EXPECT_EQ(check(TestKey(KeyKind::kP384), kSha256), kUnauthenticated);
  EXPECT_EQ(check(key, kSha384), kUnauthenticated);
  EXPECT_EQ(check(Rsa(), kSha256), kUnauthenticated);
}

TEST(VerifyRsa, AcceptsWhatTheKeySignedInItsPaddingAlone) {
  const PublicKey verifier = PublicOf(Rsa());
  const Bytes pkcs1 = Rsa().SignRsa(kSha256, RsaPadding::kPkcs1, Message());
  const Bytes pss = Rsa().SignRsa(kSha256, RsaPadding::kPss, Message());
  EXPECT_TRUE(verifier.VerifyRsassa(kSha256, Message(), pkcs1).ok());
  EXPECT_TRUE(verifier.VerifyRsapss(kSha256, Message(), pss).ok());
  EXPECT_EQ(verifier.VerifyRsapss(kSha256, Message(), pkcs1).code(),
            kUnauthenticated);
  EXPECT_EQ(verifier.VerifyRsassa(kSha256, Message(), pss).code(),
            kUnauthenticated);
}

TEST(VerifyRsa, RefusesChangedBytesHashesLengthsAndKinds) {
  const PublicKey verifier = PublicOf(Rsa());
  const Bytes good = Rsa().SignRsa(kSha256, RsaPadding::kPkcs1, Message());
  for (size_t i = 0; i < good.size(); ++i) {
    Bytes bad = good;
    bad[i] ^= 0x10;
    EXPECT_EQ(verifier.VerifyRsassa(kSha256, Message(), bad).code(),
              kUnauthenticated);
  }
  Bytes longer = good;
  longer.push_back(0);
  for (const Bytes& bad : {Bytes{}, Bytes(255, 1), Bytes(256, 0), longer}) {
    EXPECT_EQ(verifier.VerifyRsassa(kSha256, Message(), bad).code(),
              kUnauthenticated);
    EXPECT_EQ(verifier.VerifyRsapss(kSha256, Message(), bad).code(),
              kUnauthenticated);
  }
  EXPECT_EQ(verifier.VerifyRsassa(kSha384, Message(), good).code(),
            kUnauthenticated);
  const PublicKey ec = PublicOf(TestKey(KeyKind::kP256));
  EXPECT_EQ(ec.VerifyRsassa(kSha256, Message(), good).code(), kUnauthenticated);
  EXPECT_EQ(ec.VerifyRsapss(kSha256, Message(), good).code(), kUnauthenticated);
}

}  // namespace
}  // namespace evidenced
