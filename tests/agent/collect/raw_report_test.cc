#include <future>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "agent/device/no_device.h"
#include "tests/agent/collect/collector_fixture.h"
#include "tests/agent/collect/report_fixture.h"

namespace evidenced {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// Reports over the caller's own bytes.
class RawReportTest : public ReportTest {
 protected:
  static absl::StatusOr<v1::RawReport> GetRaw(Collector& collector,
                                              Waiter waiter = {}) {
    std::promise<absl::StatusOr<v1::RawReport>> promise;
    ReportData data = {};
    data.fill('r');
    collector.GetRawReport(data, std::move(waiter),
                           [&](absl::StatusOr<v1::RawReport> report) {
                             promise.set_value(std::move(report));
                           });
    return promise.get_future().get();
  }
};

TEST_F(RawReportTest, ComesAsTheDeviceGivesIt) {
  cpu_->SetTable({1, 2, 3});
  for (const auto provider :
       {ReportProvider::kSevGuest, ReportProvider::kTdxGuest,
        ReportProvider::kArmCcaGuest}) {
    provider_ = provider;
    // Neither the TPM nor a log is needed.
    const auto collector = Make(WithoutTpm());
    const auto raw = GetRaw(*collector);
    ASSERT_TRUE(raw.ok()) << raw.status();
    EXPECT_EQ(raw->provider(), ProviderName(provider));
    EXPECT_THAT(raw->report(), HasSubstr(std::string(64, 'r')));
    EXPECT_EQ(raw->auxiliary(), "\1\2\3");
  }
}

TEST_F(RawReportTest, FailsAsTheDevice) {
  const auto collector = Make(Options());
  cpu_->SetError(absl::UnavailableError("busy"));
  const auto raw = GetRaw(*collector);
  EXPECT_EQ(raw.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(raw.status().message(), "busy");
  EXPECT_FALSE(collector->GetPlatform().sources(1).available());
}

// Where nobody quotes, each request takes as long to fail as a caller waits.
TEST_F(RawReportTest, TellsWhoWaitedForOthersWhyTheyFailed) {
  provider_ = ReportProvider::kTdxGuest;
  CollectorOptions options = WithoutTpm();
  options.cpu_first_pause = absl::Minutes(1);
  cpu_->SetError(absl::UnavailableError("nobody quotes"));
  const auto collector = Make(options);
  EXPECT_TRUE(Eventually(
      [&] { return WaitForCpu(*collector).reason() == "nobody quotes"; }));
  std::promise<void> answer;
  cpu_->SetHook([answered = answer.get_future().share()] { answered.wait(); });
  Waiter waiter;
  // By the agent's limit, and by a deadline of his own.
  for (const bool limited : {true, false}) {
    waiter.deadline = absl::Now() + absl::Milliseconds(50);
    waiter.limited = limited;
    const absl::Status late = GetRaw(*collector, waiter).status();
    EXPECT_EQ(late.code(), limited ? absl::StatusCode::kUnavailable
                                   : absl::StatusCode::kDeadlineExceeded);
    EXPECT_THAT(
        std::string(late.message()),
        AllOf(HasSubstr("did not answer in time"), HasSubstr("nobody quotes")));
  }
  answer.set_value();
}

TEST_F(RawReportTest, BlamesNoDeviceThatHasNotFailed) {
  std::promise<void> answer;
  cpu_->SetHook([answered = answer.get_future().share()] { answered.wait(); });
  const auto collector = Make(WithoutTpm());
  EXPECT_FALSE(WaitForCpu(*collector).available());
  Waiter waiter;
  waiter.deadline = absl::Now() + absl::Milliseconds(50);
  waiter.limited = true;
  const absl::Status late = GetRaw(*collector, waiter).status();
  EXPECT_EQ(late.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(late.message(), "the device did not answer in time");
  answer.set_value();
}

TEST_F(RawReportTest, NeedsADevice) {
  const auto collector =
      MakeWith([] { return DetectedReportDevice(); }, Options());
  EXPECT_EQ(GetRaw(*collector).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(RawReportTest, IsNotAskedForWhoHasGone) {
  const auto collector = Make(Options());
  Waiter waiter;
  waiter.gone = [] { return true; };
  EXPECT_EQ(GetRaw(*collector, waiter).status().code(),
            absl::StatusCode::kCancelled);
  Waiter late;
  late.deadline = absl::Now() - absl::Seconds(1);
  EXPECT_EQ(GetRaw(*collector, late).status().code(),
            absl::StatusCode::kDeadlineExceeded);
}

TEST_F(RawReportTest, IsAllThatAnArmGuestGives) {
  provider_ = ReportProvider::kArmCcaGuest;
  const auto collector = Make(Options());
  ASSERT_TRUE(GetRaw(*collector).ok());
  const v1::Platform platform = collector->GetPlatform();
  ASSERT_THAT(platform.sources(), SizeIs(2));
  EXPECT_EQ(platform.sources(1).label(), "arm-cca");
  EXPECT_TRUE(platform.sources(1).available());
  const auto evidence = Get(*collector, WithQuote());
  EXPECT_EQ(evidence.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(evidence.status().message()),
              HasSubstr("found arm-cca"));
  // The TPM's evidence is to be had by whoever says so.
  Challenge challenge = MakeChallenge();
  challenge.without_cpu_report = true;
  EXPECT_EQ(Get(*collector, challenge)->signer(), "tpm");
}

}  // namespace
}  // namespace evidenced
