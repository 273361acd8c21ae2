// Measures, in turns and in one process: GetEvidence of a running agent; a
// bare PCR read and quote of the same TPM; and an RPC over the same kind of
// connection that answers a message of the same size without any device.
// Prints one JSON object of medians in microseconds.
#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"

#include "evidence/v1/service.grpc.pb.h"

#include "agent/device/tpm.h"
#include "agent/tls/tls13.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

constexpr int kWarmUp = 50;
constexpr int kRounds = 600;

struct Arguments {
  std::string address;
  std::string ca;
  std::string cert;
  std::string key;
  std::string server_cert;
  std::string server_key;
  std::string server_name;
  std::string audience;
  std::string tcti;
};

[[noreturn]] void Fail(absl::string_view what, absl::string_view why) {
  std::cerr << "evidence_bench: " << what << ": " << why << "\n";
  std::exit(1);
}

// What fails is no measurement.
void Require(absl::string_view what, const absl::Status& status) {
  if (!status.ok()) Fail(what, status.message());
}

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) Fail(path, "expected a readable file, found none");
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// Answers GetEvidence with the same message, from memory.
class CannedService final : public v1::EvidenceService::CallbackService {
 public:
  explicit CannedService(v1::Evidence answer) : answer_(std::move(answer)) {}

  grpc::ServerUnaryReactor* GetEvidence(
      grpc::CallbackServerContext* context,
      const v1::GetEvidenceRequest* /*request*/,
      v1::Evidence* response) override {
    *response = answer_;
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

 private:
  v1::Evidence answer_;
};

std::unique_ptr<v1::EvidenceService::Stub> Connect(const Arguments& arguments,
                                                   const std::string& address) {
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = ReadFile(arguments.ca);
  options.pem_cert_chain = ReadFile(arguments.cert);
  options.pem_private_key = ReadFile(arguments.key);
  grpc::ChannelArguments channel;
  channel.SetSslTargetNameOverride(arguments.server_name);
  return v1::EvidenceService::NewStub(grpc::CreateCustomChannel(
      address, grpc::SslCredentials(options), channel));
}

v1::Evidence Ask(v1::EvidenceService::Stub& stub, const Arguments& arguments) {
  v1::GetEvidenceRequest request;
  request.set_nonce(std::string(32, 'n'));
  request.set_audience(arguments.audience);
  for (const char* label : {"tpm.ak", "log.tcg2", "log.ima"}) {
    request.add_labels(label);
  }
  grpc::ClientContext context;
  v1::Evidence evidence;
  const grpc::Status status = stub.GetEvidence(&context, request, &evidence);
  if (!status.ok()) Fail("GetEvidence", status.error_message());
  return evidence;
}

double MicrosecondsOf(const std::function<void()>& body) {
  const absl::Time start = absl::Now();
  body();
  return absl::ToDoubleMicroseconds(absl::Now() - start);
}

double Median(std::vector<double> values) {
  const auto middle =
      values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

std::vector<PcrBankSelection> QuotedPcrs(const v1::Evidence& evidence) {
  std::vector<PcrBankSelection> selection;
  for (const v1::RegisterBank& bank : evidence.registers()) {
    PcrBankSelection one{
        .algorithm = static_cast<HashAlgorithm>(bank.algorithm()), .pcrs = {}};
    for (const v1::Register& reg : bank.registers()) {
      one.pcrs.push_back(reg.index());
    }
    selection.push_back(std::move(one));
  }
  return selection;
}

int Run(const Arguments& arguments) {
  const auto agent = Connect(arguments, arguments.address);
  const v1::Evidence sample = Ask(*agent, arguments);
  const std::vector<PcrBankSelection> pcrs = QuotedPcrs(sample);

  CannedService service(sample);
  grpc::SslServerCredentialsOptions tls(
      GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  tls.pem_root_certs = ReadFile(arguments.ca);
  tls.pem_key_cert_pairs.push_back(
      {ReadFile(arguments.server_key), ReadFile(arguments.server_cert)});
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(tls),
                           &port);
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  const auto canned = Connect(arguments, absl::StrCat("127.0.0.1:", port));

  auto tpm = OpenTpm({.tcti = arguments.tcti});
  Require("TPM", tpm.status());
  std::vector<double> bare;
  std::vector<double> rpc;
  std::vector<double> evidence;
  for (int round = -kWarmUp; round < kRounds; ++round) {
    const double bare_us = MicrosecondsOf([&] {
      Require("ReadPcrs", (*tpm)->ReadPcrs(pcrs).status());
      Require("Quote", (*tpm)->Quote(Bytes(32, 0x5a), pcrs).status());
    });
    const double rpc_us = MicrosecondsOf([&] { Ask(*canned, arguments); });
    const double evidence_us = MicrosecondsOf([&] { Ask(*agent, arguments); });
    if (round < 0) continue;
    bare.push_back(bare_us);
    rpc.push_back(rpc_us);
    evidence.push_back(evidence_us);
  }
  std::cout << absl::StrFormat(
                   R"({"bare_us": %.1f, "rpc_us": %.1f, "evidence_us": %.1f})",
                   Median(bare), Median(rpc), Median(evidence))
            << std::endl;
  server->Shutdown();
  return 0;
}

int Main(int argc, char** argv) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  Require("TLS 1.3", RequireTls13());
  Arguments arguments;
  CLI::App app("Benchmarks GetEvidence", "evidence_bench");
  app.add_option("--address", arguments.address)->required();
  app.add_option("--ca", arguments.ca)->required();
  app.add_option("--cert", arguments.cert)->required();
  app.add_option("--key", arguments.key)->required();
  app.add_option("--server-cert", arguments.server_cert)->required();
  app.add_option("--server-key", arguments.server_key)->required();
  app.add_option("--server-name", arguments.server_name)->required();
  app.add_option("--audience", arguments.audience)->required();
  app.add_option("--tcti", arguments.tcti)->required();
  CLI11_PARSE(app, argc, argv);
  return Run(arguments);
}

}  // namespace
}  // namespace evidenced

int main(int argc, char** argv) {
  try {
    return evidenced::Main(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "evidence_bench: " << error.what() << "\n";
    return 1;
  }
}
