#include "quote/tdx/signed_json.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"

#include "quote/base/error_class.h"

namespace evidenced {
namespace {

std::string Signature() {
  std::string digits(128, 'a');
  return digits;
}

// {"body":BODY,"signature":"aa..."}
std::string With(absl::string_view body) {
  return absl::StrCat(R"({"body":)", body, R"(,"signature":")", Signature(),
                      R"("})");
}

absl::StatusOr<SignedJson> Split(absl::string_view text) {
  return SplitSignedJson("body", AsBytes(text));
}

void ExpectMalformed(absl::string_view text) {
  const auto split = Split(text);
  EXPECT_EQ(split.status().code(), absl::StatusCode::kInvalidArgument) << text;
  EXPECT_EQ(ErrorClassOf(split.status()),
            text.empty() ? ErrorClass::kEmpty : ErrorClass::kMalformed);
}

TEST(SplitSignedJson, GivesTheBodyAsItStands) {
  for (const absl::string_view body :
       {R"({})", R"({ "a" : [ 1 , {"b": "}"} ] })", "{\"a\":\n\t1\r\n}",
        R"({"a":"\"}","b":"\\"})", R"({"a":"{[","b":["]}"]})",
        R"({"signature":"x","body":{}})"}) {
    const auto split = Split(With(body));
    ASSERT_TRUE(split.ok()) << split.status();
    EXPECT_EQ(split->body, body);
    EXPECT_EQ(split->signature, Bytes(64, 0xaa));
  }
}

TEST(SplitSignedJson, TakesSpacesAndTheOtherOrder) {
  const auto split = Split(absl::StrCat(" {\n \"signature\" : \"", Signature(),
                                        "\" , \"body\" : {\"a\":1} }\n"));
  ASSERT_TRUE(split.ok()) << split.status();
  EXPECT_EQ(split->body, R"({"a":1})");
}

TEST(SplitSignedJson, RefusesOtherMembers) {
  const std::string signature =
      absl::StrCat(R"("signature":")", Signature(), R"(")");
  ExpectMalformed("");
  ExpectMalformed("{}");
  ExpectMalformed("[]");
  ExpectMalformed("1");
  ExpectMalformed(R"("body")");
  ExpectMalformed(R"({"body":{}})");
  ExpectMalformed(absl::StrCat("{", signature, "}"));
  ExpectMalformed(absl::StrCat(R"({"other":{},)", signature, "}"));
  ExpectMalformed(absl::StrCat(R"({"body":{},"more":1,)", signature, "}"));
  ExpectMalformed(absl::StrCat(R"({"bod\u0079":{},)", signature, "}"));
  ExpectMalformed(absl::StrCat(R"({"body":{},"body":{},)", signature, "}"));
}

TEST(SplitSignedJson, RefusesABodyThatIsNoObject) {
  for (const absl::string_view body : {"[]", "1", R"("{}")", "true", "null"}) {
    ExpectMalformed(With(body));
  }
}

TEST(SplitSignedJson, RefusesASignatureThatIsNone) {
  for (const std::string& signature :
       {std::string("1"), std::string("{}"), std::string(R"("")"),
        absl::StrCat(R"(")", std::string(126, 'a'), R"(")"),
        absl::StrCat(R"(")", std::string(130, 'a'), R"(")"),
        absl::StrCat(R"(")", std::string(128, 'g'), R"(")")}) {
    ExpectMalformed(absl::StrCat(R"({"body":{},"signature":)", signature, "}"));
  }
}

TEST(SplitSignedJson, RefusesEveryTruncation) {
  const std::string good = With(R"({"a":[1,"x"]})");
  for (size_t size = 0; size < good.size(); ++size) {
    ExpectMalformed(absl::string_view(good).substr(0, size));
  }
  ExpectMalformed(good + "x");
  ExpectMalformed(good + good);
}

TEST(SplitSignedJson, RefusesWhatIsTooLarge) {
  const std::string space(kMaxCollateralSize, ' ');
  const std::string good = With("{}");
  EXPECT_TRUE(
      Split(good + space.substr(0, kMaxCollateralSize - good.size())).ok());
  ExpectMalformed(good + space);
}

}  // namespace
}  // namespace evidenced
