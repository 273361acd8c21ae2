#include <memory>
#include <vector>

#include "absl/time/clock.h"

#include "tests/agent/serve/agent_fixture.h"

namespace evidenced {
namespace {

using grpc::StatusCode;
using grpc::health::v1::HealthCheckResponse;

class Health : public AgentFixture {};

TEST_F(Health, ReportsTheHealthOfTheTpm) {
  Start();
  const auto channel = TlsChannel(Verifier());
  HealthCheckResponse health;
  ASSERT_TRUE(CheckHealth(channel, "source/tpm", health).ok());
  EXPECT_EQ(health.status(), HealthCheckResponse::SERVING);
  collector_.ReportHealth(
      {.source = "tpm", .available = false, .reason = "gone"});
  ASSERT_TRUE(CheckHealth(channel, "source/tpm", health).ok());
  EXPECT_EQ(health.status(), HealthCheckResponse::NOT_SERVING);
  ASSERT_TRUE(CheckHealth(channel, "evidence.v1.EvidenceService", health).ok());
  EXPECT_EQ(health.status(), HealthCheckResponse::SERVING);
  EXPECT_EQ(CheckHealth(channel, "source/none", health).error_code(),
            StatusCode::NOT_FOUND);
}

TEST_F(Health, ReportsTheHealthOfASourceThatComesLater) {
  Start();
  const auto channel = TlsChannel(Verifier());
  HealthCheckResponse health;
  EXPECT_EQ(CheckHealth(channel, "source/snp", health).error_code(),
            StatusCode::NOT_FOUND);
  collector_.ReportHealth({.source = "snp", .available = true, .reason = ""});
  ASSERT_TRUE(CheckHealth(channel, "source/snp", health).ok());
  EXPECT_EQ(health.status(), HealthCheckResponse::SERVING);
  collector_.ReportHealth({.source = "snp",
                           .available = false,
                           .reason = "no VMPCK",
                           .key_lost = true});
  ASSERT_TRUE(CheckHealth(channel, "source/snp", health).ok());
  EXPECT_EQ(health.status(), HealthCheckResponse::NOT_SERVING);
  ASSERT_TRUE(CheckHealth(channel, "source/tpm", health).ok());
  EXPECT_EQ(health.status(), HealthCheckResponse::SERVING);
}

TEST_F(Health, ForgetsASourceThatTurnsOutNotToBeThere) {
  Start();
  collector_.ReportHealth(
      {.source = "snp", .available = false, .reason = "hangs"});
  const auto channel = TlsChannel(Verifier());
  HealthCheckResponse health;
  ASSERT_TRUE(CheckHealth(channel, "source/snp", health).ok());
  EXPECT_EQ(health.status(), HealthCheckResponse::NOT_SERVING);
  collector_.ReportHealth({.source = "snp", .absent = true});
  EXPECT_EQ(CheckHealth(channel, "source/snp", health).error_code(),
            StatusCode::NOT_FOUND);
}

TEST_F(Health, DoesNotWaitForAHealthWatcherWhenItStops) {
  Start();
  const auto channel = TlsChannel(Verifier());
  const auto stub = grpc::health::v1::Health::NewStub(channel);
  grpc::ClientContext context;
  const auto watch = stub->Watch(&context, {});
  HealthCheckResponse health;
  ASSERT_TRUE(watch->Read(&health));
  EXPECT_EQ(health.status(), HealthCheckResponse::SERVING);
  const absl::Time begin = absl::Now();
  agent_->Stop(absl::Seconds(60));
  EXPECT_LT(absl::Now() - begin, absl::Seconds(30));
  ASSERT_TRUE(watch->Read(&health));
  EXPECT_EQ(health.status(), HealthCheckResponse::NOT_SERVING);
}

TEST_F(Health, TellsWatchersOfEachChange) {
  Start();
  const auto stub = grpc::health::v1::Health::NewStub(TlsChannel(Verifier()));
  grpc::health::v1::HealthCheckRequest request;
  request.set_service("source/tpm");
  grpc::ClientContext context;
  const auto watch = stub->Watch(&context, request);
  HealthCheckResponse health;
  ASSERT_TRUE(watch->Read(&health));
  EXPECT_EQ(health.status(), HealthCheckResponse::SERVING);
  collector_.ReportHealth(
      {.source = "tpm", .available = false, .reason = "gone"});
  ASSERT_TRUE(watch->Read(&health));
  EXPECT_EQ(health.status(), HealthCheckResponse::NOT_SERVING);

  request.set_service("source/none");
  grpc::ClientContext unknown_context;
  const auto unknown = stub->Watch(&unknown_context, request);
  ASSERT_TRUE(unknown->Read(&health));
  EXPECT_EQ(health.status(), HealthCheckResponse::SERVICE_UNKNOWN);
}

TEST_F(Health, LimitsTheWatchesOfOneCaller) {
  Start();
  const auto stub = grpc::health::v1::Health::NewStub(TlsChannel(Verifier()));
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::vector<std::unique_ptr<grpc::ClientReader<HealthCheckResponse>>> open;
  grpc::Status refused;
  while (refused.ok() && open.size() < 1000) {
    contexts.push_back(std::make_unique<grpc::ClientContext>());
    open.push_back(stub->Watch(contexts.back().get(), {}));
    HealthCheckResponse health;
    if (!open.back()->Read(&health)) refused = open.back()->Finish();
  }
  EXPECT_EQ(refused.error_code(), StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(open.size(), 65U);
  for (auto& context : contexts) context->TryCancel();
}

}  // namespace
}  // namespace evidenced
