#include "agent/client/http_patience.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/agent/client/fake_service.h"

namespace evidenced {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kUrl[] = "https://service/thing";

HttpReply Busy(int status, const std::string& retry_after = "") {
  HttpReply reply{.status = status};
  if (!retry_after.empty()) reply.headers["retry-after"] = retry_after;
  return reply;
}

HttpReply Good() { return {.status = 200, .body = "answer"}; }

class Patience : public ::testing::Test {
 protected:
  absl::StatusOr<HttpReply> Ask(std::deque<HttpReply> answers,
                                absl::Duration limit = absl::Minutes(2)) {
    service_.answers[kUrl] = std::move(answers);
    return GetPatiently({.service = "the service",
                         .what = "a thing",
                         .url = kUrl,
                         .max_size = 100},
                        pace_.now + limit, service_, pace_);
  }

  FakeService service_;
  FakePace pace_;
};

TEST_F(Patience, GivesAGoodAnswerAtOnce) {
  const auto reply = Ask({Good()});
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(reply->body, "answer");
  EXPECT_THAT(pace_.waits, IsEmpty());
}

TEST_F(Patience, WaitsAsLongAsABusyServiceSays) {
  const auto reply = Ask({Busy(429, "7"), Busy(503, "3"), Good()});
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_THAT(pace_.waits, ElementsAre(absl::Seconds(7), absl::Seconds(3)));
}

TEST_F(Patience, WaitsUntilTheDateThatABusyServiceSays) {
  // The clock stands at 2026-01-01 00:00:00.
  const auto reply = Ask({Busy(429, "Thu, 01 Jan 2026 00:00:09 GMT"), Good()});
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_THAT(pace_.waits, ElementsAre(absl::Seconds(9)));
}

TEST_F(Patience, WaitsTwiceAsLongEachTimeThatNothingIsSaid) {
  const auto reply =
      Ask({Busy(429), Busy(429, "soon"), Busy(503), Busy(429), Good()});
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_THAT(pace_.waits, ElementsAre(absl::Seconds(1), absl::Seconds(2),
                                       absl::Seconds(4), absl::Seconds(8)));
}

TEST_F(Patience, SpreadsThoseThatWereRefusedTogether) {
  pace_.fraction = 1;
  ASSERT_TRUE(Ask({Busy(429), Good()}).ok());
  EXPECT_THAT(pace_.waits, ElementsAre(absl::Milliseconds(1500)));
}

TEST_F(Patience, NeverAsksInATightLoop) {
  const auto status = Ask({Busy(429, "0")}).status();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_EQ(service_.asked.size(), kMaxAttempts);
  ASSERT_EQ(pace_.waits.size(), kMaxAttempts - 1);
  for (const absl::Duration wait : pace_.waits) {
    EXPECT_GE(wait, absl::Milliseconds(250));
  }
}

TEST_F(Patience, DoesNotWaitBeyondItsTime) {
  const auto status = Ask({Busy(429, "3600")}).status();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_THAT(pace_.waits, IsEmpty());
  EXPECT_THAT(status.message(), HasSubstr("the service"));
  EXPECT_THAT(status.message(), HasSubstr("429"));
  EXPECT_THAT(status.message(), HasSubstr(kUrl));
  EXPECT_THAT(status.message(), HasSubstr("again at 2026-01-01 01:00:00 UTC"));
}

TEST_F(Patience, EndsWhenItsTimeHasComeThoughNothingIsSaid) {
  const auto status = Ask({Busy(503)}, absl::Seconds(5)).status();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_THAT(pace_.waits, ElementsAre(absl::Seconds(1), absl::Seconds(2)));
  EXPECT_THAT(status.message(), HasSubstr("asked the service for a thing 3 "
                                          "times, found 503"));
}

TEST_F(Patience, AsksNothingWithoutTime) {
  const auto status = Ask({Good()}, absl::ZeroDuration()).status();
  EXPECT_TRUE(absl::IsDeadlineExceeded(status)) << status;
  EXPECT_THAT(service_.asked, IsEmpty());
}

TEST_F(Patience, SaysThatTheServiceDoesNotKnowIt) {
  const auto status = Ask({Busy(404)}).status();
  EXPECT_TRUE(absl::IsNotFound(status)) << status;
  EXPECT_THAT(status.message(),
              HasSubstr("the service does not know a thing: 404"));
  EXPECT_EQ(service_.asked.size(), 1);
}

TEST_F(Patience, AsksOnceWhereAnotherStatusComes) {
  for (const int code : {204, 301, 400, 401, 403, 500, 502, 504, 599, 600}) {
    service_.asked.clear();
    const auto status = Ask({Busy(code)}).status();
    EXPECT_EQ(status.code(), code >= 500 && code < 600
                                 ? absl::StatusCode::kUnavailable
                                 : absl::StatusCode::kFailedPrecondition)
        << code << status;
    EXPECT_THAT(status.message(), HasSubstr(std::to_string(code)));
    EXPECT_EQ(service_.asked.size(), 1) << code;
  }
}

HttpReply Large(int status) {
  return {.status = status, .body = std::string(101, 'x')};
}

TEST_F(Patience, RefusesAnAnswerThatIsTooLarge) {
  const auto status = Ask({Large(200)}).status();
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  EXPECT_THAT(status.message(), HasSubstr("an answer of at most 100 bytes"));
  EXPECT_EQ(service_.asked.size(), 1);
}

TEST_F(Patience, SaysTheStatusOfAnErrorWhoseBodyIsTooLarge) {
  const auto broken = Ask({Large(500)}).status();
  EXPECT_TRUE(absl::IsUnavailable(broken)) << broken;
  EXPECT_THAT(broken.message(), HasSubstr("expected 200, found 500 of "));
  EXPECT_THAT(broken.message(), HasSubstr("a body of more than 100 bytes"));
  const auto unknown = Ask({Large(404)}).status();
  EXPECT_TRUE(absl::IsNotFound(unknown)) << unknown;
  EXPECT_THAT(unknown.message(), HasSubstr("404 (not found)"));
  EXPECT_THAT(unknown.message(), HasSubstr("a body of more than 100 bytes"));
}

TEST_F(Patience, AsksABusyServiceAgainHoweverMuchItSays) {
  EXPECT_TRUE(Ask({Large(429), Good()}).ok());
  const auto status = Ask({Large(429)}).status();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_THAT(status.message(), HasSubstr("429"));
  EXPECT_THAT(status.message(), HasSubstr("a body of more than 100 bytes"));
}

TEST(RetryAfter, ReadsSecondsAndDatesAndNothingElse) {
  const absl::Time now = absl::FromUnixSeconds(1767225600);
  EXPECT_EQ(RetryAfter("120", now), absl::Seconds(120));
  EXPECT_EQ(RetryAfter("4294967295", now), absl::Hours(7 * 24));
  EXPECT_EQ(RetryAfter("Thu, 01 Jan 2026 00:02:00 GMT", now), absl::Minutes(2));
  EXPECT_EQ(RetryAfter("Wed, 31 Dec 2025 00:00:00 GMT", now),
            absl::ZeroDuration());
  for (const char* text : {"", "-1", "1.5", "soon", "99999999999999999999",
                           "2026-01-01T00:02:00Z"}) {
    EXPECT_EQ(RetryAfter(text, now), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace evidenced
