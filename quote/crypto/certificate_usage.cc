#include "quote/crypto/certificate_usage.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "openssl/objects.h"
#include "openssl/x509v3.h"

#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/certificate_parsed.h"
#include "quote/crypto/openssl_ptr.h"

namespace evidenced {
namespace {

struct UsageName {
  uint32_t bit;
  const char* name;
};

constexpr UsageName kUsages[] = {{KU_DIGITAL_SIGNATURE, "digital_signature"},
                                 {KU_NON_REPUDIATION, "content_commitment"},
                                 {KU_KEY_ENCIPHERMENT, "key_encipherment"},
                                 {KU_DATA_ENCIPHERMENT, "data_encipherment"},
                                 {KU_KEY_AGREEMENT, "key_agreement"},
                                 {KU_KEY_CERT_SIGN, "key_cert_sign"},
                                 {KU_CRL_SIGN, "crl_sign"},
                                 {KU_ENCIPHER_ONLY, "encipher_only"},
                                 {KU_DECIPHER_ONLY, "decipher_only"}};

std::string OidText(const ASN1_OBJECT* object) {
  std::array<char, 128> text = {};
  const int size = OBJ_obj2txt(text.data(), text.size(), object, 1);
  return size > 0 && static_cast<size_t>(size) < text.size() ? text.data() : "";
}

absl::StatusOr<Certificate> CopyOf(const X509* x509) {
  unsigned char* der = nullptr;
  const int size = i2d_X509(x509, &der);
  if (size <= 0) return absl::InternalError("certificate not encoded");
  const Bytes bytes(der, der + size);
  OPENSSL_free(der);
  return Certificate::FromDer(bytes);
}

absl::Status ChainInvalid(const std::string& message) {
  return Classified(ErrorClass::kChainInvalid,
                    absl::UnauthenticatedError(message));
}

// OpenSSL takes a key usage alone, or an old self-signed version 1, as a CA.
absl::StatusOr<std::vector<Certificate>> CopyChain(
    const X509_STORE_CTX* context) {
  std::vector<Certificate> out;
  STACK_OF(X509)* chain = X509_STORE_CTX_get0_chain(context);
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    if (i > 0 && X509_check_ca(sk_X509_value(chain, i)) != 1) {
      return ChainInvalid(absl::StrFormat(
          "expected a CA by its basic constraints at depth %d, found none", i));
    }
    ASSIGN_OR_RETURN(Certificate copy, CopyOf(sk_X509_value(chain, i)));
    out.push_back(std::move(copy));
  }
  return out;
}

}  // namespace

std::vector<std::string> KeyUsageNames(const Certificate& certificate) {
  X509* x509 = certificate.parsed().x509.get();
  if ((X509_get_extension_flags(x509) & EXFLAG_KUSAGE) == 0) return {};
  const uint32_t bits = X509_get_key_usage(x509);
  std::vector<std::string> out;
  for (const UsageName& usage : kUsages) {
    if ((bits & usage.bit) != 0) out.emplace_back(usage.name);
  }
  return out;
}

std::vector<std::string> ExtendedKeyUsageOids(const Certificate& certificate) {
  auto* usages = static_cast<EXTENDED_KEY_USAGE*>(X509_get_ext_d2i(
      certificate.parsed().x509.get(), NID_ext_key_usage, nullptr, nullptr));
  ERR_clear_error();
  std::vector<std::string> out;
  for (int i = 0; usages != nullptr && i < sk_ASN1_OBJECT_num(usages); ++i) {
    out.push_back(OidText(sk_ASN1_OBJECT_value(usages, i)));
  }
  sk_ASN1_OBJECT_pop_free(usages, ASN1_OBJECT_free);
  return out;
}

std::string SerialNumber(const Certificate& certificate) {
  const std::string& hex = certificate.serial();
  const size_t first = hex.find_first_not_of('0');
  return first == std::string::npos ? "0" : hex.substr(first);
}

bool IsSelfSigned(const Certificate& certificate) {
  const bool is = X509_self_signed(certificate.parsed().x509.get(), 1) == 1;
  ERR_clear_error();
  return is;
}

absl::StatusOr<std::vector<Certificate>> VerifyChainIgnoringTime(
    const Certificate& leaf, std::span<const Certificate> intermediates,
    std::span<const Certificate> roots) {
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
  X509_VERIFY_PARAM_set_flags(
      param, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_NO_CHECK_TIME);
  X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_ANY);
  // Level 2: 112 bits, so no SHA-1 signatures and no RSA below 2048.
  X509_VERIFY_PARAM_set_auth_level(param, 2);
  const int result = X509_verify_cert(context.get());
  const int error = X509_STORE_CTX_get_error(context.get());
  const int depth = X509_STORE_CTX_get_error_depth(context.get());
  sk_X509_free(untrusted);
  ERR_clear_error();
  if (result == 1) return CopyChain(context.get());
  return ChainInvalid(absl::StrFormat(
      "expected a chain to one of %d roots, found at depth %d: %s",
      roots.size(), depth, X509_verify_cert_error_string(error)));
}

}  // namespace evidenced
