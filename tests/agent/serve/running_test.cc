// What the agent does with requests: deadlines, limits, stopping.
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/clock.h"

#include "tests/agent/serve/agent_fixture.h"

namespace evidenced {
namespace {

using grpc::StatusCode;
using grpc::health::v1::HealthCheckResponse;

class Running : public AgentFixture {
 protected:
  // Whether the collector gets `count` requests within 10 s.
  bool WaitForRequests(size_t count) {
    for (int i = 0; i < 2000; ++i) {
      if (collector_.requests() >= count) return true;
      absl::SleepFor(absl::Milliseconds(5));
    }
    return false;
  }
};

TEST_F(Running, AnswersHealthWhileTheDeviceHangs) {
  Start();
  collector_.SetHanging(FakeCollector::Device::kHangs);
  const auto channel = TlsChannel(Verifier());
  grpc::Status evidence;
  std::thread asking(
      [&channel, &evidence] { evidence = GetEvidence(channel, Request()); });
  EXPECT_TRUE(WaitForRequests(1));
  for (int i = 0; i < 50; ++i) {
    HealthCheckResponse health;
    EXPECT_TRUE(CheckHealth(channel, "", health).ok());
    EXPECT_EQ(health.status(), HealthCheckResponse::SERVING);
  }
  collector_.SetHanging(FakeCollector::Device::kAnswers);
  asking.join();
  EXPECT_TRUE(evidence.ok()) << evidence.error_message();
}

TEST_F(Running, LimitsTheWaitForTheDevice) {
  config_.mutable_limits()->set_device_timeout_seconds(1);
  Start();
  collector_.SetHanging(FakeCollector::Device::kHangs);
  EXPECT_EQ(GetEvidence(TlsChannel(Verifier()), Request()).error_code(),
            StatusCode::DEADLINE_EXCEEDED);
}

TEST_F(Running, PassesTheClientsDeadlineOn) {
  Start();
  grpc::ClientContext context;
  const absl::Time deadline = absl::Now() + absl::Seconds(1);
  context.set_deadline(absl::ToChronoTime(deadline));
  v1::Evidence evidence;
  ASSERT_TRUE(v1::EvidenceService::NewStub(TlsChannel(Verifier()))
                  ->GetEvidence(&context, Request(), &evidence)
                  .ok());
  EXPECT_LE(collector_.last_waiter().deadline,
            deadline + absl::Milliseconds(500));
  EXPECT_FALSE(collector_.last_waiter().limited);
  EXPECT_TRUE(GetEvidence(TlsChannel(Verifier()), Request()).ok());
  EXPECT_TRUE(collector_.last_waiter().limited);
}

TEST_F(Running, SurvivesAClientThatGoesWhileTheDeviceHangs) {
  Start();
  collector_.SetHanging(FakeCollector::Device::kHangs);
  const auto channel = TlsChannel(Verifier());
  grpc::ClientContext context;
  std::thread asking([&context, &channel] {
    v1::Evidence evidence;
    const grpc::Status status =
        v1::EvidenceService::NewStub(channel)->GetEvidence(&context, Request(),
                                                           &evidence);
    EXPECT_EQ(status.error_code(), StatusCode::CANCELLED);
  });
  EXPECT_TRUE(WaitForRequests(1));
  context.TryCancel();
  asking.join();
  collector_.SetHanging(FakeCollector::Device::kAnswers);
  EXPECT_TRUE(GetEvidence(channel, Request()).ok());
}

TEST_F(Running, TellsTheCollectorThatAClientHasGone) {
  Start();
  collector_.SetHanging(FakeCollector::Device::kHangs);
  grpc::ClientContext context;
  const auto channel = TlsChannel(Verifier());
  std::thread asking([&context, &channel] {
    v1::Evidence evidence;
    EXPECT_FALSE(v1::EvidenceService::NewStub(channel)
                     ->GetEvidence(&context, Request(), &evidence)
                     .ok());
  });
  EXPECT_TRUE(WaitForRequests(1));
  const Waiter waiter = collector_.last_waiter();
  EXPECT_EQ(waiter.caller, kVerifierName);
  EXPECT_FALSE(waiter.gone());
  context.TryCancel();
  asking.join();
  while (!waiter.gone()) absl::SleepFor(absl::Milliseconds(5));
}

TEST_F(Running, LimitsWhatOneCallerHolds) {
  config_.mutable_limits()->set_queue_length(8);  // of which one caller has 2
  Start();
  collector_.SetHanging(FakeCollector::Device::kHangs);
  const auto channel = TlsChannel(Verifier());
  std::vector<std::thread> asking;
  asking.reserve(3);
  for (int i = 0; i < 2; ++i) {
    asking.emplace_back(
        [&channel] { EXPECT_TRUE(GetEvidence(channel, Request()).ok()); });
  }
  EXPECT_TRUE(WaitForRequests(2));
  EXPECT_EQ(GetEvidence(channel, Request()).error_code(),
            StatusCode::RESOURCE_EXHAUSTED);
  CertificateSpec other = Leaf();
  other.uri_sans = {"spiffe://fleet.example/verifier/2"};
  const auto others = TlsChannel(Client(other));
  asking.emplace_back([&others] { EXPECT_TRUE(GetMeasurements(others).ok()); });
  EXPECT_TRUE(WaitForRequests(3));
  collector_.SetHanging(FakeCollector::Device::kAnswers);
  for (std::thread& thread : asking) thread.join();
  EXPECT_TRUE(GetEvidence(channel, Request()).ok());
}

TEST_F(Running, LetsAnOpenRequestEndBeforeItStops) {
  Start();
  collector_.SetHanging(FakeCollector::Device::kHangs);
  const auto channel = TlsChannel(Verifier());
  grpc::Status evidence;
  std::thread asking(
      [&channel, &evidence] { evidence = GetEvidence(channel, Request()); });
  EXPECT_TRUE(WaitForRequests(1));
  std::thread stopping([this] { agent_->Stop(absl::Seconds(20)); });
  collector_.SetHanging(FakeCollector::Device::kAnswers);
  asking.join();
  stopping.join();
  EXPECT_TRUE(evidence.ok()) << evidence.error_message();
  HealthCheckResponse health;
  EXPECT_EQ(CheckHealth(TlsChannel(Verifier()), "", health).error_code(),
            StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace evidenced
