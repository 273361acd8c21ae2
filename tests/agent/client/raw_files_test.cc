// What comes as JSON beside a raw quote: PCR values and Azure's keys.
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"

#include "agent/client/ak_jwk.h"
#include "agent/client/pcrs_file.h"
#include "quote/base/error_class.h"
#include "tests/quote/test_key.h"

namespace evidenced {
namespace {

constexpr auto kSha256 = HashAlgorithm::kSha256;

std::string Quoted(const std::string& text) {
  return absl::StrCat("\"", text, "\"");
}

std::string ListOf(size_t count) {
  std::string out = "[";
  for (size_t i = 0; i < count; ++i) {
    absl::StrAppend(&out, i == 0 ? "" : ",", Quoted(std::string(64, 'a')));
  }
  return absl::StrCat(out, "]");
}

TEST(ParsePcrsFile, ReadsBanksByIndex) {
  const auto given = ParsePcrsFile(
      absl::StrCat("{\"sha1\": {\"0\": ", Quoted(std::string(40, 'a')),
                   "}, \"sha256\": {\"7\": ", Quoted(std::string(64, 'B')),
                   "}, \"sha384\": {}}"));
  ASSERT_TRUE(given.ok()) << given.status();
  EXPECT_EQ(given->size(), 2U);
  EXPECT_EQ(given->at(kSha256).at(7), Bytes(32, 0xbb));
}

TEST(ParsePcrsFile, TakesAListAsTheSha256Bank) {
  const auto given = ParsePcrsFile(ListOf(24));
  ASSERT_TRUE(given.ok()) << given.status();
  EXPECT_EQ(given->at(kSha256).size(), 24U);
}

TEST(ParsePcrsFile, RefusesEveryOtherForm) {
  const std::string value = Quoted(std::string(64, 'a'));
  for (const std::string& json :
       {std::string("1"), std::string("{"), std::string("{\"sha256\": []}"),
        ListOf(23), ListOf(25), std::string("{\"sha256\": {\"0\": 1}}"),
        absl::StrCat("{\"sha256\": {\"24\": ", value, "}}"),
        absl::StrCat("{\"sha256\": {\"07\": ", value, "}}"),
        absl::StrCat("{\"sha256\": {\"-1\": ", value, "}}"),
        absl::StrCat("{\"sha256\": {\"7\": ", value, ", \"7\": ", value, "}}"),
        std::string("{\"sha256\": {\"0\": \"00\"}}")}) {
    EXPECT_EQ(ErrorClassOf(ParsePcrsFile(json).status()),
              ErrorClass::kMalformed)
        << json;
  }
  EXPECT_EQ(ErrorClassOf(ParsePcrsFile("").status()), ErrorClass::kEmpty);
  EXPECT_EQ(ErrorClassOf(ParsePcrsFile("{\"md5\": {}}").status()),
            ErrorClass::kUnsupportedAlgorithm);
}

std::string Base64(const Bytes& bytes) {
  return Quoted(absl::WebSafeBase64Escape(ToString(bytes)));
}

std::string RsaJwk(const TestKey& key, const std::string& kid) {
  return absl::StrCat("{\"kid\": ", Quoted(kid),
                      ", \"kty\": \"RSA\", \"e\": \"AQAB\", \"n\": ",
                      Base64(key.Modulus()), "}");
}

std::string KeySet(const std::string& keys) {
  return absl::StrCat("{\"keys\": [", keys, "], \"vm\": {\"a\": null}}");
}

TEST(ParseAkJwk, FindsTheKeyAmongOthers) {
  const TestKey ak(KeyKind::kRsa2048);
  const TestKey ek(KeyKind::kRsa2048);
  const auto key = ParseAkJwk(KeySet(
      absl::StrCat(RsaJwk(ek, "HCLEkPub"), ",", RsaJwk(ak, "HCLAkPub"))));
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(key->spki(), ak.Spki());
}

TEST(ParseAkJwk, ReadsAKeyOnACurve) {
  const TestKey ak(KeyKind::kP256);
  const auto key = ParseAkJwk(KeySet(absl::StrCat(
      "{\"kid\": \"HCLAkPub\", \"kty\": \"EC\", \"crv\": \"P-256\", \"x\": ",
      Base64(ak.X()), ", \"y\": ", Base64(ak.Y()), "}")));
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(key->spki(), ak.Spki());
}

TEST(ParseAkJwk, SurvivesAKeyThatIsNestedDeep) {
  constexpr size_t kDeep = 1000000;
  const auto key = ParseAkJwk(KeySet(
      absl::StrCat("{\"kid\": \"HCLAkPub\", \"kty\": \"RSA\", \"n\": ",
                   std::string(kDeep, '['), std::string(kDeep, ']'), "}")));
  EXPECT_EQ(ErrorClassOf(key.status()), ErrorClass::kMalformed);
}

TEST(ParseAkJwk, RefusesNoneTwoAndWeakKeys) {
  const TestKey key(KeyKind::kRsa2048);
  const std::string one = RsaJwk(key, "HCLAkPub");
  for (const std::string& json :
       {std::string("{"), std::string("[]"), std::string("{\"keys\": 1}"),
        KeySet(""), KeySet(RsaJwk(key, "other")),
        KeySet(absl::StrCat(one, ",", one)),
        KeySet("{\"kid\": \"HCLAkPub\", \"kty\": \"RSA\"}"),
        KeySet("{\"kid\": \"HCLAkPub\", \"kty\": \"RSA\", \"e\": \"AQAB\", "
               "\"n\": \"!\"}")}) {
    EXPECT_EQ(ErrorClassOf(ParseAkJwk(json).status()), ErrorClass::kMalformed)
        << json;
  }
  EXPECT_EQ(ErrorClassOf(ParseAkJwk("").status()), ErrorClass::kEmpty);
  const TestKey weak(KeyKind::kRsa1024);
  for (const std::string& json :
       {KeySet(RsaJwk(weak, "HCLAkPub")),
        KeySet("{\"kid\": \"HCLAkPub\", \"kty\": \"OKP\"}")}) {
    EXPECT_EQ(ErrorClassOf(ParseAkJwk(json).status()),
              ErrorClass::kUnsupportedAlgorithm);
  }
}

}  // namespace
}  // namespace evidenced
