#ifndef TESTS_AGENT_CLIENT_COLLATERAL_FIXTURE_H_
#define TESTS_AGENT_CLIENT_COLLATERAL_FIXTURE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "agent/client/collateral_answers.h"
#include "agent/client/fetched_collateral.h"
#include "quote/base/error_class.h"
#include "tests/agent/client/collateral_service.h"
#include "tests/agent/client/fake_service.h"
#include "tests/support/temp_dir.h"

namespace evidenced {

// A service with answers, a cache, and a clock at TestNow().
class CollateralFixture : public ::testing::Test {
 protected:
  CollateralFixture() { pace_.now = TestNow(); }

  void Serve(const ServiceAnswers& answers) {
    for (const auto& [url, reply] : answers) service_.Set(url, reply);
  }
  HttpReply& Reply(const std::string& url) {
    return service_.answers.at(url).front();
  }

  // As one run of the command has it.
  CollateralAnswers Answers(HttpGetter* http,
                            CacheUse use = CacheUse::kWhileFresh) {
    return CollateralAnswers({.cache = CollateralCache(cache_),
                              .now = pace_.now,
                              .deadline = pace_.now + absl::Minutes(1),
                              .use = use},
                             http, pace_);
  }

  // That nothing came of it, as what a service answered does not verify.
  static void ExpectLie(const absl::StatusOr<FetchedCollateral>& fetched,
                        ErrorClass error_class, const std::string& why) {
    EXPECT_TRUE(absl::IsDataLoss(fetched.status())) << fetched.status();
    EXPECT_EQ(ErrorClassOf(fetched.status(), ErrorClass::kEmpty), error_class)
        << fetched.status();
    EXPECT_THAT(fetched.status().message(), ::testing::HasSubstr(why));
  }

  // nullptr: there is none.
  static const FetchedFile* File(const FetchedCollateral& fetched,
                                 absl::string_view role) {
    for (const FetchedFile& file : fetched.files) {
      if (file.role == role) return &file;
    }
    return nullptr;
  }

  TempDir folder_;
  std::string cache_ = folder_.File("cache");
  FakeService service_;
  FakePace pace_;
};

}  // namespace evidenced

#endif  // TESTS_AGENT_CLIENT_COLLATERAL_FIXTURE_H_
