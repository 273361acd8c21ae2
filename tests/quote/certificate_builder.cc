#include "tests/quote/certificate_builder.h"

#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "openssl/pem.h"
#include "openssl/rsa.h"
#include "openssl/x509v3.h"

#include "quote/crypto/certificate_parsed.h"
#include "quote/crypto/openssl_ptr.h"

namespace evidenced {
namespace {

using AsnTimePtr = std::unique_ptr<ASN1_TIME, OpensslFree<ASN1_TIME_free>>;
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

void AddRawExtension(X509* x509, const CertificateExtension& one) {
  ASN1_OBJECT* oid = OBJ_txt2obj(one.oid.c_str(), 1);
  ASN1_OCTET_STRING* value = ASN1_OCTET_STRING_new();
  ASN1_OCTET_STRING_set(value, one.value.data(),
                        static_cast<int>(one.value.size()));
  X509_EXTENSION* extension =
      X509_EXTENSION_create_by_OBJ(nullptr, oid, one.critical ? 1 : 0, value);
  Require(extension != nullptr && X509_add_ext(x509, extension, -1) == 1);
  X509_EXTENSION_free(extension);
  ASN1_OCTET_STRING_free(value);
  ASN1_OBJECT_free(oid);
}

EvpMdCtxPtr Signer(const TestKey& key, const std::string& digest,
                   RsaPadding padding) {
  EvpMdCtxPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* key_context = nullptr;
  const char* name = key.kind() == KeyKind::kEd25519 ? nullptr : digest.c_str();
  Require(EVP_DigestSignInit_ex(context.get(), &key_context, name, nullptr,
                                nullptr, key.evp(), nullptr) == 1);
  if (key.is_rsa() && padding == RsaPadding::kPss) {
    Require(EVP_PKEY_CTX_set_rsa_padding(key_context, RSA_PKCS1_PSS_PADDING) ==
            1);
    Require(EVP_PKEY_CTX_set_rsa_pss_saltlen(key_context,
                                             RSA_PSS_SALTLEN_DIGEST) == 1);
  }
  return context;
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
  for (const CertificateExtension& one : spec.extensions) {
    AddRawExtension(x509.get(), one);
  }
  const EvpMdCtxPtr signer = Signer(issuer_key, spec.digest, spec.padding);
  Require(X509_sign_ctx(x509.get(), signer.get()) > 0);
  auto certificate = Certificate::FromDer(Encode(x509.get()));
  Require(certificate.ok());
  return {.certificate = *std::move(certificate), .key = std::move(key)};
}

std::string PemBlock(const char* name, ByteView der) {
  const BioPtr out(BIO_new(BIO_s_mem()));
  Require(PEM_write_bio(out.get(), name, "", der.data(),
                        static_cast<int64_t>(der.size())) > 0);
  char* data = nullptr;
  const auto size = BIO_get_mem_data(out.get(), &data);
  return {data, static_cast<size_t>(size)};
}

}  // namespace

CertificateSpec CaSpec(const std::string& common_name) {
  return {.common_name = common_name,
          .basic_constraints = "critical,CA:TRUE",
          .key_usage = "critical,keyCertSign,cRLSign"};
}

Issued IssueRoot(const CertificateSpec& spec, KeyKind kind) {
  return IssueRoot(spec, TestKey(kind));
}

Issued IssueRoot(const CertificateSpec& spec, const TestKey& key) {
  return Build(spec, key, nullptr, key);
}

Issued Issue(const CertificateSpec& spec, const Issued& issuer, KeyKind kind) {
  return Issue(spec, issuer, TestKey(kind));
}

Issued Issue(const CertificateSpec& spec, const Issued& issuer, TestKey key) {
  return Build(spec, std::move(key), &issuer.certificate, issuer.key);
}

Bytes IssueCrl(const CrlSpec& spec, const Issued& issuer) {
  const X509CrlPtr crl(X509_CRL_new());
  X509_CRL_set_version(crl.get(), X509_CRL_VERSION_2);
  X509_CRL_set_issuer_name(
      crl.get(), X509_get_subject_name(issuer.certificate.parsed().x509.get()));
  const AsnTimePtr time(ASN1_TIME_new());
  ASN1_TIME_set(time.get(), absl::ToTimeT(spec.this_update));
  X509_CRL_set1_lastUpdate(crl.get(), time.get());
  for (const int64_t serial : spec.serials) {
    X509_REVOKED* entry = X509_REVOKED_new();
    ASN1_INTEGER* number = ASN1_INTEGER_new();
    ASN1_INTEGER_set_int64(number, serial);
    X509_REVOKED_set_serialNumber(entry, number);
    X509_REVOKED_set_revocationDate(entry, time.get());
    ASN1_INTEGER_free(number);
    Require(X509_CRL_add0_revoked(crl.get(), entry) == 1);
  }
  ASN1_TIME_set(time.get(), absl::ToTimeT(spec.next_update));
  if (!spec.endless) X509_CRL_set1_nextUpdate(crl.get(), time.get());
  if (spec.partial) {
    ISSUING_DIST_POINT* point = ISSUING_DIST_POINT_new();
    point->onlyuser = 0xff;
    Require(X509_CRL_add1_ext_i2d(crl.get(), NID_issuing_distribution_point,
                                  point, 1, 0) == 1);
    ISSUING_DIST_POINT_free(point);
  }
  const EvpMdCtxPtr signer = Signer(issuer.key, spec.digest, spec.padding);
  Require(X509_CRL_sign_ctx(crl.get(), signer.get()) > 0);
  unsigned char* der = nullptr;
  const int size = i2d_X509_CRL(crl.get(), &der);
  Require(size > 0);
  Bytes out(der, der + size);
  OPENSSL_free(der);
  return out;
}

std::string Pem(const Certificate& certificate) {
  return PemBlock(PEM_STRING_X509, certificate.der());
}

std::string CrlPem(ByteView der) { return PemBlock(PEM_STRING_X509_CRL, der); }

}  // namespace evidenced
