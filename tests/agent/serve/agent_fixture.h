#ifndef TESTS_AGENT_SERVE_AGENT_FIXTURE_H_
#define TESTS_AGENT_SERVE_AGENT_FIXTURE_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "gtest/gtest.h"

#include "evidence/v1/config.pb.h"
#include "evidence/v1/service.grpc.pb.h"

#include "agent/serve/server.h"
#include "health/health.grpc.pb.h"
#include "tests/agent/serve/fake_collector.h"
#include "tests/quote/certificate_builder.h"

namespace evidenced {

inline constexpr char kVerifierName[] = "spiffe://fleet.example/verifier/1";

// A certificate, its key and the CA that its holder trusts: what a client needs
// for TLS.
struct ClientIdentity {
  std::string chain_pem;
  std::string key_pem;
  std::string ca_pem;
};

// An agent on a free port and a unix socket in a folder of its own, with
// certificates made at run time, over a fake collector.
class AgentFixture : public testing::Test {
 protected:
  AgentFixture();
  ~AgentFixture() override;

  // The agent runs once this was called; `config_` may be changed before.
  void Start();

  // A rule for this process on the unix socket.
  void AllowUnix(const std::string& role);

  // An identity issued by the CA that the agent trusts.
  ClientIdentity Client(const CertificateSpec& spec);
  ClientIdentity Verifier();
  // A valid leaf for a client, by default without any name.
  static CertificateSpec Leaf();

  std::shared_ptr<grpc::Channel> TlsChannel(
      const ClientIdentity& identity) const;
  std::shared_ptr<grpc::Channel> UnixChannel();
  int port() const { return port_; }
  std::string folder() const { return folder_; }
  const Certificate& server_certificate() const {
    return server_leaf_.certificate;
  }

  // A request that the agent accepts from Verifier().
  static v1::GetEvidenceRequest Request();

  // Calls once, with a deadline of 10 s.
  static grpc::Status GetEvidence(const std::shared_ptr<grpc::Channel>& channel,
                                  const v1::GetEvidenceRequest& request);
  static grpc::Status GetMeasurements(
      const std::shared_ptr<grpc::Channel>& channel);
  static grpc::Status GetPlatform(const std::shared_ptr<grpc::Channel>& channel,
                                  v1::Platform& platform);
  static grpc::Status CheckHealth(
      const std::shared_ptr<grpc::Channel>& channel, const std::string& service,
      grpc::health::v1::HealthCheckResponse& response);

  std::string folder_;
  Issued client_ca_;
  Issued server_ca_;
  Issued server_leaf_;
  v1::AgentConfig config_;
  FakeCollector collector_;
  std::unique_ptr<AgentServer> agent_;
  int port_ = 0;
};

// A new folder under the system's temporary one.
std::string MakeFolder();
// With mode 0600.
void WriteFile(const std::string& path, const std::string& text);

}  // namespace evidenced

#endif  // TESTS_AGENT_SERVE_AGENT_FIXTURE_H_
