#ifndef TESTS_SUPPORT_TEE_EMULATOR_SNP_CERTIFICATE_H_
#define TESTS_SUPPORT_TEE_EMULATOR_SNP_CERTIFICATE_H_

#include <cstdint>
#include <string>

#include "tests/support/tee_emulator/blob.h"
#include "tests/support/tee_emulator/snp_keys.h"
#include "tests/support/tee_emulator/snp_machine.h"

namespace tee_emulator {

struct CertificateNames {
  std::string subject;  // common names
  std::string issuer;
  int64_t serial;
};

// A CA of AMD: RSA, signed with RSASSA-PSS and SHA-384.
Blob MakeCaCertificate(const CertificateNames& names, const Key& key,
                       const Key& issuer_key);

// An endorsement key's certificate with the extensions of AMD 57230, the
// product's TCB in them. A VCEK has the chip ID, a VLEK the cloud's name.
Blob MakeVcekCertificate(const Product& product, const Blob& chip_id,
                         const Key& key, const Key& issuer_key);
Blob MakeVlekCertificate(const Product& product, const std::string& csp_id,
                         const Key& key, const Key& issuer_key);

}  // namespace tee_emulator

#endif  // TESTS_SUPPORT_TEE_EMULATOR_SNP_CERTIFICATE_H_
