#include "agent/tls/tls13.h"

#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "openssl/bio.h"
#include "openssl/conf.h"
#include "openssl/crypto.h"

#include "quote/crypto/openssl_ptr.h"

namespace evidenced {
namespace {

// "system_default" is applied to every SSL_CTX of the process. "Protocol"
// rather than "MinProtocol", because gRPC sets the latter itself afterwards.
constexpr absl::string_view kConfiguration =
    "openssl_conf = openssl_init\n"
    "[openssl_init]\n"
    "ssl_conf = ssl_sections\n"
    "[ssl_sections]\n"
    "system_default = tls13\n"
    "[tls13]\n"
    "Protocol = -ALL, TLSv1.3\n"
    "NumTickets = 0\n";

using ConfPtr = std::unique_ptr<CONF, OpensslFree<NCONF_free>>;

}  // namespace

absl::Status RequireTls13() {
  // The machine's openssl.cnf is left out: it could only weaken this. And no
  // cleaning up while the process ends: gRPC's threads run on meanwhile.
  constexpr uint64_t kHow =
      OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT;
  if (OPENSSL_init_crypto(kHow, nullptr) != 1) {
    return absl::InternalError(
        absl::StrCat("expected OpenSSL to start, found: ", OpensslError()));
  }
  OPENSSL_load_builtin_modules();
  const BioPtr text(BIO_new_mem_buf(kConfiguration.data(),
                                    static_cast<int>(kConfiguration.size())));
  const ConfPtr conf(NCONF_new(nullptr));
  if (text == nullptr || conf == nullptr ||
      NCONF_load_bio(conf.get(), text.get(), nullptr) != 1 ||
      CONF_modules_load(conf.get(), nullptr, 0) != 1) {
    return absl::InternalError(absl::StrCat(
        "expected OpenSSL to take the TLS 1.3 configuration, found: ",
        OpensslError()));
  }
  return absl::OkStatus();
}

}  // namespace evidenced
