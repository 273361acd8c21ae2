#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "agent/base/mutex.h"
#include "tests/agent/collect/collector_fixture.h"
#include "tests/support/raw_tpm.h"

namespace evidenced {
namespace {

using ::testing::HasSubstr;

TEST_F(CollectorTest, ReadsAgainWhenRegistersChangeDuringTheQuote) {
  std::atomic<int> changes = 2;
  const auto collector = MakeHooked([&] {
    if (changes-- <= 0) return;
    const auto raw = RawTpm::Open(swtpm_.tcti());
    ASSERT_TRUE(
        (*raw)->Extend(14, {{HashAlgorithm::kSha256, Bytes(32, 1)}}).ok());
  });
  const Challenge challenge = MakeChallenge();
  for (int i = 0; i < 3; ++i) {
    const auto evidence = Get(*collector, challenge);
    ASSERT_TRUE(evidence.ok()) << evidence.status();
    EXPECT_TRUE(Verify(*evidence, challenge, AkPublic(*collector)).ok());
  }
}

TEST_F(CollectorTest, WorksAgainAfterTheTpmDied) {
  std::vector<bool> health;
  Mutex mutex;
  const auto collector = MakeCollector(Options());
  const Challenge challenge = MakeChallenge();
  collector->WatchHealth([&](const SourceHealth& now) {
    const MutexLock lock(mutex);
    if (now.source == "tpm") health.push_back(now.available);
  });
  const Bytes ak = AkPublic(*collector);
  swtpm_.Kill();
  EXPECT_EQ(Get(*collector, challenge).status().code(),
            absl::StatusCode::kUnavailable);
  EXPECT_FALSE(collector->GetPlatform().sources(0).available());
  EXPECT_FALSE(collector->GetPlatform().sources(0).reason().empty());
  swtpm_.Start();
  ASSERT_TRUE(ExtendFromLogs(swtpm_.tcti(), boot_log_, ima_log_).ok());
  auto evidence = Get(*collector, challenge);
  while (!evidence.ok()) {
    ASSERT_EQ(evidence.status().code(), absl::StatusCode::kUnavailable);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    evidence = Get(*collector, challenge);
  }
  EXPECT_TRUE(Verify(*evidence, challenge, ak).ok());
  EXPECT_TRUE(collector->GetPlatform().sources(0).available());
  const MutexLock lock(mutex);
  ASSERT_GE(health.size(), 3U);
  EXPECT_TRUE(health.back());
}

TEST_F(CollectorTest, AnswersInTimeWhileTheTpmHangs) {
  CollectorOptions options = Options();
  options.hung_after = absl::Milliseconds(200);
  const auto collector = MakeCollector(options);
  const Challenge challenge = MakeChallenge();
  const Bytes ak = AkPublic(*collector);
  swtpm_.Pause();
  Waiter hurried;
  hurried.deadline = absl::Now() + absl::Milliseconds(100);
  EXPECT_EQ(Get(*collector, challenge, hurried).status().code(),
            absl::StatusCode::kDeadlineExceeded);
  while (collector->GetPlatform().sources(0).available()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  const auto refused = Get(*collector, challenge);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(refused.status().message()),
              HasSubstr("has not answered for"));
  swtpm_.Continue();
  auto evidence = Get(*collector, challenge);
  while (!evidence.ok()) {
    ASSERT_EQ(evidence.status().code(), absl::StatusCode::kUnavailable);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    evidence = Get(*collector, challenge);
  }
  EXPECT_TRUE(Verify(*evidence, challenge, ak).ok());
  EXPECT_TRUE(collector->GetPlatform().sources(0).available());
}

TEST_F(CollectorTest, RefusesRequestsThatTheQueueCannotHold) {
  CollectorOptions options = Options();
  options.queue_length = 3;
  options.device_timeout = absl::Seconds(20);
  const auto collector = MakeCollector(options);
  ASSERT_FALSE(AkPublic(*collector).empty());
  swtpm_.Pause();
  std::atomic<int> exhausted = 0;
  std::vector<std::future<void>> answers;
  for (int i = 0; i < 10; ++i) {
    auto answer = std::make_shared<std::promise<void>>();
    answers.push_back(answer->get_future());
    collector->GetEvidence(
        MakeChallenge(), {},
        [&, answer](const absl::StatusOr<v1::Evidence>& evidence) {
          exhausted += absl::IsResourceExhausted(evidence.status()) ? 1 : 0;
          answer->set_value();
        });
  }
  while (exhausted < 6) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  swtpm_.Continue();
  for (auto& answer : answers) answer.wait();
  EXPECT_LE(exhausted, 7);
}

TEST_F(CollectorTest, DoesNotWaitForATpmThatIsNotThere) {
  CollectorOptions options = Options();
  options.tpm.tcti = "device:/nonexistent";
  const auto collector = MakeCollector(options);
  EXPECT_EQ(Get(*collector, MakeChallenge()).status().code(),
            absl::StatusCode::kUnavailable);
  EXPECT_TRUE(ReadLog(*collector, "log.tcg2").ok());
  EXPECT_FALSE(collector->GetPlatform().sources(0).available());
}

}  // namespace
}  // namespace evidenced
