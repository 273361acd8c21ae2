#include "agent/serve/tls_check.h"

#include <sys/socket.h>
#include <sys/time.h>

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "openssl/ssl.h"

#include "quote/base/status_macros.h"
#include "quote/crypto/openssl_ptr.h"

namespace evidenced {
namespace {

constexpr int kTimeoutSeconds = 5;
constexpr uint8_t kServerHello = 2;  // RFC 8446, section 4: HandshakeType

using SslCtxPtr = std::unique_ptr<SSL_CTX, OpensslFree<SSL_CTX_free>>;
using SslPtr = std::unique_ptr<SSL, OpensslFree<SSL_free>>;

enum class Answer { kHello, kEnd, kSilence };

void NoteHello(int is_write, int /*version*/, int content_type,
               const void* data, size_t size, SSL* /*ssl*/, void* seen) {
  if (is_write == 0 && content_type == SSL3_RT_HANDSHAKE && size > 0 &&
      *static_cast<const uint8_t*>(data) == kServerHello) {
    *static_cast<bool*>(seen) = true;
  }
}

SslCtxPtr MakeContext(int version) {
  SslCtxPtr context(SSL_CTX_new(TLS_client_method()));
  if (context == nullptr) return context;
  SSL_CTX_clear_options(context.get(), SSL_OP_NO_TLSv1_2 | SSL_OP_NO_TLSv1_3);
  if (SSL_CTX_set_min_proto_version(context.get(), version) != 1 ||
      SSL_CTX_set_max_proto_version(context.get(), version) != 1) {
    return nullptr;
  }
  return context;
}

absl::StatusOr<Answer> Greet(int fd, int version) {
  const timeval timeout = {.tv_sec = kTimeoutSeconds, .tv_usec = 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
  const SslCtxPtr context = MakeContext(version);
  const SslPtr ssl(context == nullptr ? nullptr : SSL_new(context.get()));
  const BioPtr bio(BIO_new_socket(fd, BIO_NOCLOSE));
  if (ssl == nullptr || bio == nullptr) {
    return absl::InternalError(absl::StrCat(
        "expected a client for the TLS check, found: ", OpensslError()));
  }
  bool hello = false;
  SSL_set_msg_callback(ssl.get(), NoteHello);
  SSL_set_msg_callback_arg(ssl.get(), &hello);
  BIO_up_ref(bio.get());
  SSL_set_bio(ssl.get(), bio.get(), bio.get());
  // Whether it succeeds does not matter: this client has no certificate.
  const int result = SSL_connect(ssl.get());
  const int error = SSL_get_error(ssl.get(), result);
  ERR_clear_error();
  if (hello) return Answer::kHello;
  // A read that timed out may be repeated, for OpenSSL.
  return error == SSL_ERROR_WANT_READ ? Answer::kSilence : Answer::kEnd;
}

}  // namespace

absl::Status CheckOldTlsIsRefused(int fd) {
  ASSIGN_OR_RETURN(const Answer answer, Greet(fd, TLS1_2_VERSION));
  if (answer == Answer::kEnd) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat("expected the server to refuse TLS 1.2, found ",
                   answer == Answer::kHello ? "that it answers" : "silence"));
}

absl::Status CheckTls13IsServed(int fd) {
  ASSIGN_OR_RETURN(const Answer answer, Greet(fd, TLS1_3_VERSION));
  if (answer == Answer::kHello) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat("expected the server to answer TLS 1.3, found ",
                   answer == Answer::kEnd ? "a refusal" : "silence"));
}

}  // namespace evidenced
