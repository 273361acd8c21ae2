#include "tests/support/tee_emulator/snp_keys.h"

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "openssl/evp.h"
#include "openssl/pem.h"
#include "openssl/rsa.h"
#include "openssl/x509.h"

#include "tests/support/tee_emulator/blob.h"
#include "tests/support/tee_emulator/snp_certificate.h"

namespace tee_emulator {
namespace {

constexpr char kCspId[] = "CN=cc-emulated.example";
constexpr size_t kChipIdSize = 64;
constexpr size_t kShortChipIdSize = 8;

using FilePtr = std::unique_ptr<std::FILE, decltype(&std::fclose)>;
using X509Ptr = std::unique_ptr<X509, decltype(&X509_free)>;

FilePtr Open(const std::string& path, const char* mode) {
  FilePtr file(std::fopen(path.c_str(), mode), std::fclose);
  if (file == nullptr) Fail("cannot open " + path);
  return file;
}

Key Own(EVP_PKEY* key) {
  if (key == nullptr) Fail("OpenSSL did not make a key");
  return {key, EVP_PKEY_free};
}

Blob Encode(X509* x509) {
  unsigned char* der = nullptr;
  const int size = i2d_X509(x509, &der);
  if (size <= 0) Fail("OpenSSL did not encode a certificate");
  Blob out(der, der + size);
  OPENSSL_free(der);
  return out;
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
  const FilePtr key = Open(stem + ".key", "w");
  const FilePtr pem = Open(stem + ".pem", "w");
  const unsigned char* cursor = certified.certificate.data();
  const X509Ptr x509(
      d2i_X509(nullptr, &cursor,
               static_cast<int64_t>(certified.certificate.size())),
      X509_free);
  if (PEM_write_PrivateKey(key.get(), certified.key.get(), nullptr, nullptr, 0,
                           nullptr, nullptr) != 1 ||
      PEM_write_X509(pem.get(), x509.get()) != 1) {
    Fail("cannot write " + stem);
  }
}

CertifiedKey LoadOrMake(const std::string& stem,
                        const std::function<CertifiedKey()>& make) {
  if (std::filesystem::exists(stem + ".pem")) return Load(stem);
  CertifiedKey made = make();
  Store(made, stem);
  return made;
}

// One that belongs to these keys and no others, and is the same each time.
Blob ChipIdOf(const CertifiedKey& ark, const Product& product) {
  Blob out(kChipIdSize);
  unsigned int size = 0;
  if (EVP_Digest(ark.certificate.data(), ark.certificate.size(), out.data(),
                 &size, EVP_sha512(), nullptr) != 1 ||
      size != out.size()) {
    Fail("OpenSSL did not make a digest");
  }
  if (product.has_fmc) {
    out.resize(kShortChipIdSize);
    out.resize(kChipIdSize, 0);
  }
  return out;
}

}  // namespace

Key MakeP384Key() { return Own(EVP_EC_gen("P-384")); }

SnpKeys LoadOrMakeKeys(const Product& product, const KeyOptions& options) {
  const std::string folder = options.folder + "/" + product.name;
  std::filesystem::create_directories(folder);
  const auto rsa = [&] {
    return Own(EVP_RSA_gen(static_cast<unsigned int>(options.rsa_bits)));
  };
  const auto ca = [&](const std::string& name, int64_t serial,
                      const CertifiedKey* issuer,
                      const std::string& issuer_name) {
    const Key key = rsa();
    return CertifiedKey{
        key, MakeCaCertificate(
                 {.subject = name, .issuer = issuer_name, .serial = serial},
                 key, issuer == nullptr ? key : issuer->key)};
  };
  const std::string root = "ARK-" + product.name;
  SnpKeys keys;
  keys.ark = LoadOrMake(
      folder + "/ark", [&] { return ca(root, product.serial, nullptr, root); });
  keys.ask = LoadOrMake(folder + "/ask", [&] {
    return ca("SEV-" + product.name, product.serial + 1, &keys.ark, root);
  });
  keys.asvk = LoadOrMake(folder + "/asvk", [&] {
    return ca("SEV-VLEK-" + product.name, product.serial + 2, &keys.ark, root);
  });
  keys.chip_id = ChipIdOf(keys.ark, product);
  keys.vcek = LoadOrMake(folder + "/vcek", [&] {
    const Key key = MakeP384Key();
    return CertifiedKey{
        key, MakeVcekCertificate(product, keys.chip_id, key, keys.ask.key)};
  });
  keys.vlek = LoadOrMake(folder + "/vlek", [&] {
    const Key key = MakeP384Key();
    return CertifiedKey{
        key, MakeVlekCertificate(product, kCspId, key, keys.asvk.key)};
  });
  return keys;
}

}  // namespace tee_emulator
