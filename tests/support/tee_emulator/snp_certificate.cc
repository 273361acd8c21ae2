#include "tests/support/tee_emulator/snp_certificate.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "openssl/evp.h"
#include "openssl/obj_mac.h"
#include "openssl/rsa.h"
#include "openssl/x509.h"
#include "openssl/x509v3.h"

#include "tests/support/tee_emulator/blob.h"

namespace tee_emulator {
namespace {

constexpr int kSaltSize = 48;

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
NameFields NameOf(const std::string& common_name) {
  return {{"OU", "Engineering"},
          {"C", "US"},
          {"L", "Santa Clara"},
          {"ST", "CA"},
          {"O", "Advanced Micro Devices"},
          {"CN", common_name}};
}

X509Ptr New(const CertificateNames& names, const Key& key) {
  return NewCertificate({.subject = NameOf(names.subject),
                         .issuer = NameOf(names.issuer),
                         .serial = names.serial},
                        key);
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
  return Encode(x509);
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
  const X509Ptr x509 = New(names, key);
  const bool root = names.subject == names.issuer;
  AddStandard(x509.get(), NID_basic_constraints,
              root ? "critical,CA:TRUE" : "critical,CA:TRUE,pathlen:0");
  AddStandard(x509.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  return Sign(x509.get(), issuer_key);
}

Blob MakeVcekCertificate(const Product& product, const Blob& chip_id,
                         const Key& key, const Key& issuer_key) {
  const X509Ptr x509 =
      New({.subject = "SEV-VCEK", .issuer = "SEV-" + product.name, .serial = 0},
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
  const X509Ptr x509 = New({.subject = "SEV-VLEK",
                            .issuer = "SEV-VLEK-" + product.name,
                            .serial = 0},
                           key);
  AddProduct(x509.get(), product, product.name);
  AddTcb(x509.get(), product);
  AddRaw(x509.get(), "1.3.6.1.4.1.3704.1.5", DerIa5String(csp_id));
  return Sign(x509.get(), issuer_key);
}

}  // namespace tee_emulator
