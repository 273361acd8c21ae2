#ifndef TESTS_SUPPORT_TEE_EMULATOR_SNP_TABLE_H_
#define TESTS_SUPPORT_TEE_EMULATOR_SNP_TABLE_H_

#include <string>

#include "tests/support/tee_emulator/blob.h"
#include "tests/support/tee_emulator/snp_keys.h"
#include "tests/support/tee_emulator/snp_report.h"

namespace tee_emulator {

// The certificate table of the GHCB specification, as the host gives it to the
// guest: the endorsement key's certificate, its CA's, and the ARK's. `fault`
// names what is wrong with it, see README.md.
Blob MakeTable(const SnpKeys& keys, SigningKey signing_key,
               const std::string& fault);

}  // namespace tee_emulator

#endif  // TESTS_SUPPORT_TEE_EMULATOR_SNP_TABLE_H_
