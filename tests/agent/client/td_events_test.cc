#include "agent/client/td_events.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"

#include "quote/base/error_class.h"

namespace evidenced {
namespace {

const std::string& Digest() {
  static const auto* const kDigest = new std::string(96, 'a');
  return *kDigest;
}

std::string Event(const std::string& imr, const std::string& digest) {
  return absl::StrCat(R"({"imr":)", imr,
                      R"(,"event_type":134217729,"digest":")", digest,
                      R"(","event":"app-id","event_payload":""})");
}

void ExpectRefused(const std::string& json) {
  EXPECT_EQ(ParseTdEvents(json).status().code(),
            absl::StatusCode::kInvalidArgument)
      << json;
}

TEST(ParseTdEvents, ReadsRegisterAndDigestOfEach) {
  const auto events = ParseTdEvents(absl::StrCat(
      "[", Event("0", Digest()), ",", Event("3", std::string(96, 'b')), "]"));
  ASSERT_TRUE(events.ok()) << events.status();
  ASSERT_EQ(events->size(), 2U);
  EXPECT_EQ(events->at(0).rtmr, 0U);
  EXPECT_EQ(events->at(0).digest, Bytes(48, 0xaa));
  EXPECT_EQ(events->at(1).rtmr, 3U);
}

TEST(ParseTdEvents, TakesAnEmptyList) {
  const auto events = ParseTdEvents("[]");
  ASSERT_TRUE(events.ok()) << events.status();
  EXPECT_TRUE(events->empty());
}

TEST(ParseTdEvents, RefusesARegisterOutOfRange) {
  for (const char* imr : {"4", "-1", "0.5", "\"0\"", "18446744073709551616"}) {
    ExpectRefused(absl::StrCat("[", Event(imr, Digest()), "]"));
  }
}

TEST(ParseTdEvents, RefusesADigestOfAnotherSize) {
  for (const std::string& digest :
       {std::string(), std::string(64, 'a'), std::string(98, 'a'),
        std::string(96, 'x')}) {
    ExpectRefused(absl::StrCat("[", Event("0", digest), "]"));
  }
}

TEST(ParseTdEvents, RefusesWhatIsMissing) {
  ExpectRefused(absl::StrCat(R"([{"digest":")", Digest(), R"("}])"));
  ExpectRefused(R"([{"imr":0}])");
  ExpectRefused("[1]");
  ExpectRefused("{}");
  ExpectRefused("not JSON");
}

TEST(ParseTdEvents, NamesAnEmptyFile) {
  EXPECT_EQ(ErrorClassOf(ParseTdEvents("").status()), ErrorClass::kEmpty);
}

TEST(ParseTdEvents, RefusesEveryTruncation) {
  const std::string json = absl::StrCat("[", Event("1", Digest()), "]");
  for (size_t size = 0; size < json.size(); ++size) {
    ExpectRefused(json.substr(0, size));
  }
}

}  // namespace
}  // namespace evidenced
