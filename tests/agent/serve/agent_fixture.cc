#include "tests/agent/serve/agent_fixture.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"

#include "agent/serve/config.h"
#include "agent/serve/log.h"
#include "agent/tls/tls13.h"

namespace evidenced {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(10);

// As main() does, before anything uses TLS.
[[maybe_unused]] const bool kTls13 = RequireTls13().ok();

CertificateSpec Now(CertificateSpec spec) {
  spec.not_before = absl::Now() - absl::Hours(1);
  spec.not_after = absl::Now() + absl::Hours(1);
  return spec;
}

CertificateSpec ServerSpec() {
  CertificateSpec spec = Now({});
  spec.common_name = "agent";
  spec.extended_key_usage = "serverAuth";
  spec.dns_sans = {"localhost"};
  return spec;
}

std::shared_ptr<grpc::Channel> NewChannel(
    const std::string& target,
    const std::shared_ptr<grpc::ChannelCredentials>& credentials) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetSslTargetNameOverride("localhost");
  return grpc::CreateCustomChannel(target, credentials, arguments);
}

void SetDeadline(grpc::ClientContext& context) {
  context.set_deadline(absl::ToChronoTime(absl::Now() + kPatience));
}

}  // namespace

std::string MakeFolder() {
  std::string folder =
      (std::filesystem::temp_directory_path() / "evidenced-XXXXXX").string();
  EXPECT_NE(mkdtemp(folder.data()), nullptr);
  return folder;
}

void WriteFile(const std::string& path, const std::string& text) {
  const int fd =
      open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  ASSERT_GE(fd, 0) << path;
  EXPECT_EQ(write(fd, text.data(), text.size()),
            static_cast<ssize_t>(text.size()));
  close(fd);
}

AgentFixture::AgentFixture()
    : folder_(MakeFolder()),
      client_ca_(IssueRoot(Now(CaSpec("clients")))),
      server_ca_(IssueRoot(Now(CaSpec("servers")))),
      server_leaf_(Issue(ServerSpec(), server_ca_)) {
  InitLog("error");
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));  // as main() does
  WriteFile(folder_ + "/server.pem", Pem(server_leaf_.certificate));
  WriteFile(folder_ + "/server.key", server_leaf_.key.PrivatePem());
  WriteFile(folder_ + "/clients-ca.pem", Pem(client_ca_.certificate));
  const auto config = ParseConfig(
      absl::StrCat("[listen]\ntcp = [\"127.0.0.1:0\"]\nunix = \"", folder_,
                   "/agent.sock\"\n[tls]\ncertificate = \"", folder_,
                   "/server.pem\"\nkey = \"", folder_,
                   "/server.key\"\nclient_ca = \"", folder_,
                   "/clients-ca.pem\"\n", R"(
[[role]]
uri = "spiffe://fleet.example/verifier/*"
roles = ["verifier"]
[[role]]
uri = "spiffe://fleet.example/probe/*"
roles = ["health"]
[[role]]
dns = "verifier.fleet.example"
roles = ["verifier"]
[limits]
device_timeout_seconds = 2
)"),
      "test");
  EXPECT_TRUE(config.ok()) << config.status();
  config_ = *config;
}

AgentFixture::~AgentFixture() {
  collector_.SetHanging(FakeCollector::Device::kAnswers);
  agent_.reset();
  std::filesystem::remove_all(folder_);
}

void AgentFixture::AllowUnix(const std::string& role) {
  v1::UnixRoleRule& rule = *config_.add_unix_role();
  rule.set_uid(getuid());
  rule.add_roles(role);
}

void AgentFixture::Start() {
  auto material = LoadTlsMaterial(config_.tls(), absl::Now());
  ASSERT_TRUE(material.ok()) << material.status();
  auto agent = AgentServer::Start(config_, *material, collector_);
  ASSERT_TRUE(agent.ok()) << agent.status();
  agent_ = *std::move(agent);
  const std::string line = agent_->ServingLine();
  const std::string prefix = "serving on tcp 127.0.0.1:";
  ASSERT_EQ(line.substr(0, prefix.size()), prefix);
  const std::string rest = line.substr(prefix.size());
  ASSERT_TRUE(absl::SimpleAtoi(rest.substr(0, rest.find(' ')), &port_)) << line;
}

CertificateSpec AgentFixture::Leaf() {
  CertificateSpec spec = Now({});
  spec.common_name = kVerifierName;  // the CN must never count
  spec.extended_key_usage = "clientAuth";
  return spec;
}

ClientIdentity AgentFixture::Client(const CertificateSpec& spec) {
  const Issued leaf = Issue(spec, client_ca_);
  return {.chain_pem = Pem(leaf.certificate),
          .key_pem = leaf.key.PrivatePem(),
          .ca_pem = Pem(server_ca_.certificate)};
}

ClientIdentity AgentFixture::Verifier() {
  CertificateSpec spec = Leaf();
  spec.uri_sans = {kVerifierName};
  return Client(spec);
}

std::shared_ptr<grpc::Channel> AgentFixture::TlsChannel(
    const ClientIdentity& identity) const {
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = identity.ca_pem;
  options.pem_cert_chain = identity.chain_pem;
  options.pem_private_key = identity.key_pem;
  return NewChannel(absl::StrCat("127.0.0.1:", port_),
                    grpc::SslCredentials(options));
}

std::shared_ptr<grpc::Channel> AgentFixture::UnixChannel() {
  return NewChannel("unix:" + config_.listen().unix(),
                    grpc::InsecureChannelCredentials());
}

v1::GetEvidenceRequest AgentFixture::Request() {
  v1::GetEvidenceRequest request;
  request.set_nonce(std::string(32, 'n'));
  request.set_audience(kVerifierName);
  return request;
}

grpc::Status AgentFixture::GetEvidence(
    const std::shared_ptr<grpc::Channel>& channel,
    const v1::GetEvidenceRequest& request) {
  grpc::ClientContext context;
  SetDeadline(context);
  v1::Evidence evidence;
  return v1::EvidenceService::NewStub(channel)->GetEvidence(&context, request,
                                                            &evidence);
}

grpc::Status AgentFixture::GetMeasurements(
    const std::shared_ptr<grpc::Channel>& channel) {
  grpc::ClientContext context;
  SetDeadline(context);
  v1::Measurements measurements;
  return v1::EvidenceService::NewStub(channel)->GetMeasurements(&context, {},
                                                                &measurements);
}

grpc::Status AgentFixture::GetPlatform(
    const std::shared_ptr<grpc::Channel>& channel, v1::Platform& platform) {
  grpc::ClientContext context;
  SetDeadline(context);
  return v1::EvidenceService::NewStub(channel)->GetPlatform(&context, {},
                                                            &platform);
}

grpc::Status AgentFixture::CheckHealth(
    const std::shared_ptr<grpc::Channel>& channel, const std::string& service,
    grpc::health::v1::HealthCheckResponse& response) {
  grpc::ClientContext context;
  SetDeadline(context);
  grpc::health::v1::HealthCheckRequest request;
  request.set_service(service);
  return grpc::health::v1::Health::NewStub(channel)->Check(&context, request,
                                                           &response);
}

}  // namespace evidenced
