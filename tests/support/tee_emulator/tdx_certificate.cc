#include "tests/support/tee_emulator/tdx_certificate.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "openssl/evp.h"
#include "openssl/obj_mac.h"
#include "openssl/rand.h"
#include "openssl/x509.h"
#include "openssl/x509v3.h"

namespace tee_emulator {
namespace {

constexpr char kSgxExtensions[] = "1.2.840.113741.1.13.1";
constexpr int64_t kDay = int64_t{24} * 3600;

using CrlPtr = std::unique_ptr<X509_CRL, decltype(&X509_CRL_free)>;
using TimePtr = std::unique_ptr<ASN1_TIME, decltype(&ASN1_TIME_free)>;

// As Intel's certificates name their subjects, in their order.
NameFields NameOf(const std::string& common_name) {
  return {{"CN", common_name},
          {"O", "Intel Corporation"},
          {"L", "Santa Clara"},
          {"ST", "CA"},
          {"C", "US"}};
}

int64_t RandomSerial() {
  uint64_t serial = 0;
  Require(RAND_bytes(reinterpret_cast<unsigned char*>(&serial),
                     sizeof(serial)) == 1);
  return static_cast<int64_t>(serial >> 1 | uint64_t{1} << 60);
}

// Key identifiers as RFC 5280 proposes them: the SHA-1 of the key.
void AddKeyIdentifiers(X509* x509, const Key& issuer_key) {
  const X509Ptr issuer(X509_new(), X509_free);
  Require(X509_set_pubkey(issuer.get(), issuer_key.get()) == 1);
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer.get(), issuer.get(), nullptr, nullptr, 0);
  X509_EXTENSION* own = X509V3_EXT_nconf_nid(
      nullptr, &context, NID_subject_key_identifier, "hash");
  Require(own != nullptr && X509_add_ext(issuer.get(), own, -1) == 1);
  X509_EXTENSION_free(own);
  X509V3_set_ctx(&context, issuer.get(), x509, nullptr, nullptr, 0);
  for (const auto& [nid, value] :
       {std::pair{NID_authority_key_identifier, "keyid:always"},
        std::pair{NID_subject_key_identifier, "hash"}}) {
    X509_EXTENSION* extension =
        X509V3_EXT_nconf_nid(nullptr, &context, nid, value);
    Require(extension != nullptr && X509_add_ext(x509, extension, -1) == 1);
    X509_EXTENSION_free(extension);
  }
}

X509Ptr New(const std::string& common_name, const Key& key,
            const IntelIssuer& issuer) {
  X509Ptr x509 = NewCertificate({.subject = NameOf(common_name),
                                 .issuer = NameOf(issuer.common_name),
                                 .serial = RandomSerial()},
                                key);
  AddKeyIdentifiers(x509.get(), issuer.key);
  return x509;
}

Blob Sign(X509* x509, const IntelIssuer& issuer) {
  Require(X509_sign(x509, issuer.key.get(), EVP_sha256()) > 0);
  return Encode(x509);
}

void AddEndEntity(X509* x509) {
  AddStandard(x509, NID_key_usage, "critical,digitalSignature,nonRepudiation");
  AddStandard(x509, NID_basic_constraints, "critical,CA:FALSE");
}

void Revoke(X509_CRL* crl, const Blob& certificate, const ASN1_TIME* when) {
  const X509Ptr x509 = Decode(certificate);
  X509_REVOKED* entry = X509_REVOKED_new();
  Require(X509_REVOKED_set_serialNumber(
              entry, X509_get_serialNumber(x509.get())) == 1);
  Require(X509_REVOKED_set_revocationDate(entry,
                                          const_cast<ASN1_TIME*>(when)) == 1);
  // The list owns it now.
  Require(X509_CRL_add0_revoked(crl, entry) == 1);
}

// The list names its issuer's key and has a number.
void AddCrlExtensions(X509_CRL* crl, X509* ca) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, ca, nullptr, nullptr, crl, 0);
  X509_EXTENSION* extension = X509V3_EXT_nconf_nid(
      nullptr, &context, NID_authority_key_identifier, "keyid:always");
  Require(extension != nullptr && X509_CRL_add_ext(crl, extension, -1) == 1);
  X509_EXTENSION_free(extension);
  ASN1_INTEGER* number = ASN1_INTEGER_new();
  Require(ASN1_INTEGER_set(number, 1) == 1 &&
          X509_CRL_add1_ext_i2d(crl, NID_crl_number, number, 0, 0) == 1);
  ASN1_INTEGER_free(number);
}

}  // namespace

Blob MakeIntelCa(const std::string& common_name, const Key& key,
                 const IntelIssuer& issuer) {
  const X509Ptr x509 = New(common_name, key, issuer);
  AddStandard(x509.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  const bool root = common_name == issuer.common_name;
  AddStandard(
      x509.get(), NID_basic_constraints,
      root ? "critical,CA:TRUE,pathlen:1" : "critical,CA:TRUE,pathlen:0");
  return Sign(x509.get(), issuer);
}

Blob MakeTcbSigning(const Key& key, const IntelIssuer& issuer) {
  const X509Ptr x509 = New("Intel SGX TCB Signing", key, issuer);
  AddEndEntity(x509.get());
  return Sign(x509.get(), issuer);
}

Blob MakePck(const tdx_quoter::Platform& platform, const Key& key,
             const IntelIssuer& issuer) {
  const X509Ptr x509 = New("Intel SGX PCK Certificate", key, issuer);
  AddEndEntity(x509.get());
  AddRaw(x509.get(), kSgxExtensions, tdx_quoter::PckExtension(platform));
  return Sign(x509.get(), issuer);
}

Blob MakeCrl(const CertifiedKey& ca, const std::vector<Blob>& revoked) {
  const X509Ptr issuer = Decode(ca.certificate);
  const CrlPtr crl(X509_CRL_new(), X509_CRL_free);
  const TimePtr from(X509_gmtime_adj(nullptr, -kDay), ASN1_TIME_free);
  const TimePtr to(X509_gmtime_adj(nullptr, 29 * kDay), ASN1_TIME_free);
  Require(X509_CRL_set_version(crl.get(), X509_CRL_VERSION_2) == 1 &&
          X509_CRL_set_issuer_name(crl.get(),
                                   X509_get_subject_name(issuer.get())) == 1 &&
          X509_CRL_set1_lastUpdate(crl.get(), from.get()) == 1 &&
          X509_CRL_set1_nextUpdate(crl.get(), to.get()) == 1);
  for (const Blob& certificate : revoked) {
    Revoke(crl.get(), certificate, from.get());
  }
  AddCrlExtensions(crl.get(), issuer.get());
  Require(X509_CRL_sign(crl.get(), ca.key.get(), EVP_sha256()) > 0);
  unsigned char* der = nullptr;
  const int size = i2d_X509_CRL(crl.get(), &der);
  Require(size > 0);
  Blob out(der, der + size);
  OPENSSL_free(der);
  return out;
}

}  // namespace tee_emulator
