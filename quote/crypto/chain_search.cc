#include "quote/crypto/chain_search.h"

#include "absl/strings/str_format.h"
#include "openssl/err.h"
#include "openssl/x509.h"

#include "quote/crypto/certificate_parsed.h"

namespace evidenced {

ChainSearch::ChainSearch(const Certificate& leaf,
                         std::span<const Certificate> intermediates,
                         std::span<const Certificate> roots)
    : leaf_(leaf),
      roots_(roots.size()),
      store_(X509_STORE_new()),
      untrusted_(sk_X509_new_null()),
      context_(X509_STORE_CTX_new()) {
  for (const Certificate& root : roots) {
    X509_STORE_add_cert(store_.get(), root.parsed().x509.get());
  }
  for (const Certificate& intermediate : intermediates) {
    sk_X509_push(untrusted_, intermediate.parsed().x509.get());
  }
  X509_STORE_CTX_init(context_.get(), store_.get(), leaf.parsed().x509.get(),
                      untrusted_);
  X509_VERIFY_PARAM_set_flags(demands(), X509_V_FLAG_PARTIAL_CHAIN);
  // Level 2: 112 bits, so no SHA-1 signatures and no RSA below 2048.
  X509_VERIFY_PARAM_set_auth_level(demands(), 2);
}

ChainSearch::~ChainSearch() { sk_X509_free(untrusted_); }

X509_VERIFY_PARAM* ChainSearch::demands() const {
  return X509_STORE_CTX_get0_param(context_.get());
}

absl::Status ChainSearch::Run() const {
  const int result = X509_verify_cert(context_.get());
  const int error = X509_STORE_CTX_get_error(context_.get());
  const int depth = X509_STORE_CTX_get_error_depth(context_.get());
  ERR_clear_error();
  if (result == 1) return absl::OkStatus();
  return absl::UnauthenticatedError(absl::StrFormat(
      "expected a chain from %s to one of %d roots, found at depth %d: %s",
      leaf_.subject(), roots_, depth, X509_verify_cert_error_string(error)));
}

}  // namespace evidenced
