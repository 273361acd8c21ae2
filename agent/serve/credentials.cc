#include "agent/serve/credentials.h"

#include <atomic>
#include <string>
#include <utility>

#include "grpc/grpc.h"
#include "grpc/grpc_security.h"

namespace evidenced {
namespace {

// What gRPC asks at each handshake for one acceptor.
class Fetcher {
 public:
  explicit Fetcher(std::shared_ptr<const TlsMaterial> material)
      : material_(std::move(material)) {}

  static grpc_ssl_certificate_config_reload_status Fetch(
      void* self, grpc_ssl_server_certificate_config** config) {
    return static_cast<Fetcher*>(self)->Fetch(config);
  }

 private:
  grpc_ssl_certificate_config_reload_status Fetch(
      grpc_ssl_server_certificate_config** config) {
    if (given_.exchange(true)) {
      return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
    }
    grpc_ssl_pem_key_cert_pair pair = {material_->key_pem.c_str(),
                                       material_->chain_pem.c_str()};
    *config = grpc_ssl_server_certificate_config_create(
        material_->client_ca_pem.c_str(), &pair, 1);
    return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW;
  }

  std::shared_ptr<const TlsMaterial> material_;
  std::atomic<bool> given_{false};
};

// gRPC's own subclasses are not public; its C API is.
class Credentials final : public grpc::ServerCredentials {
 public:
  // `fetcher` lives as long as the credentials; null if they need none.
  Credentials(grpc_server_credentials* credentials,
              std::unique_ptr<Fetcher> fetcher)
      : fetcher_(std::move(fetcher)), credentials_(credentials) {}
  Credentials(const Credentials&) = delete;
  Credentials& operator=(const Credentials&) = delete;
  ~Credentials() override { grpc_server_credentials_release(credentials_); }

  // Never: see Admission.
  void SetAuthMetadataProcessor(
      const std::shared_ptr<grpc::AuthMetadataProcessor>& /*unused*/) override {
  }

 private:
  int AddPortToServer(const std::string& address,
                      grpc_server* server) override {
    return grpc_server_add_http2_port(server, address.c_str(), credentials_);
  }

  std::unique_ptr<Fetcher> fetcher_;
  grpc_server_credentials* credentials_;
};

}  // namespace

std::shared_ptr<grpc::ServerCredentials> MakeTlsCredentials(
    std::shared_ptr<const TlsMaterial> material) {
  auto fetcher = std::make_unique<Fetcher>(std::move(material));
  grpc_server_credentials* credentials =
      grpc_ssl_server_credentials_create_with_options(
          grpc_ssl_server_credentials_create_options_using_config_fetcher(
              GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY,
              &Fetcher::Fetch, fetcher.get()));
  return std::make_shared<Credentials>(credentials, std::move(fetcher));
}

std::shared_ptr<grpc::ServerCredentials> MakeUnixCredentials() {
  return std::make_shared<Credentials>(
      grpc_local_server_credentials_create(UDS), nullptr);
}

}  // namespace evidenced
