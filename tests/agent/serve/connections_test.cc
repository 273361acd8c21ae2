#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <string>

#include "absl/time/clock.h"

#include "agent/serve/tls_check.h"
#include "tests/agent/serve/agent_fixture.h"

namespace evidenced {
namespace {

using grpc::StatusCode;
using grpc::health::v1::HealthCheckResponse;

class Connections : public AgentFixture {};

TEST_F(Connections, ReflectsOnlyWhereThatIsWanted) {
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

TEST_F(Connections, DoesNotInflateRequests) {
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

TEST_F(Connections, AcceptsAgainAfterItRanOutOfDescriptors) {
  Start();
  const ClientIdentity verifier = Verifier();
  HealthCheckResponse health;
  // More than once: UBSan opens a pipe when it first sees an object's type, and
  // what the first call leaves behind must not do that below.
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(CheckHealth(TlsChannel(verifier), "", health).ok());
  }

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

TEST_F(Connections, MakesConnectionsWaitAtTheLimitUntilOneEnds) {
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

TEST_F(Connections, KeepsRoomForLocalConnectionsAtTheLimit) {
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
