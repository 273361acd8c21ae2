#include "tests/support/tee_emulator/x509.h"

#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>

#include "openssl/bio.h"
#include "openssl/ec.h"
#include "openssl/pem.h"
#include "openssl/rsa.h"
#include "openssl/x509v3.h"

namespace tee_emulator {
namespace {

constexpr int64_t kYear = int64_t{365} * 24 * 3600;

using FilePtr = std::unique_ptr<std::FILE, decltype(&std::fclose)>;
using BioPtr = std::unique_ptr<BIO, decltype(&BIO_free)>;

FilePtr Open(const std::string& path, const char* mode) {
  FilePtr file(std::fopen(path.c_str(), mode), std::fclose);
  if (file == nullptr) Fail("cannot open " + path);
  return file;
}

Key Own(EVP_PKEY* key) {
  if (key == nullptr) Fail("OpenSSL did not make a key");
  return {key, EVP_PKEY_free};
}

CertifiedKey Load(const std::string& stem) {
  CertifiedKey out;
  const FilePtr key = Open(stem + ".key", "r");
  out.key = Own(PEM_read_PrivateKey(key.get(), nullptr, nullptr, nullptr));
  const FilePtr pem = Open(stem + ".pem", "r");
  const X509Ptr x509(PEM_read_X509(pem.get(), nullptr, nullptr, nullptr),
                     X509_free);
  if (x509 == nullptr) Fail("cannot read " + stem + ".pem");
  out.certificate = Encode(x509.get());
  return out;
}

void Store(const CertifiedKey& certified, const std::string& stem) {
  FilePtr key = Open(stem + ".key", "w");
  if (PEM_write_PrivateKey(key.get(), certified.key.get(), nullptr, nullptr, 0,
                           nullptr, nullptr) != 1) {
    Fail("cannot write " + stem + ".key");
  }
  key.reset();
  WriteWhole(stem + ".pem", Pem(certified.certificate));
}

}  // namespace

void Require(bool made) {
  if (!made) Fail("OpenSSL did not make a certificate");
}

Key MakeP256Key() { return Own(EVP_EC_gen("P-256")); }
Key MakeP384Key() { return Own(EVP_EC_gen("P-384")); }
Key MakeRsaKey(int bits) {
  return Own(EVP_RSA_gen(static_cast<unsigned int>(bits)));
}

void SetName(X509_NAME* name, const NameFields& fields) {
  for (const auto& [field, value] : fields) {
    Require(X509_NAME_add_entry_by_txt(
                name, field.c_str(), MBSTRING_ASC,
                reinterpret_cast<const unsigned char*>(value.data()),
                static_cast<int>(value.size()), -1, 0) == 1);
  }
}

X509Ptr NewCertificate(const NewCertificateSpec& spec, const Key& key) {
  X509Ptr x509(X509_new(), X509_free);
  Require(X509_set_version(x509.get(), X509_VERSION_3) == 1);
  ASN1_INTEGER_set_int64(X509_get_serialNumber(x509.get()), spec.serial);
  X509_gmtime_adj(X509_getm_notBefore(x509.get()), -kYear);
  X509_gmtime_adj(X509_getm_notAfter(x509.get()), 7 * kYear);
  SetName(X509_get_subject_name(x509.get()), spec.subject);
  SetName(X509_get_issuer_name(x509.get()), spec.issuer);
  Require(X509_set_pubkey(x509.get(), key.get()) == 1);
  return x509;
}

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

X509Ptr Decode(const Blob& certificate) {
  const unsigned char* cursor = certificate.data();
  X509Ptr x509(
      d2i_X509(nullptr, &cursor, static_cast<int64_t>(certificate.size())),
      X509_free);
  Require(x509 != nullptr);
  return x509;
}

Blob Encode(X509* x509) {
  unsigned char* der = nullptr;
  const int size = i2d_X509(x509, &der);
  Require(size > 0);
  Blob out(der, der + size);
  OPENSSL_free(der);
  return out;
}

std::string Pem(const Blob& certificate) {
  const X509Ptr x509 = Decode(certificate);
  const BioPtr bio(BIO_new(BIO_s_mem()), BIO_free);
  Require(PEM_write_bio_X509(bio.get(), x509.get()) == 1);
  char* text = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<size_t>(size)};
}

CertifiedKey LoadOrMake(const std::string& stem,
                        const std::function<CertifiedKey()>& make) {
  if (std::filesystem::exists(stem + ".pem")) return Load(stem);
  CertifiedKey made = make();
  Store(made, stem);
  return made;
}

void WriteWhole(const std::string& path, const std::string& bytes) {
  const std::string temporary = path + "." + std::to_string(getpid());
  std::ofstream out(temporary, std::ios::binary);
  out << bytes;
  out.close();
  if (!out) Fail("cannot write " + temporary);
  std::filesystem::rename(temporary, path);
}

}  // namespace tee_emulator
