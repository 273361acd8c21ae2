#include <atomic>
#include <cerrno>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "agent/base/mutex.h"
#include "agent/device/device_error.h"
#include "agent/device/vmpck.h"
#include "tests/agent/collect/collector_fixture.h"
#include "tests/agent/collect/fake_report_device.h"
#include "tests/agent/collect/report_fixture.h"

namespace evidenced {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// What is told of a CPU's report device, and whom it keeps from what.
class ReportStateTest : public ReportTest {
 protected:
  static Challenge WithoutReport() {
    Challenge challenge = WithQuote();
    challenge.without_cpu_report = true;
    return challenge;
  }

  // What was told of "snp", as words.
  std::vector<std::string> Told() {
    const MutexLock lock(mutex_);
    return told_;
  }
  void Watch(Collector& collector) {
    collector.WatchHealth([this](const SourceHealth& health) {
      const MutexLock lock(mutex_);
      if (health.source != "snp") return;
      told_.push_back(health.absent      ? "absent"
                      : health.available ? "available"
                      : !health.asked    ? "not asked"
                      : health.key_lost  ? "lost: " + health.reason
                                         : health.reason);
    });
  }

 private:
  Mutex mutex_;
  std::vector<std::string> told_ ABSL_GUARDED_BY(mutex_);
};

TEST_F(ReportStateTest, KnowsThatTheDeviceWorksBeforeAnybodyAsks) {
  const auto collector = Make(Options());
  EXPECT_TRUE(Eventually([&] { return WaitForCpu(*collector).available(); }));
  Watch(*collector);
  EXPECT_THAT(Told(), ElementsAre("available"));
}

TEST_F(ReportStateTest, KnowsOfALostKeyBeforeAnybodyAsks) {
  cpu_->SetError(KeyLostError("/fake"));
  const auto collector = Make(Options());
  EXPECT_TRUE(
      Eventually([&] { return WaitForCpu(*collector).snp().key_lost(); }));
  EXPECT_FALSE(collector->GetPlatform().sources(1).available());
  Watch(*collector);
  EXPECT_THAT(Told(), ElementsAre(HasSubstr("lost: /fake")));
}

// A request may cost its driver the key.
TEST_F(ReportStateTest, IsAskedOnceAtTheStart) {
  std::atomic<int> asked = 0;
  cpu_->SetError(absl::UnavailableError("throttled"));
  cpu_->SetHook([&] { ++asked; });
  CollectorOptions options = Options();
  options.cpu_first_pause = absl::Milliseconds(1);
  const auto collector = Make(options);
  EXPECT_TRUE(Eventually(
      [&] { return WaitForCpu(*collector).reason() == "throttled"; }));
  absl::SleepFor(absl::Milliseconds(100));
  EXPECT_EQ(asked, 1);
}

// Nor after a request that found the device before the agent did.
TEST_F(ReportStateTest, IsNotAskedByTheAgentAfterARequest) {
  std::promise<void> answer;
  std::atomic<bool> first = true;
  std::atomic<int> asked = 0;
  cpu_->SetError(absl::UnavailableError("throttled"));
  cpu_->SetHook([&] { ++asked; });
  CollectorOptions options = Options();
  options.cpu_first_pause = absl::Milliseconds(1);
  const auto collector = MakeWith(
      [&] {
        if (!first.exchange(false)) return Detector()();
        answer.get_future().wait();
        DetectedReportDevice found;
        found.tried.push_back({"configfs-tsm", DeviceError("tsm", EBUSY)});
        return found;
      },
      options);
  // It waits while the agent looks, and so comes before the agent's next try.
  std::promise<absl::Status> asking;
  collector->GetRawReport({}, {},
                          [&](const absl::StatusOr<v1::RawReport>& raw) {
                            asking.set_value(raw.status());
                          });
  answer.set_value();
  EXPECT_EQ(asking.get_future().get().message(), "throttled");
  absl::SleepFor(absl::Milliseconds(100));
  EXPECT_EQ(asked, 1);
}

TEST_F(ReportStateTest, IsNotAvailableUntilItHasAnswered) {
  std::promise<void> answer;
  cpu_->SetHook([&] { answer.get_future().wait(); });
  const auto collector = Make(Options());
  const v1::Source source = WaitForCpu(*collector);
  EXPECT_FALSE(source.available());
  EXPECT_THAT(source.reason(), HasSubstr("has not given a report yet"));
  Watch(*collector);
  cpu_->SetHook([] {});
  answer.set_value();
  EXPECT_TRUE(Eventually([&] { return WaitForCpu(*collector).available(); }));
  EXPECT_THAT(Told(), ElementsAre("not asked", "available"));
}

TEST_F(ReportStateTest, KeepsNobodyFromTheTpmWhileItHangsAtTheStart) {
  std::promise<void> answer;
  auto looked = std::make_shared<std::atomic<bool>>(false);
  const auto collector = MakeWith(
      [&, looked] {
        *looked = true;
        answer.get_future().wait();
        return Detector()();
      },
      Options());
  EXPECT_TRUE(Eventually([&] { return looked->load(); }));
  const auto evidence = Get(*collector, WithoutReport());
  EXPECT_TRUE(evidence.ok()) << evidence.status();
  EXPECT_TRUE(ReadLog(*collector, "log.tcg2").ok());
  EXPECT_TRUE(collector->GetPlatform().sources(0).available());
  Waiter hurried;
  hurried.deadline = absl::Now() + absl::Milliseconds(50);
  EXPECT_EQ(Get(*collector, WithQuote(), hurried).status().code(),
            absl::StatusCode::kDeadlineExceeded);
  answer.set_value();
  EXPECT_EQ(Get(*collector, WithQuote())->signer(), "snp");
}

// The TPM's thread reads the logs, too.
TEST_F(ReportStateTest, IsNotKeptByATpmThatHangs) {
  CollectorOptions options = Options();
  options.hung_after = absl::Milliseconds(100);
  const auto collector = Make(options);
  // On a busy machine it may have seemed to hang before.
  ASSERT_TRUE(Eventually([&] { return Get(*collector, WithQuote()).ok(); }));
  swtpm_.Pause();
  // The one under way, though it would have waited longer, and the next.
  for (int i = 0; i < 2; ++i) {
    const auto refused = Get(*collector, WithQuote());
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kUnavailable);
    EXPECT_THAT(std::string(refused.status().message()),
                HasSubstr("the TPM has not answered for"));
    EXPECT_TRUE(Eventually(
        [&] { return !collector->GetPlatform().sources(0).available(); }));
  }
  swtpm_.Continue();
  EXPECT_TRUE(Eventually([&] { return Get(*collector, WithQuote()).ok(); }));
}

TEST_F(ReportStateTest, TakesBackThatItHangsWhenThereTurnsOutToBeNone) {
  std::promise<void> answer;
  auto first = std::make_shared<std::atomic<bool>>(true);
  CollectorOptions options = Options();
  options.cpu_hung_after = absl::Milliseconds(50);
  const auto collector = MakeWith(
      [&, first] {
        if (first->exchange(false)) answer.get_future().wait();
        DetectedReportDevice found;
        found.tried.push_back({"configfs-tsm", DeviceError("tsm", ENOENT)});
        return found;
      },
      options);
  Watch(*collector);
  EXPECT_THAT(WaitForCpu(*collector).reason(),
              HasSubstr("has not answered for"));
  answer.set_value();
  EXPECT_TRUE(
      Eventually([&] { return collector->GetPlatform().sources_size() <= 1; }));
  EXPECT_EQ(Get(*collector, WithQuote())->signer(), "tpm");
  EXPECT_THAT(Told(), ElementsAre(HasSubstr("has not answered"), "absent"));
}

TEST_F(ReportStateTest, IsNotBlamedForATpmThatHangs) {
  CollectorOptions options = Options();
  options.cpu_hung_after = absl::Milliseconds(100);
  const auto collector = Make(options);
  ASSERT_TRUE(Get(*collector, WithQuote()).ok());
  swtpm_.Pause();
  Waiter hurried;
  hurried.deadline = absl::Now() + absl::Milliseconds(400);
  EXPECT_EQ(Get(*collector, WithQuote(), hurried).status().code(),
            absl::StatusCode::kDeadlineExceeded);
  EXPECT_TRUE(collector->GetPlatform().sources(1).available());
  swtpm_.Continue();
}

TEST_F(ReportStateTest, IsNotAskedForWhoHasGone) {
  std::atomic<bool> gone = false;
  std::atomic<int> reports = 0;
  const auto collector = MakeWithHookedTpm([&] { gone = true; });
  ASSERT_TRUE(Get(*collector, WithQuote()).ok());
  cpu_->SetHook([&] { ++reports; });
  Waiter waiter;
  gone = false;
  waiter.gone = [&] { return gone.load(); };
  EXPECT_EQ(Get(*collector, WithQuote(), waiter).status().code(),
            absl::StatusCode::kCancelled);
  EXPECT_EQ(reports, 0);
  EXPECT_TRUE(collector->GetPlatform().sources(1).available());
}

TEST_F(ReportStateTest, IsNotAskedWhenTheDeadlineHasPassed) {
  std::atomic<bool> slow = false;
  std::atomic<int> reports = 0;
  const auto collector = MakeWithHookedTpm([&] {
    if (slow) absl::SleepFor(absl::Milliseconds(200));
  });
  ASSERT_TRUE(Get(*collector, WithQuote()).ok());
  cpu_->SetHook([&] { ++reports; });
  slow = true;
  Waiter hurried;
  hurried.deadline = absl::Now() + absl::Milliseconds(100);
  EXPECT_EQ(Get(*collector, WithQuote(), hurried).status().code(),
            absl::StatusCode::kDeadlineExceeded);
  slow = false;
  EXPECT_TRUE(Get(*collector, WithQuote()).ok());
  EXPECT_EQ(reports, 1);
}

TEST_F(ReportStateTest, ShowsTheDeviceAndItsStates) {
  const auto collector = Make(Options());
  ASSERT_TRUE(Get(*collector, WithQuote()).ok());
  Watch(*collector);
  const v1::Source working = collector->GetPlatform().sources(1);
  EXPECT_EQ(working.label(), "snp");
  EXPECT_TRUE(working.available());
  EXPECT_EQ(working.snp().interface(), "fake");
  EXPECT_EQ(working.snp().path(), "/fake");
  EXPECT_EQ(working.snp().vmpl(), 1U);
  EXPECT_FALSE(working.snp().key_lost());

  cpu_->SetError(absl::UnavailableError("busy"));
  EXPECT_FALSE(Get(*collector, WithQuote()).ok());
  EXPECT_FALSE(collector->GetPlatform().sources(1).available());
  cpu_->SetError(absl::OkStatus());
  EXPECT_TRUE(Get(*collector, WithQuote()).ok());
  cpu_->SetError(absl::UnavailableError("an I/O error"));
  EXPECT_FALSE(Get(*collector, WithQuote()).ok());
  cpu_->SetError(KeyLostError("/fake"));
  EXPECT_FALSE(Get(*collector, WithQuote()).ok());
  EXPECT_TRUE(collector->GetPlatform().sources(1).snp().key_lost());
  EXPECT_TRUE(collector->GetPlatform().sources(0).available());
  EXPECT_THAT(Told(), ElementsAre("available", "busy", "available",
                                  "an I/O error", HasSubstr("lost: /fake")));
}

TEST_F(ReportStateTest, BlamesTheDeviceThatHangs) {
  CollectorOptions options = Options();
  options.cpu_hung_after = absl::Milliseconds(100);
  const auto collector = Make(options);
  ASSERT_TRUE(Get(*collector, WithQuote()).ok());
  std::promise<void> answer;
  cpu_->SetHook([&] { answer.get_future().wait(); });
  Waiter hurried;
  hurried.deadline = absl::Now() + absl::Milliseconds(50);
  EXPECT_EQ(Get(*collector, WithQuote(), hurried).status().code(),
            absl::StatusCode::kDeadlineExceeded);
  EXPECT_TRUE(Eventually(
      [&] { return !collector->GetPlatform().sources(1).available(); }));
  EXPECT_TRUE(collector->GetPlatform().sources(0).available());
  cpu_->SetHook([] {});
  answer.set_value();
  EXPECT_TRUE(Eventually(
      [&] { return collector->GetPlatform().sources(1).available(); }));
  EXPECT_TRUE(Get(*collector, WithQuote()).ok());
}

}  // namespace
}  // namespace evidenced
