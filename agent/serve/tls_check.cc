#include "agent/serve/tls_check.h"

#include <sys/socket.h>
#include <sys/time.h>

#include <cstdint>
#include <memory>

#include "absl/strings/str_cat.h"
#include "openssl/ssl.h"

#include "quote/crypto/openssl_ptr.h"

namespace evidenced {
namespace {

constexpr int kTimeoutSeconds = 5;

using SslCtxPtr = std::unique_ptr<SSL_CTX, OpensslFree<SSL_CTX_free>>;
using SslPtr = std::unique_ptr<SSL, OpensslFree<SSL_free>>;

SslCtxPtr MakeTls12Context() {
  SslCtxPtr context(SSL_CTX_new(TLS_client_method()));
  if (context == nullptr) return context;
  SSL_CTX_clear_options(context.get(), SSL_OP_NO_TLSv1_2);
  if (SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) != 1 ||
      SSL_CTX_set_max_proto_version(context.get(), TLS1_2_VERSION) != 1) {
    return nullptr;
  }
  return context;
}

// RFC 8446, section 6: what the alert "protocol_version" becomes.
bool IsVersionAlert(unsigned long error) {
  return ERR_GET_LIB(error) == ERR_LIB_SSL &&
         ERR_GET_REASON(error) == SSL_R_TLSV1_ALERT_PROTOCOL_VERSION;
}

}  // namespace

absl::Status CheckOldTlsIsRefused(int fd) {
  const timeval timeout = {.tv_sec = kTimeoutSeconds, .tv_usec = 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
  const SslCtxPtr context = MakeTls12Context();
  const SslPtr ssl(context == nullptr ? nullptr : SSL_new(context.get()));
  const BioPtr bio(BIO_new_socket(fd, BIO_NOCLOSE));
  if (ssl == nullptr || bio == nullptr) {
    return absl::InternalError(absl::StrCat(
        "expected a client for the TLS 1.2 check, found: ", OpensslError()));
  }
  BIO_up_ref(bio.get());
  SSL_set_bio(ssl.get(), bio.get(), bio.get());
  if (SSL_connect(ssl.get()) == 1) {
    return absl::InternalError(
        "expected the server to refuse TLS 1.2, found that it takes it");
  }
  // A server that takes the version fails later, for want of a certificate, and
  // with another alert: only this one says that it is the version.
  if (!IsVersionAlert(ERR_peek_last_error())) {
    return absl::InternalError(
        absl::StrCat("expected the server to refuse TLS 1.2 with the alert "
                     "protocol_version, found: ",
                     OpensslError()));
  }
  ERR_clear_error();
  return absl::OkStatus();
}

}  // namespace evidenced
