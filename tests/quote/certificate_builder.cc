#include "tests/quote/certificate_builder.h"

#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "openssl/pem.h"
#include "openssl/x509v3.h"

#include "quote/crypto/certificate_parsed.h"
#include "quote/crypto/openssl_ptr.h"

namespace evidenced {
namespace {

using NamePtr = std::unique_ptr<X509_NAME, OpensslFree<X509_NAME_free>>;

void Require(bool condition) {
  if (!condition) std::abort();
}

NamePtr MakeName(const std::string& common_name) {
  NamePtr name(X509_NAME_new());
  Require(X509_NAME_add_entry_by_NID(
              name.get(), NID_commonName, MBSTRING_UTF8,
              reinterpret_cast<const unsigned char*>(common_name.data()),
              static_cast<int>(common_name.size()), -1, 0) == 1);
  return name;
}

void AddExtension(X509* x509, X509* issuer, int nid, const std::string& value) {
  if (value.empty()) return;
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, x509, nullptr, nullptr, 0);
  X509_EXTENSION* extension =
      X509V3_EXT_nconf_nid(nullptr, &context, nid, value.c_str());
  Require(extension != nullptr);
  Require(X509_add_ext(x509, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

// By hand: the text form of OpenSSL's configuration cannot hold a zero byte.
void AddSans(X509* x509, const CertificateSpec& spec) {
  if (spec.uri_sans.empty() && spec.dns_sans.empty()) return;
  GENERAL_NAMES* names = GENERAL_NAMES_new();
  const auto add = [names](int type, const std::string& text) {
    GENERAL_NAME* name = GENERAL_NAME_new();
    ASN1_IA5STRING* value = ASN1_IA5STRING_new();
    ASN1_STRING_set(value, text.data(), static_cast<int>(text.size()));
    GENERAL_NAME_set0_value(name, type, value);
    sk_GENERAL_NAME_push(names, name);
  };
  for (const std::string& uri : spec.uri_sans) add(GEN_URI, uri);
  for (const std::string& dns : spec.dns_sans) add(GEN_DNS, dns);
  Require(X509_add1_ext_i2d(x509, NID_subject_alt_name, names, 0, 0) == 1);
  GENERAL_NAMES_free(names);
}

Bytes Encode(X509* x509) {
  unsigned char* der = nullptr;
  const int size = i2d_X509(x509, &der);
  Require(size > 0);
  Bytes out(der, der + size);
  OPENSSL_free(der);
  return out;
}

Issued Build(const CertificateSpec& spec, TestKey key,
             const Certificate* issuer, const TestKey& issuer_key) {
  const X509Ptr x509(X509_new());
  Require(X509_set_version(x509.get(), X509_VERSION_3) == 1);
  ASN1_INTEGER_set_int64(X509_get_serialNumber(x509.get()), spec.serial);
  ASN1_TIME_set(X509_getm_notBefore(x509.get()),
                absl::ToTimeT(spec.not_before));
  ASN1_TIME_set(X509_getm_notAfter(x509.get()), absl::ToTimeT(spec.not_after));
  X509_set_subject_name(x509.get(), MakeName(spec.common_name).get());
  X509_set_issuer_name(
      x509.get(),
      MakeName(issuer == nullptr ? spec.common_name : issuer->common_name())
          .get());
  Require(X509_set_pubkey(x509.get(), key.evp()) == 1);
  X509* issuer_x509 =
      issuer == nullptr ? x509.get() : issuer->parsed().x509.get();
  const auto add = [&](int nid, const std::string& value) {
    AddExtension(x509.get(), issuer_x509, nid, value);
  };
  add(NID_basic_constraints, spec.basic_constraints);
  add(NID_key_usage, spec.key_usage);
  add(NID_ext_key_usage, spec.extended_key_usage);
  add(NID_subject_key_identifier, spec.subject_key_identifier);
  add(NID_authority_key_identifier, spec.authority_key_identifier);
  AddSans(x509.get(), spec);
  const EVP_MD* digest = issuer_key.kind() == KeyKind::kEd25519
                             ? nullptr
                             : EVP_get_digestbyname(spec.digest.c_str());
  Require(X509_sign(x509.get(), issuer_key.evp(), digest) > 0);
  auto certificate = Certificate::FromDer(Encode(x509.get()));
  Require(certificate.ok());
  return {.certificate = *std::move(certificate), .key = std::move(key)};
}

}  // namespace

CertificateSpec CaSpec(const std::string& common_name) {
  return {.common_name = common_name,
          .basic_constraints = "critical,CA:TRUE",
          .key_usage = "critical,keyCertSign,cRLSign"};
}

Issued IssueRoot(const CertificateSpec& spec, KeyKind kind) {
  const TestKey key(kind);
  return Build(spec, key, nullptr, key);
}

Issued Issue(const CertificateSpec& spec, const Issued& issuer, KeyKind kind) {
  return Issue(spec, issuer, TestKey(kind));
}

Issued Issue(const CertificateSpec& spec, const Issued& issuer, TestKey key) {
  return Build(spec, std::move(key), &issuer.certificate, issuer.key);
}

std::string Pem(const Certificate& certificate) {
  const BioPtr out(BIO_new(BIO_s_mem()));
  const Bytes& der = certificate.der();
  Require(PEM_write_bio(out.get(), PEM_STRING_X509, "", der.data(),
                        static_cast<int64_t>(der.size())) > 0);
  char* data = nullptr;
  const auto size = BIO_get_mem_data(out.get(), &data);
  return {data, static_cast<size_t>(size)};
}

}  // namespace evidenced
