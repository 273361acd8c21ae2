// Who gets in: TLS, certificates, roles.
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/time/clock.h"

#include "agent/serve/tls_check.h"
#include "tests/agent/serve/agent_fixture.h"

namespace evidenced {
namespace {

using grpc::StatusCode;

class Channel : public AgentFixture {
 protected:
  void SetUp() override { Start(); }
};

TEST_F(Channel, ServesAVerifier) {
  const auto channel = TlsChannel(Verifier());
  const grpc::Status status = GetEvidence(channel, Request());
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_TRUE(GetMeasurements(channel).ok());
  v1::Platform platform;
  ASSERT_TRUE(GetPlatform(channel, platform).ok());
  EXPECT_EQ(platform.agent_version(), "1.2.3");
  EXPECT_EQ(platform.limits().min_nonce_bytes(), 32U);
  EXPECT_EQ(platform.limits().max_nonce_bytes(), 64U);
  EXPECT_EQ(platform.limits().max_request_bytes(), 131072U);
}

TEST_F(Channel, RefusesAClientWithoutCertificate) {
  ClientIdentity nobody = Verifier();
  nobody.chain_pem.clear();
  nobody.key_pem.clear();
  EXPECT_EQ(GetEvidence(TlsChannel(nobody), Request()).error_code(),
            StatusCode::UNAVAILABLE);
  EXPECT_EQ(collector_.requests(), 0U);
}

TEST_F(Channel, RefusesACertificateOfAnotherCa) {
  CertificateSpec ca = CaSpec("clients");
  ca.not_before = absl::Now() - absl::Hours(1);
  ca.not_after = absl::Now() + absl::Hours(1);
  CertificateSpec spec = Leaf();
  spec.uri_sans = {kVerifierName};
  const Issued stranger = Issue(spec, IssueRoot(ca));
  ClientIdentity identity = Verifier();
  identity.chain_pem = Pem(stranger.certificate);
  identity.key_pem = stranger.key.PrivatePem();
  EXPECT_EQ(GetEvidence(TlsChannel(identity), Request()).error_code(),
            StatusCode::UNAVAILABLE);
  EXPECT_EQ(collector_.requests(), 0U);
}

TEST_F(Channel, RefusesAnExpiredCertificate) {
  CertificateSpec spec = Leaf();
  spec.uri_sans = {kVerifierName};
  spec.not_after = absl::Now() - absl::Minutes(1);
  EXPECT_EQ(GetEvidence(TlsChannel(Client(spec)), Request()).error_code(),
            StatusCode::UNAVAILABLE);
}

TEST_F(Channel, DeniesACertificateWhoseNamesHaveNoRole) {
  CertificateSpec spec = Leaf();
  spec.uri_sans = {"spiffe://fleet.example/other/1"};
  const auto channel = TlsChannel(Client(spec));
  EXPECT_EQ(GetEvidence(channel, Request()).error_code(),
            StatusCode::PERMISSION_DENIED);
  grpc::health::v1::HealthCheckResponse health;
  EXPECT_EQ(CheckHealth(channel, "", health).error_code(),
            StatusCode::PERMISSION_DENIED);
}

TEST_F(Channel, NeverReadsARoleFromTheCommonName) {
  const auto channel = TlsChannel(Client(Leaf()));
  EXPECT_EQ(GetEvidence(channel, Request()).error_code(),
            StatusCode::PERMISSION_DENIED);
}

TEST_F(Channel, LetsAProbeAskForHealthAndNoMore) {
  CertificateSpec spec = Leaf();
  spec.uri_sans = {"spiffe://fleet.example/probe/1"};
  const auto channel = TlsChannel(Client(spec));
  grpc::health::v1::HealthCheckResponse health;
  EXPECT_TRUE(CheckHealth(channel, "", health).ok());
  EXPECT_EQ(health.status(), grpc::health::v1::HealthCheckResponse::SERVING);
  v1::Platform platform;
  EXPECT_TRUE(GetPlatform(channel, platform).ok());
  const grpc::Status status = GetMeasurements(channel);
  EXPECT_EQ(status.error_code(), StatusCode::PERMISSION_DENIED);
  EXPECT_TRUE(absl::StrContains(status.error_message(), "verifier"))
      << status.error_message();
  EXPECT_EQ(collector_.requests(), 0U);
}

TEST_F(Channel, TakesTheAudienceFromADnsNameWithoutUri) {
  CertificateSpec spec = Leaf();
  spec.dns_sans = {"verifier.fleet.example"};
  v1::GetEvidenceRequest request = Request();
  request.set_audience("dns:verifier.fleet.example");
  const auto channel = TlsChannel(Client(spec));
  EXPECT_TRUE(GetEvidence(channel, request).ok());
  request.set_audience("verifier.fleet.example");
  EXPECT_EQ(GetEvidence(channel, request).error_code(),
            StatusCode::PERMISSION_DENIED);
}

TEST_F(Channel, RefusesTls12) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port()));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(
      connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)),
      0);
  EXPECT_TRUE(CheckOldTlsIsRefused(fd).ok());
  close(fd);
}

TEST_F(Channel, BindsBothCertificatesIntoTheChallenge) {
  const ClientIdentity verifier = Verifier();
  ASSERT_TRUE(GetEvidence(TlsChannel(verifier), Request()).ok());
  const Challenge challenge = collector_.last_challenge();
  const auto client = CertificatesFromPem(verifier.chain_pem);
  ASSERT_TRUE(client.ok());
  EXPECT_EQ(challenge.role, 1);
  EXPECT_EQ(challenge.audience, kVerifierName);
  EXPECT_EQ(challenge.nonce, Bytes(32, 'n'));
  EXPECT_EQ(challenge.certificate, server_certificate().sha256());
  EXPECT_EQ(challenge.spki, server_certificate().spki_sha256());
  EXPECT_EQ(challenge.peer, client->front().spki_sha256());
}

TEST_F(Channel, RefusesWhatTheVerifierMayNotAsk) {
  const auto channel = TlsChannel(Verifier());
  v1::GetEvidenceRequest request = Request();
  request.set_audience("spiffe://fleet.example/verifier/2");
  EXPECT_EQ(GetEvidence(channel, request).error_code(),
            StatusCode::PERMISSION_DENIED);
  request = Request();
  request.set_server_certificate_sha256(std::string(32, 'x'));
  EXPECT_EQ(GetEvidence(channel, request).error_code(),
            StatusCode::FAILED_PRECONDITION);
  request.set_server_certificate_sha256(
      ToString(server_certificate().sha256()));
  EXPECT_TRUE(GetEvidence(channel, request).ok());
  request.set_nonce(std::string(31, 'n'));
  EXPECT_EQ(GetEvidence(channel, request).error_code(),
            StatusCode::INVALID_ARGUMENT);
  request = Request();
  request.set_user_data(std::string(200000, 'u'));
  EXPECT_EQ(GetEvidence(channel, request).error_code(),
            StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(collector_.requests(), 1U);
}

}  // namespace
}  // namespace evidenced
