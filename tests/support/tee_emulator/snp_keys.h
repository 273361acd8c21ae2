#ifndef TESTS_SUPPORT_TEE_EMULATOR_SNP_KEYS_H_
#define TESTS_SUPPORT_TEE_EMULATOR_SNP_KEYS_H_

#include <string>

#include "tests/support/tee_emulator/blob.h"
#include "tests/support/tee_emulator/snp_machine.h"
#include "tests/support/tee_emulator/x509.h"

namespace tee_emulator {

// AMD's certificates for one product, with keys of our own: ARK signs ASK and
// ASVK; ASK signs the chip's VCEK, ASVK the cloud's VLEK.
struct SnpKeys {
  CertifiedKey ark;
  CertifiedKey ask;
  CertifiedKey asvk;
  CertifiedKey vcek;
  CertifiedKey vlek;
  Blob chip_id;  // 64 bytes; belongs to the VCEK
};

struct KeyOptions {
  std::string folder;   // where they are kept; made on first use
  int rsa_bits = 4096;  // AMD's; fewer are made faster
};

// The keys of `product` in the folder, as NAME.key and NAME.pem.
SnpKeys LoadOrMakeKeys(const Product& product, const KeyOptions& options);

}  // namespace tee_emulator

#endif  // TESTS_SUPPORT_TEE_EMULATOR_SNP_KEYS_H_
