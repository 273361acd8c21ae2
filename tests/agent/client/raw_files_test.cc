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

using ::testing::UnorderedElementsAre;

constexpr auto kSha256 = HashAlgorithm::kSha256;

std::string Quoted(const std::string& text) {
  return absl::StrCat(R"(")", text, R"(")");
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
      absl::StrCat(R"({"sha1": {"0": )", Quoted(std::string(40, 'a')),
                   R"(}, "sha256": {"7": )", Quoted(std::string(64, 'B')),
                   R"(}, "sha384": {}})"));
  ASSERT_TRUE(given.ok()) << given.status();
  EXPECT_EQ(given->values.size(), 2U);
  EXPECT_EQ(given->values.at(kSha256).at(7), Bytes(32, 0xbb));
}

TEST(ParsePcrsFile, ListsRegistersOfABankThatIsNotKnown) {
  const auto given = ParsePcrsFile(
      R"({"sha3_256": {"0": "00", "7": "aabb"}, "\n": {"1": ""}})");
  ASSERT_TRUE(given.ok()) << given.status();
  EXPECT_TRUE(given->values.empty());
  EXPECT_THAT(given->unknown,
              UnorderedElementsAre("\\x0a:1", "sha3_256:0", "sha3_256:7"));
}

TEST(ParsePcrsFile, TakesAListAsTheSha256Bank) {
  const auto given = ParsePcrsFile(ListOf(24));
  ASSERT_TRUE(given.ok()) << given.status();
  EXPECT_EQ(given->values.at(kSha256).size(), 24U);
}

TEST(ParsePcrsFile, RefusesEveryOtherForm) {
  const std::string value = Quoted(std::string(64, 'a'));
  for (const std::string& json :
       {std::string("1"), std::string("{"), std::string(R"({"sha256": []})"),
        ListOf(23), ListOf(25), std::string(R"({"sha256": {"0": 1}})"),
        absl::StrCat(R"({"sha256": {"24": )", value, "}}"),
        absl::StrCat(R"({"sha256": {"07": )", value, "}}"),
        absl::StrCat(R"({"sha256": {"-1": )", value, "}}"),
        absl::StrCat(R"({"sha256": {"7": )", value, R"(, "7": )", value, "}}"),
        std::string(R"({"md5": {"24": ""}})"),
        std::string(R"({"md5": {"0": "x"}})"), std::string(R"({"md5": 1})"),
        std::string(R"({"sha256": {"0": "00"}})")}) {
    EXPECT_EQ(ErrorClassOf(ParsePcrsFile(json).status()),
              ErrorClass::kMalformed)
        << json;
  }
  EXPECT_EQ(ErrorClassOf(ParsePcrsFile("").status()), ErrorClass::kEmpty);
}

std::string Base64(const Bytes& bytes) {
  return Quoted(absl::WebSafeBase64Escape(ToString(bytes)));
}

std::string RsaJwk(const TestKey& key, const std::string& kid) {
  return absl::StrCat(R"({"kid": )", Quoted(kid),
                      R"(, "kty": "RSA", "e": "AQAB", "n": )",
                      Base64(key.Modulus()), "}");
}

std::string KeySet(const std::string& keys) {
  return absl::StrCat(R"({"keys": [)", keys, R"(], "vm": {"a": null}})");
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
  const auto key = ParseAkJwk(KeySet(
      absl::StrCat(R"({"kid": "HCLAkPub", "kty": "EC", "crv": "P-256", "x": )",
                   Base64(ak.X()), R"(, "y": )", Base64(ak.Y()), "}")));
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(key->spki(), ak.Spki());
}

TEST(ParseAkJwk, SurvivesAKeyThatIsNestedDeep) {
  constexpr size_t kDeep = 1000000;
  const auto key = ParseAkJwk(KeySet(
      absl::StrCat(R"({"kid": "HCLAkPub", "kty": "RSA", "n": )",
                   std::string(kDeep, '['), std::string(kDeep, ']'), "}")));
  EXPECT_EQ(ErrorClassOf(key.status()), ErrorClass::kMalformed);
}

TEST(ParseAkJwk, RefusesNoneTwoAndWeakKeys) {
  const TestKey key(KeyKind::kRsa2048);
  const std::string one = RsaJwk(key, "HCLAkPub");
  for (const std::string& json :
       {std::string("{"), std::string("[]"), std::string(R"({"keys": 1})"),
        KeySet(""), KeySet(RsaJwk(key, "other")),
        KeySet(absl::StrCat(one, ",", one)),
        absl::StrCat(R"({"keys": [], "keys": [)", one, "]}"),
        std::string(100, '['), std::string(2U << 20, ' '),
        KeySet(R"({"kid": "HCLAkPub", "kty": "RSA"})"),
        KeySet(R"({"kid": "HCLAkPub", "kty": "RSA", "e": "AQAB", )"
               R"("n": "!"})")}) {
    EXPECT_EQ(ErrorClassOf(ParseAkJwk(json).status()), ErrorClass::kMalformed)
        << json;
  }
  EXPECT_EQ(ErrorClassOf(ParseAkJwk("").status()), ErrorClass::kEmpty);
  const TestKey weak(KeyKind::kRsa1024);
  for (const std::string& json :
       {KeySet(RsaJwk(weak, "HCLAkPub")),
        KeySet(R"({"kid": "HCLAkPub", "kty": "OKP"})")}) {
    EXPECT_EQ(ErrorClassOf(ParseAkJwk(json).status()),
              ErrorClass::kUnsupportedAlgorithm);
  }
}

}  // namespace
}  // namespace evidenced
