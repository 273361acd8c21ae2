#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "openssl/pem.h"
#include "openssl/x509v3.h"

#include "quote/base/status_macros.h"
#include "quote/crypto/certificate.h"
#include "quote/crypto/certificate_parsed.h"
#include "quote/crypto/chain_search.h"
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
  const ChainSearch search(leaf, intermediates, roots);
  X509_VERIFY_PARAM_set_time(search.demands(), absl::ToTimeT(now));
  X509_VERIFY_PARAM_set_purpose(search.demands(), PurposeOf(purpose));
  RETURN_IF_ERROR(search.Run());
  return CheckIssuersAreCas(search.context());
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
