#include "agent/serve/tls_check.h"

#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <thread>

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "openssl/ssl.h"

#include "agent/tls/tls13.h"
#include "quote/crypto/openssl_ptr.h"
#include "tests/quote/certificate_builder.h"

namespace evidenced {
namespace {

using SslCtxPtr = std::unique_ptr<SSL_CTX, OpensslFree<SSL_CTX_free>>;
using SslPtr = std::unique_ptr<SSL, OpensslFree<SSL_free>>;

enum class Lowest { kTls12, kTls13 };

// A TLS server at one end of a pair of sockets; the check is at the other.
absl::Status CheckAgainst(Lowest lowest, int verify) {
  int pair[2];
  EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
  std::thread server([fd = pair[0], lowest, verify] {
    const Issued self = IssueRoot(CertificateSpec());
    const SslCtxPtr context(SSL_CTX_new(TLS_server_method()));
    if (lowest == Lowest::kTls12) {
      SSL_CTX_clear_options(context.get(), SSL_OP_NO_TLSv1_2);
    }
    const Bytes& der = self.certificate.der();
    SSL_CTX_use_certificate_ASN1(context.get(), static_cast<int>(der.size()),
                                 der.data());
    SSL_CTX_use_PrivateKey(context.get(), self.key.evp());
    SSL_CTX_set_verify(context.get(), verify, nullptr);
    const SslPtr ssl(SSL_new(context.get()));
    SSL_set_fd(ssl.get(), fd);
    SSL_accept(ssl.get());
    close(fd);
  });
  absl::Status status = CheckOldTlsIsRefused(pair[1]);
  close(pair[1]);
  server.join();
  return status;
}

TEST(CheckOldTlsIsRefused, TellsServersApart) {
  ASSERT_TRUE(RequireTls13().ok());
  EXPECT_TRUE(CheckAgainst(Lowest::kTls13, SSL_VERIFY_NONE).ok());
  const absl::Status taken = CheckAgainst(Lowest::kTls12, SSL_VERIFY_NONE);
  EXPECT_EQ(taken.code(), absl::StatusCode::kInternal);
  EXPECT_TRUE(absl::StrContains(taken.message(), "answers")) << taken;
  // It wants a certificate, so the handshake fails, but not for the version.
  EXPECT_EQ(CheckAgainst(Lowest::kTls12,
                         SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT)
                .code(),
            absl::StatusCode::kInternal);
}

TEST(CheckTls13IsServed, IsNotContentWithAClosedConnection) {
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  int pair[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
  close(pair[0]);
  EXPECT_EQ(CheckTls13IsServed(pair[1]).code(), absl::StatusCode::kInternal);
  close(pair[1]);
}

TEST(CheckTls, IsNotContentWithSilence) {
  int pair[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
  EXPECT_EQ(CheckOldTlsIsRefused(pair[1]).code(), absl::StatusCode::kInternal);
  close(pair[0]);
  close(pair[1]);
}

}  // namespace
}  // namespace evidenced
