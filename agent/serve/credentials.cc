#include "agent/serve/credentials.h"

#include <atomic>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "grpc/grpc.h"
#include "grpc/grpc_security.h"

#include "agent/serve/request_log.h"
#include "quote/base/bytes.h"

namespace evidenced {
namespace {

// Decides on one RPC.
class Gate {
 public:
  virtual ~Gate() = default;
  // `caller` gets the caller's name once it is known.
  virtual absl::Status Check(absl::string_view path,
                             const grpc_auth_context* context,
                             std::string& caller) = 0;
};

class TlsGate final : public Gate {
 public:
  explicit TlsGate(CallerCache& callers) : callers_(callers) {}

  absl::Status Check(absl::string_view path, const grpc_auth_context* context,
                     std::string& caller) override {
    grpc_auth_property_iterator properties =
        grpc_auth_context_find_properties_by_name(
            context, GRPC_X509_PEM_CERT_PROPERTY_NAME);
    const grpc_auth_property* pem =
        grpc_auth_property_iterator_next(&properties);
    if (pem == nullptr) {
      return absl::UnauthenticatedError(
          "expected a client certificate, found none");
    }
    const auto found =
        callers_.Find({pem->value, pem->value_length}, absl::Now());
    if (!found.ok()) return found.status();
    caller = (*found)->name;
    return CheckMethod(path, (*found)->roles);
  }

 private:
  CallerCache& callers_;
};

class UnixGate final : public Gate {
 public:
  explicit UnixGate(Roles roles) : roles_(roles) {}

  absl::Status Check(absl::string_view path,
                     const grpc_auth_context* /*context*/,
                     std::string& caller) override {
    caller = "unix";
    return CheckMethod(path, roles_);
  }

 private:
  Roles roles_;
};

absl::string_view PathOf(const grpc_metadata* metadata, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const grpc_slice& key = metadata[i].key;
    const absl::string_view name(
        reinterpret_cast<const char*>(GRPC_SLICE_START_PTR(key)),
        GRPC_SLICE_LENGTH(key));
    if (name != ":path") continue;
    const grpc_slice& value = metadata[i].value;
    return {reinterpret_cast<const char*>(GRPC_SLICE_START_PTR(value)),
            GRPC_SLICE_LENGTH(value)};
  }
  return "";
}

// gRPC's own subclasses are not public; its C API is.
class GatedCredentials final : public grpc::ServerCredentials {
 public:
  GatedCredentials(grpc_server_credentials* credentials,
                   std::unique_ptr<Gate> gate)
      : credentials_(credentials), gate_(std::move(gate)) {
    grpc_server_credentials_set_auth_metadata_processor(
        credentials_, {&GatedCredentials::Process, nullptr, gate_.get()});
  }
  GatedCredentials(const GatedCredentials&) = delete;
  GatedCredentials& operator=(const GatedCredentials&) = delete;
  ~GatedCredentials() override {
    grpc_server_credentials_release(credentials_);
  }

  void SetAuthMetadataProcessor(
      const std::shared_ptr<grpc::AuthMetadataProcessor>& /*unused*/) override {
  }

 private:
  int AddPortToServer(const std::string& address,
                      grpc_server* server) override {
    return grpc_server_add_http2_port(server, address.c_str(), credentials_);
  }

  static void Process(void* state, grpc_auth_context* context,
                      const grpc_metadata* metadata, size_t count,
                      grpc_process_auth_metadata_done_cb done,
                      void* user_data) {
    const absl::string_view path = PathOf(metadata, count);
    std::string caller;
    const absl::Status status =
        static_cast<Gate*>(state)->Check(path, context, caller);
    // What is let in is logged by its handler.
    if (!status.ok()) RequestLog(Printable(path), caller, 0).Write(status);
    const std::string message(status.message());
    done(user_data, nullptr, 0, nullptr, 0,
         static_cast<grpc_status_code>(status.code()), message.c_str());
  }

  grpc_server_credentials* credentials_;
  std::unique_ptr<Gate> gate_;
};

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

class FetchingTlsGate final : public Gate {
 public:
  FetchingTlsGate(std::unique_ptr<Fetcher> fetcher, CallerCache& callers)
      : fetcher_(std::move(fetcher)), gate_(callers) {}

  absl::Status Check(absl::string_view path, const grpc_auth_context* context,
                     std::string& caller) override {
    return gate_.Check(path, context, caller);
  }

 private:
  // Here because it must live as long as the credentials.
  std::unique_ptr<Fetcher> fetcher_;
  TlsGate gate_;
};

}  // namespace

std::shared_ptr<grpc::ServerCredentials> MakeTlsCredentials(
    std::shared_ptr<const TlsMaterial> material, CallerCache& callers) {
  auto fetcher = std::make_unique<Fetcher>(std::move(material));
  grpc_server_credentials* credentials =
      grpc_ssl_server_credentials_create_with_options(
          grpc_ssl_server_credentials_create_options_using_config_fetcher(
              GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY,
              &Fetcher::Fetch, fetcher.get()));
  return std::make_shared<GatedCredentials>(
      credentials,
      std::make_unique<FetchingTlsGate>(std::move(fetcher), callers));
}

std::shared_ptr<grpc::ServerCredentials> MakeUnixCredentials(Roles roles) {
  return std::make_shared<GatedCredentials>(
      grpc_local_server_credentials_create(UDS),
      std::make_unique<UnixGate>(roles));
}

}  // namespace evidenced
