// What the running agent does: unix socket, health, deadlines, logs, stopping.
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/clock.h"

#include "agent/serve/tls_check.h"
#include "tests/agent/serve/agent_fixture.h"

namespace evidenced {
namespace {

using grpc::StatusCode;
using grpc::health::v1::HealthCheckResponse;

class Running : public AgentFixture {
 protected:
  void AllowUnix(const std::string& role) {
    v1::UnixRoleRule& rule = *config_.add_unix_role();
    rule.set_uid(getuid());
    rule.add_roles(role);
  }

  static std::vector<v1::EventLogChunk> ReadLog(
      const std::shared_ptr<grpc::Channel>& channel,
      const v1::StreamEventLogRequest& request, grpc::Status& status) {
    grpc::ClientContext context;
    const auto reader = v1::EvidenceService::NewStub(channel)->StreamEventLog(
        &context, request);
    std::vector<v1::EventLogChunk> chunks;
    v1::EventLogChunk chunk;
    while (reader->Read(&chunk)) chunks.push_back(chunk);
    status = reader->Finish();
    return chunks;
  }

  // Whether the collector gets `count` requests within 10 s.
  bool WaitForRequests(size_t count) {
    for (int i = 0; i < 2000; ++i) {
      if (collector_.requests() >= count) return true;
      absl::SleepFor(absl::Milliseconds(5));
    }
    return false;
  }
};

v1::StreamEventLogRequest LogRequest(uint64_t start, uint64_t count) {
  v1::StreamEventLogRequest request;
  request.set_label("log.tcg2");
  request.set_start(start);
  request.set_count(count);
  return request;
}

TEST_F(Running, ServesALocalVerifierWithoutTls) {
  AllowUnix("verifier");
  Start();
  ASSERT_TRUE(GetEvidence(UnixChannel(), Request()).ok());
  const Challenge challenge = collector_.last_challenge();
  EXPECT_EQ(challenge.role, 3);
  EXPECT_TRUE(challenge.certificate.empty());
  EXPECT_TRUE(challenge.spki.empty());
  EXPECT_TRUE(challenge.peer.empty());
  v1::GetEvidenceRequest request = Request();
  request.set_server_certificate_sha256(std::string(32, 'x'));
  EXPECT_EQ(GetEvidence(UnixChannel(), request).error_code(),
            StatusCode::INVALID_ARGUMENT);
}

TEST_F(Running, DeniesALocalProbeEvidence) {
  AllowUnix("health");
  Start();
  HealthCheckResponse health;
  EXPECT_TRUE(CheckHealth(UnixChannel(), "", health).ok());
  EXPECT_EQ(GetEvidence(UnixChannel(), Request()).error_code(),
            StatusCode::PERMISSION_DENIED);
}

TEST_F(Running, ClosesTheConnectionOfAProcessWithoutRule) {
  v1::UnixRoleRule& rule = *config_.add_unix_role();
  rule.set_uid(getuid() + 1);
  rule.add_roles("verifier");
  Start();
  HealthCheckResponse health;
  EXPECT_EQ(CheckHealth(UnixChannel(), "", health).error_code(),
            StatusCode::UNAVAILABLE);
}

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

TEST_F(Running, ReportsTheHealthOfTheTpm) {
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

TEST_F(Running, ReportsTheHealthOfASourceThatComesLater) {
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

TEST_F(Running, ForgetsASourceThatTurnsOutNotToBeThere) {
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

TEST_F(Running, StreamsALogInWholeEventsAndLargeEventsInPieces) {
  constexpr size_t kMiB = size_t{1} << 20;
  LogSnapshot log;
  log.offsets = {0, 10, kMiB / 2, kMiB, 3 * kMiB + 5};
  log.bytes.resize(3 * kMiB + 105);
  for (size_t i = 0; i < log.bytes.size(); ++i) {
    log.bytes[i] = static_cast<uint8_t>(i * 7);
  }
  collector_.SetLog(log);
  Start();
  const auto channel = TlsChannel(Verifier());
  grpc::Status status;
  const auto chunks = ReadLog(channel, LogRequest(0, 0), status);
  ASSERT_TRUE(status.ok()) << status.error_message();
  std::string whole;
  uint64_t events = 0;
  for (const v1::EventLogChunk& chunk : chunks) {
    EXPECT_EQ(chunk.offset(), whole.size());
    EXPECT_EQ(chunk.first_event(), events);
    EXPECT_LE(chunk.data().size(), kMiB);
    EXPECT_FALSE(chunk.data().empty());
    whole += chunk.data();
    events += chunk.events();
  }
  EXPECT_EQ(events, log.offsets.size());
  EXPECT_EQ(whole, ToString(log.bytes));
  EXPECT_EQ(chunks.front().data().size(), kMiB);
}

TEST_F(Running, StreamsTheEventsThatWereAskedFor) {
  LogSnapshot log;
  log.bytes = {'a', 'b', 'b', 'c', 'c', 'c'};
  log.offsets = {0, 1, 3};
  collector_.SetLog(log);
  Start();
  const auto channel = TlsChannel(Verifier());
  grpc::Status status;
  auto chunks = ReadLog(channel, LogRequest(1, 1), status);
  ASSERT_EQ(chunks.size(), 1U);
  EXPECT_EQ(chunks[0].data(), "bb");
  EXPECT_EQ(chunks[0].offset(), 1U);
  EXPECT_EQ(chunks[0].first_event(), 1U);
  EXPECT_EQ(chunks[0].events(), 1U);
  chunks = ReadLog(channel, LogRequest(1, UINT64_MAX), status);
  ASSERT_EQ(chunks.size(), 1U);
  EXPECT_EQ(chunks[0].data(), "bbccc");
  chunks = ReadLog(channel, LogRequest(3, 0), status);
  EXPECT_TRUE(chunks.empty());
  EXPECT_TRUE(status.ok());
  chunks = ReadLog(channel, LogRequest(4, 0), status);
  EXPECT_TRUE(chunks.empty());
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  v1::StreamEventLogRequest unknown = LogRequest(0, 0);
  unknown.set_label("log.none");
  chunks = ReadLog(channel, unknown, status);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
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

TEST_F(Running, DoesNotWaitForAHealthWatcherWhenItStops) {
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

TEST_F(Running, TellsWatchersOfEachChange) {
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

TEST_F(Running, LimitsTheWatchesOfOneCaller) {
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

TEST_F(Running, ReflectsOnlyWhereThatIsWanted) {
  const auto ask = [this] {
    const auto channel = TlsChannel(Verifier());
    const grpc::internal::RpcMethod method(
        "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
        grpc::internal::RpcMethod::BIDI_STREAMING, channel);
    grpc::ClientContext context;
    using Message = grpc::health::v1::HealthCheckRequest;  // any will do
    const std::unique_ptr<grpc::ClientReaderWriter<Message, Message>> stream(
        grpc::internal::ClientReaderWriterFactory<Message, Message>::Create(
            channel.get(), method, &context));
    stream->WritesDone();
    return stream->Finish().error_code();
  };
  Start();
  EXPECT_EQ(ask(), StatusCode::UNIMPLEMENTED);
  agent_.reset();
  config_.mutable_listen()->set_reflection(true);
  Start();
  EXPECT_EQ(ask(), StatusCode::OK);
}

TEST_F(Running, DoesNotInflateRequests) {
  Start();
  grpc::ClientContext context;
  context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
  v1::GetEvidenceRequest request = Request();
  request.set_user_data(std::string(60000, 'u'));
  v1::Evidence evidence;
  EXPECT_EQ(v1::EvidenceService::NewStub(TlsChannel(Verifier()))
                ->GetEvidence(&context, request, &evidence)
                .error_code(),
            StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(collector_.requests(), 0U);
}

// Without descriptors gRPC's own listener would never accept again.
TEST_F(Running, AcceptsAgainAfterItRanOutOfDescriptors) {
  Start();
  const ClientIdentity verifier = Verifier();
  HealthCheckResponse health;
  ASSERT_TRUE(CheckHealth(TlsChannel(verifier), "", health).ok());

  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_GE(fd, 0);
  rlimit before = {};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  // Below the lowest free descriptor all are taken: no new one is to be had.
  const int lowest = dup(fd);
  close(lowest);
  rlimit none = before;
  none.rlim_cur = static_cast<rlim_t>(lowest);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port()));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(
      connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)),
      0);
  absl::SleepFor(absl::Milliseconds(200));
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  // The connection that waited is served too.
  EXPECT_TRUE(CheckOldTlsIsRefused(fd).ok());
  close(fd);
  EXPECT_TRUE(CheckHealth(TlsChannel(verifier), "", health).ok());
}

TEST_F(Running, MakesConnectionsWaitAtTheLimitUntilOneEnds) {
  config_.mutable_limits()->set_max_connections(1);
  Start();
  const ClientIdentity verifier = Verifier();
  HealthCheckResponse health;
  auto first = TlsChannel(verifier);
  ASSERT_TRUE(CheckHealth(first, "", health).ok());
  const auto second = TlsChannel(verifier);
  EXPECT_EQ(second->WaitForConnected(std::chrono::system_clock::now() +
                                     std::chrono::milliseconds(300)),
            false);
  first.reset();
  EXPECT_TRUE(second->WaitForConnected(std::chrono::system_clock::now() +
                                       std::chrono::seconds(20)));
  EXPECT_TRUE(CheckHealth(second, "", health).ok());
}

TEST_F(Running, KeepsRoomForLocalConnectionsAtTheLimit) {
  config_.mutable_limits()->set_max_connections(1);
  AllowUnix("health");
  Start();
  const auto first = TlsChannel(Verifier());
  HealthCheckResponse health;
  ASSERT_TRUE(CheckHealth(first, "", health).ok());
  EXPECT_TRUE(CheckHealth(UnixChannel(), "", health).ok());
}

}  // namespace
}  // namespace evidenced
