// What local processes may have.
#include <unistd.h>

#include <memory>
#include <string>

#include "tests/agent/serve/agent_fixture.h"

namespace evidenced {
namespace {

using grpc::StatusCode;
using grpc::health::v1::HealthCheckResponse;

class UnixSocket : public AgentFixture {};

TEST_F(UnixSocket, ServesALocalVerifierWithoutTls) {
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

TEST_F(UnixSocket, DeniesALocalProbeEvidence) {
  AllowUnix("health");
  Start();
  HealthCheckResponse health;
  EXPECT_TRUE(CheckHealth(UnixChannel(), "", health).ok());
  EXPECT_EQ(GetEvidence(UnixChannel(), Request()).error_code(),
            StatusCode::PERMISSION_DENIED);
}

TEST_F(UnixSocket, ClosesTheConnectionOfAProcessWithoutRule) {
  v1::UnixRoleRule& rule = *config_.add_unix_role();
  rule.set_uid(getuid() + 1);
  rule.add_roles("verifier");
  Start();
  HealthCheckResponse health;
  EXPECT_EQ(CheckHealth(UnixChannel(), "", health).error_code(),
            StatusCode::UNAVAILABLE);
}

// The raw role.
class RawReports : public AgentFixture {
 protected:
  grpc::Status GetRaw(const std::shared_ptr<grpc::Channel>& channel,
                      const std::string& data) {
    grpc::ClientContext context;
    v1::GetRawReportRequest request;
    request.set_report_data(data);
    return v1::EvidenceService::NewStub(channel)->GetRawReport(
        &context, request, &report_);
  }

  v1::RawReport report_;
};

TEST_F(RawReports, GoToALocalProcessWithTheRole) {
  AllowUnix("raw");
  Start();
  const grpc::Status status = GetRaw(UnixChannel(), std::string(64, 'r'));
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(report_.provider(), "sev_guest");
  EXPECT_EQ(report_.report(), std::string(64, 'r'));
  // It lets nobody have more.
  EXPECT_EQ(GetEvidence(UnixChannel(), Request()).error_code(),
            StatusCode::PERMISSION_DENIED);
}

TEST_F(RawReports, GoToNobodyByDefault) {
  AllowUnix("verifier");
  AllowUnix("operator");
  AllowUnix("health");
  Start();
  EXPECT_EQ(GetRaw(UnixChannel(), std::string(64, 'r')).error_code(),
            StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(collector_.requests(), 0U);
}

TEST_F(RawReports, GoToNobodyOverTls) {
  // A configuration file cannot say that.
  config_.mutable_role(0)->add_roles("raw");
  Start();
  EXPECT_EQ(GetRaw(TlsChannel(Verifier()), std::string(64, 'r')).error_code(),
            StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(collector_.requests(), 0U);
}

TEST_F(RawReports, AreNeverOverWhatBoundEvidenceIsOver) {
  AllowUnix("raw");
  Start();
  for (const std::string& data :
       {"EVIDENCE" + std::string(56, 'r'), std::string(63, 'r'),
        std::string(65, 'r'), std::string()}) {
    EXPECT_EQ(GetRaw(UnixChannel(), data).error_code(),
              StatusCode::INVALID_ARGUMENT);
  }
  EXPECT_EQ(collector_.requests(), 0U);
}

}  // namespace
}  // namespace evidenced
