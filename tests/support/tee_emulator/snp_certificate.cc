#include "tests/support/tee_emulator/snp_certificate.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "openssl/evp.h"
#include "openssl/obj_mac.h"
#include "openssl/rsa.h"
#include "openssl/x509.h"
#include "openssl/x509v3.h"

#include "tests/support/tee_emulator/blob.h"

namespace tee_emulator {
namespace {

constexpr int kSaltSize = 48;
constexpr int64_t kYear = int64_t{365} * 24 * 3600;

using X509Ptr = std::unique_ptr<X509, decltype(&X509_free)>;

void Require(bool made) {
  if (!made) Fail("OpenSSL did not make a certificate");
}

Blob DerInteger(uint8_t value) {
  if (value < 0x80) return {0x02, 1, value};
  return {0x02, 2, 0, value};
}

Blob DerIa5String(const std::string& text) {
  Blob out(2 + text.size());
  out[0] = 0x16;
  out[1] = static_cast<uint8_t>(text.size());
  std::copy(text.begin(), text.end(), out.begin() + 2);
  return out;
}

// As AMD's certificates name their subjects, in their order.
void SetName(X509_NAME* name, const std::string& common_name) {
  const std::array<std::pair<const char*, std::string>, 6> parts = {
      {{"OU", "Engineering"},
       {"C", "US"},
       {"L", "Santa Clara"},
       {"ST", "CA"},
       {"O", "Advanced Micro Devices"},
       {"CN", common_name}}};
  for (const auto& [field, value] : parts) {
    Require(X509_NAME_add_entry_by_txt(
                name, field, MBSTRING_ASC,
                reinterpret_cast<const unsigned char*>(value.data()),
                static_cast<int>(value.size()), -1, 0) == 1);
  }
}

X509Ptr NewCertificate(const CertificateNames& names, const Key& key) {
  X509Ptr x509(X509_new(), X509_free);
  Require(X509_set_version(x509.get(), X509_VERSION_3) == 1);
  ASN1_INTEGER_set_int64(X509_get_serialNumber(x509.get()), names.serial);
  X509_gmtime_adj(X509_getm_notBefore(x509.get()), -kYear);
  X509_gmtime_adj(X509_getm_notAfter(x509.get()), 7 * kYear);
  SetName(X509_get_subject_name(x509.get()), names.subject);
  SetName(X509_get_issuer_name(x509.get()), names.issuer);
  Require(X509_set_pubkey(x509.get(), key.get()) == 1);
  return x509;
}

// An extension whose value is `value` itself, whatever that is.
void AddRaw(X509* x509, const std::string& oid, const Blob& value) {
  ASN1_OBJECT* object = OBJ_txt2obj(oid.c_str(), 1);
  ASN1_OCTET_STRING* octets = ASN1_OCTET_STRING_new();
  ASN1_OCTET_STRING_set(octets, value.data(), static_cast<int>(value.size()));
  X509_EXTENSION* extension =
      X509_EXTENSION_create_by_OBJ(nullptr, object, 0, octets);
  Require(extension != nullptr && X509_add_ext(x509, extension, -1) == 1);
  X509_EXTENSION_free(extension);
  ASN1_OCTET_STRING_free(octets);
  ASN1_OBJECT_free(object);
}

void AddStandard(X509* x509, int nid, const char* value) {
  X509_EXTENSION* extension =
      X509V3_EXT_nconf_nid(nullptr, nullptr, nid, value);
  Require(extension != nullptr && X509_add_ext(x509, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

Blob Sign(X509* x509, const Key& issuer_key) {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_PKEY_CTX* key_context = nullptr;
  Require(EVP_DigestSignInit(context, &key_context, EVP_sha384(), nullptr,
                             issuer_key.get()) == 1);
  Require(EVP_PKEY_CTX_set_rsa_padding(key_context, RSA_PKCS1_PSS_PADDING) ==
          1);
  Require(EVP_PKEY_CTX_set_rsa_pss_saltlen(key_context, kSaltSize) == 1);
  Require(X509_sign_ctx(x509, context) > 0);
  EVP_MD_CTX_free(context);
  unsigned char* der = nullptr;
  const int size = i2d_X509(x509, &der);
  Require(size > 0);
  Blob out(der, der + size);
  OPENSSL_free(der);
  return out;
}

void AddTcb(X509* x509, const Product& product) {
  const std::string arc = "1.3.6.1.4.1.3704.1.";
  const auto component = [&](const char* name, uint8_t value) {
    AddRaw(x509, arc + "3." + name, DerInteger(value));
  };
  component("1", product.tcb.boot_loader);
  component("2", product.tcb.tee);
  component("3", product.tcb.snp);
  if (product.has_fmc) {
    component("9", product.tcb.fmc);
  } else {
    component("4", 0);
  }
  component("5", 0);
  component("6", 0);
  component("7", 0);
  component("8", product.tcb.microcode);
}

void AddProduct(X509* x509, const Product& product, const std::string& name) {
  const std::string arc = "1.3.6.1.4.1.3704.1.";
  AddRaw(x509, arc + "1", DerInteger(product.has_fmc ? 1 : 0));
  AddRaw(x509, arc + "2", DerIa5String(name));
}

}  // namespace

Blob MakeCaCertificate(const CertificateNames& names, const Key& key,
                       const Key& issuer_key) {
  const X509Ptr x509 = NewCertificate(names, key);
  const bool root = names.subject == names.issuer;
  AddStandard(x509.get(), NID_basic_constraints,
              root ? "critical,CA:TRUE" : "critical,CA:TRUE,pathlen:0");
  AddStandard(x509.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  return Sign(x509.get(), issuer_key);
}

Blob MakeVcekCertificate(const Product& product, const Blob& chip_id,
                         const Key& key, const Key& issuer_key) {
  const X509Ptr x509 = NewCertificate(
      {.subject = "SEV-VCEK", .issuer = "SEV-" + product.name, .serial = 0},
      key);
  AddProduct(x509.get(), product, product.cpu);
  AddTcb(x509.get(), product);
  const auto size = static_cast<int64_t>(product.has_fmc ? 8 : chip_id.size());
  AddRaw(x509.get(), "1.3.6.1.4.1.3704.1.4",
         Blob(chip_id.begin(), chip_id.begin() + size));
  return Sign(x509.get(), issuer_key);
}

Blob MakeVlekCertificate(const Product& product, const std::string& csp_id,
                         const Key& key, const Key& issuer_key) {
  const X509Ptr x509 = NewCertificate({.subject = "SEV-VLEK",
                                       .issuer = "SEV-VLEK-" + product.name,
                                       .serial = 0},
                                      key);
  AddProduct(x509.get(), product, product.name);
  AddTcb(x509.get(), product);
  AddRaw(x509.get(), "1.3.6.1.4.1.3704.1.5", DerIa5String(csp_id));
  return Sign(x509.get(), issuer_key);
}

}  // namespace tee_emulator
