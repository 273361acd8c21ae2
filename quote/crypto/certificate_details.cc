#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "openssl/asn1.h"
#include "openssl/objects.h"

#include "quote/crypto/certificate.h"
#include "quote/crypto/certificate_parsed.h"
#include "quote/crypto/openssl_ptr.h"

namespace evidenced {
namespace {

const ASN1_OBJECT* SignatureObject(const X509* x509) {
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, X509_get0_tbs_sigalg(x509));
  return object;
}

std::string KeyKindOf(const X509* x509) {
  const EVP_PKEY* key = X509_get0_pubkey(x509);
  ERR_clear_error();
  if (key == nullptr) return "unknown";
  if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA) {
    return absl::StrFormat("rsa%d", EVP_PKEY_get_bits(key));
  }
  std::array<char, 64> group = {};
  if (EVP_PKEY_get_group_name(key, group.data(), group.size(), nullptr) == 1) {
    const absl::string_view name(group.data());
    return absl::StrCat("ec-", name == "prime256v1" ? "secp256r1" : name);
  }
  ERR_clear_error();
  const char* name = EVP_PKEY_get0_type_name(key);
  return name == nullptr ? "unknown" : name;
}

std::optional<HashAlgorithm> SignatureHashOf(X509* x509) {
  int hash = NID_undef;
  X509_get_signature_info(x509, &hash, nullptr, nullptr, nullptr);
  ERR_clear_error();
  return HashFromNid(hash);
}

Bytes BytesOf(const ASN1_OCTET_STRING* string) {
  const unsigned char* data = ASN1_STRING_get0_data(string);
  return {data, data + ASN1_STRING_length(string)};
}

}  // namespace

std::string OidText(const ASN1_OBJECT* object) {
  std::array<char, 128> text = {};
  const int size = OBJ_obj2txt(text.data(), text.size(), object, 1);
  // What does not fit is no OID that anybody asks for.
  return size > 0 && static_cast<size_t>(size) < text.size() ? text.data() : "";
}

std::optional<HashAlgorithm> HashFromNid(int nid) {
  switch (nid) {
    case NID_sha1:
      return HashAlgorithm::kSha1;
    case NID_sha256:
      return HashAlgorithm::kSha256;
    case NID_sha384:
      return HashAlgorithm::kSha384;
    case NID_sha512:
      return HashAlgorithm::kSha512;
    case NID_sm3:
      return HashAlgorithm::kSm3_256;
    default:
      return std::nullopt;
  }
}

absl::Status CollectDetails(X509* x509, Certificate::Parsed& parsed) {
  parsed.key_kind = KeyKindOf(x509);
  parsed.signature_oid = OidText(SignatureObject(x509));
  parsed.signature_hash = SignatureHashOf(x509);
  std::vector<CertificateExtension>& all = parsed.extensions;
  for (int i = 0; i < X509_get_ext_count(x509); ++i) {
    X509_EXTENSION* extension = X509_get_ext(x509, i);
    all.push_back({.oid = OidText(X509_EXTENSION_get_object(extension)),
                   .critical = X509_EXTENSION_get_critical(extension) == 1,
                   .value = BytesOf(X509_EXTENSION_get_data(extension))});
  }
  const auto by_oid = [](const CertificateExtension& a,
                         const CertificateExtension& b) {
    return a.oid < b.oid;
  };
  std::sort(all.begin(), all.end(), by_oid);
  const auto twice = std::adjacent_find(
      all.begin(), all.end(),
      [](const CertificateExtension& a, const CertificateExtension& b) {
        return a.oid == b.oid;
      });
  if (twice == all.end()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrFormat(
      "expected each extension once, found %s twice", twice->oid));
}

const CertificateExtension* Certificate::extension(
    absl::string_view oid) const {
  const auto& all = parsed_->extensions;
  const auto found = std::lower_bound(
      all.begin(), all.end(), oid,
      [](const CertificateExtension& one, absl::string_view wanted) {
        return one.oid < wanted;
      });
  return found != all.end() && found->oid == oid ? &*found : nullptr;
}

}  // namespace evidenced
