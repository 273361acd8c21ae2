#ifndef AGENT_CLIENT_HTTPS_CLIENT_H_
#define AGENT_CLIENT_HTTPS_CLIENT_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"

#include "agent/client/http.h"

namespace evidenced {

struct HttpsOptions {
  // CA certificates, PEM, that take the place of the system's. Empty: those.
  std::string ca_file;
  // "http://host:port". Empty: none; the environment names none.
  std::string proxy;
};

// https and nothing else, TLS 1.2 or 1.3, with a certificate for the name in
// the URL, also where a server sends the client elsewhere, at most three times.
// No credentials, no cookies, no compression.
class HttpsClient final : public HttpGetter {
 public:
  // NOT_FOUND and so on: the CA file, as ReadFile(). INTERNAL: no libcurl.
  static absl::StatusOr<std::unique_ptr<HttpsClient>> Open(
      HttpsOptions options);
  ~HttpsClient() override;

  absl::StatusOr<HttpReply> Get(const HttpRequest& request) override;

 private:
  struct Handle;
  HttpsClient(HttpsOptions options, std::unique_ptr<Handle> handle);

  HttpsOptions options_;
  std::unique_ptr<Handle> handle_;
};

}  // namespace evidenced

#endif  // AGENT_CLIENT_HTTPS_CLIENT_H_
