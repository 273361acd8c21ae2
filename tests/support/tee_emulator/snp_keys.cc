#include "tests/support/tee_emulator/snp_keys.h"

#include <cstdint>
#include <filesystem>
#include <string>

#include "openssl/evp.h"

#include "tests/support/tee_emulator/blob.h"
#include "tests/support/tee_emulator/snp_certificate.h"

namespace tee_emulator {
namespace {

constexpr char kCspId[] = "CN=cc-emulated.example";
constexpr size_t kChipIdSize = 64;
constexpr size_t kShortChipIdSize = 8;

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

SnpKeys LoadOrMakeKeys(const Product& product, const KeyOptions& options) {
  const std::string folder = options.folder + "/" + product.name;
  std::filesystem::create_directories(folder);
  const auto ca = [&](const std::string& name, int64_t serial,
                      const CertifiedKey* issuer,
                      const std::string& issuer_name) {
    const Key key = MakeRsaKey(options.rsa_bits);
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
