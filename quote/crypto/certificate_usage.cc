#include "quote/crypto/certificate_usage.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "openssl/objects.h"
#include "openssl/x509v3.h"

#include "quote/base/error_class.h"
#include "quote/base/refusal.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/certificate_parsed.h"
#include "quote/crypto/chain_search.h"
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

absl::StatusOr<Certificate> CopyOf(const X509* x509) {
  unsigned char* der = nullptr;
  const int size = i2d_X509(x509, &der);
  if (size <= 0) return absl::InternalError("certificate not encoded");
  const Bytes bytes(der, der + size);
  OPENSSL_free(der);
  return Certificate::FromDer(bytes);
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
  const ChainSearch search(leaf, intermediates, roots);
  X509_VERIFY_PARAM_set_flags(search.demands(), X509_V_FLAG_NO_CHECK_TIME);
  X509_VERIFY_PARAM_set_purpose(search.demands(), X509_PURPOSE_ANY);
  RETURN_IF_ERROR(Classified(ErrorClass::kChainInvalid, search.Run()));
  return CopyChain(search.context());
}

}  // namespace evidenced
