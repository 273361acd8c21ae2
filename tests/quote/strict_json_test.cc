#include "quote/json/strict_json.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace evidenced {
namespace {

using ::testing::HasSubstr;

std::string ErrorOf(absl::string_view json) {
  const absl::Status status = CheckStrictJson(json);
  return status.ok() ? "accepted" : std::string(status.message());
}

std::string Nested(size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

TEST(CheckStrictJson, TakesJson) {
  EXPECT_EQ(ErrorOf(R"({"a": [1, -2, 3.5, true, "x"], "b": {"a": {}}})"),
            "accepted");
}

TEST(CheckStrictJson, TakesOneKeyInSeveralObjects) {
  EXPECT_EQ(ErrorOf(R"([{"a": 1}, {"a": 2}, {"b": {"a": 3}}])"), "accepted");
}

TEST(CheckStrictJson, RefusesAKeyTwiceInANestedObject) {
  EXPECT_THAT(ErrorOf(R"({"b": [{"a": 1, "c": {"d": 1}, "a": 2}]})"),
              HasSubstr("found \"a\" twice"));
}

TEST(CheckStrictJson, TakesBothSpellingsAsOneKey) {
  EXPECT_THAT(ErrorOf(R"({"spki_sha256": 1, "spkiSha256": 2})"),
              HasSubstr("twice"));
  EXPECT_THAT(ErrorOf(R"({"max_age_seconds": 1, "maxAgeSeconds": 2})"),
              HasSubstr("twice"));
}

TEST(CheckStrictJson, LimitsTheDepth) {
  EXPECT_EQ(ErrorOf(Nested(16)), "accepted");
  EXPECT_THAT(ErrorOf(Nested(17)), HasSubstr("at most 16 levels"));
  EXPECT_THAT(ErrorOf(std::string(1U << 20, '[')), HasSubstr("at most 16"));
  EXPECT_THAT(ErrorOf(std::string(1U << 20, '{')), HasSubstr("expected JSON"));
}

TEST(CheckStrictJson, RefusesWhatIsNotJson) {
  for (const char* json :
       {"", "{", "}", "{a: 1}", "{'a': 1}", R"({"a": 1,})", "[1,]",
        R"({"a": 1} {})", R"({"a": 1} x)", "// c\n{}", "NaN", "01", "+1",
        "\"\x01\"", "{\"a\": \"\n\"}"}) {
    EXPECT_NE(ErrorOf(json), "accepted") << json;
  }
  EXPECT_NE(ErrorOf(absl::string_view("{}\0", 3)), "accepted");
}

TEST(CheckStrictJson, RefusesTextThatIsNotUtf8) {
  EXPECT_NE(ErrorOf("{\"a\": \"\xff\"}"), "accepted");
  EXPECT_NE(ErrorOf("{\"a\": \"\xc0\xaf\"}"), "accepted");      // overlong
  EXPECT_NE(ErrorOf("{\"a\": \"\xed\xa0\x80\"}"), "accepted");  // surrogate
  EXPECT_EQ(ErrorOf("{\"a\": \"\xc3\xa9\"}"), "accepted");
}

}  // namespace
}  // namespace evidenced
