#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "openssl/pem.h"
#include "openssl/x509v3.h"

#include "quote/crypto/certificate.h"
#include "quote/crypto/certificate_parsed.h"
#include "quote/crypto/openssl_ptr.h"

namespace evidenced {
namespace {

int PurposeOf(CertificatePurpose purpose) {
  switch (purpose) {
    case CertificatePurpose::kTlsServer:
      return X509_PURPOSE_SSL_SERVER;
    case CertificatePurpose::kTlsClient:
      return X509_PURPOSE_SSL_CLIENT;
    case CertificatePurpose::kAny:
      return X509_PURPOSE_ANY;
  }
  return X509_PURPOSE_ANY;
}

// OpenSSL takes a key usage alone, or an old self-signed version 1, as a CA.
absl::Status CheckIssuersAreCas(const X509_STORE_CTX* context) {
  STACK_OF(X509)* chain = X509_STORE_CTX_get0_chain(context);
  for (int i = 1; i < sk_X509_num(chain); ++i) {
    if (X509_check_ca(sk_X509_value(chain, i)) == 1) continue;
    return absl::UnauthenticatedError(absl::StrFormat(
        "expected a CA by its basic constraints at depth %d, found none", i));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status VerifyChain(const Certificate& leaf,
                         std::span<const Certificate> intermediates,
                         std::span<const Certificate> roots,
                         CertificatePurpose purpose, absl::Time now) {
  const X509StorePtr store(X509_STORE_new());
  for (const Certificate& root : roots) {
    X509_STORE_add_cert(store.get(), root.parsed().x509.get());
  }
  STACK_OF(X509)* untrusted = sk_X509_new_null();
  for (const Certificate& intermediate : intermediates) {
    sk_X509_push(untrusted, intermediate.parsed().x509.get());
  }
  const X509StoreCtxPtr context(X509_STORE_CTX_new());
  X509_STORE_CTX_init(context.get(), store.get(), leaf.parsed().x509.get(),
                      untrusted);
  X509_VERIFY_PARAM* param = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
  X509_VERIFY_PARAM_set_time(param, absl::ToTimeT(now));
  X509_VERIFY_PARAM_set_purpose(param, PurposeOf(purpose));
  // Level 2: 112 bits, so no SHA-1 signatures and no RSA below 2048.
  X509_VERIFY_PARAM_set_auth_level(param, 2);
  const int result = X509_verify_cert(context.get());
  const int error = X509_STORE_CTX_get_error(context.get());
  const int depth = X509_STORE_CTX_get_error_depth(context.get());
  sk_X509_free(untrusted);
  ERR_clear_error();
  if (result == 1) return CheckIssuersAreCas(context.get());
  return absl::UnauthenticatedError(absl::StrFormat(
      "expected a chain from %s to one of %d roots, found at depth %d: %s",
      leaf.subject(), roots.size(), depth,
      X509_verify_cert_error_string(error)));
}

absl::Status CheckPrivateKey(const Certificate& certificate,
                             absl::string_view key_pem) {
  const BioPtr in(
      BIO_new_mem_buf(key_pem.data(), static_cast<int>(key_pem.size())));
  // An encrypted key must not ask a terminal for its password.
  const EvpKeyPtr key(PEM_read_bio_PrivateKey(
      in.get(), nullptr, [](char*, int, int, void*) { return -1; }, nullptr));
  if (key == nullptr) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected an unencrypted PEM private key, found: %s", OpensslError()));
  }
  if (X509_check_private_key(certificate.parsed().x509.get(), key.get()) != 1) {
    ERR_clear_error();
    return absl::InvalidArgumentError(
        absl::StrFormat("expected the private key of %s, found another",
                        certificate.subject()));
  }
  return absl::OkStatus();
}

}  // namespace evidenced
