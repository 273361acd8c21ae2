#ifndef TESTS_SUPPORT_TEE_EMULATOR_TDX_KEYS_H_
#define TESTS_SUPPORT_TEE_EMULATOR_TDX_KEYS_H_

#include <string>

#include "tests/support/tdx_quoter/pck_extension.h"
#include "tests/support/tee_emulator/blob.h"
#include "tests/support/tee_emulator/x509.h"

namespace tee_emulator {

// Intel's certificates for one platform, with keys of our own: the root issues
// the platform CA and TCB signing, the platform CA the PCK.
struct TdxKeys {
  CertifiedKey root;
  CertifiedKey platform_ca;
  CertifiedKey pck;
  CertifiedKey tcb_signing;
  tdx_quoter::Platform platform;  // what the PCK's certificate says
};

// Those in FOLDER/Tdx, as NAME.key and NAME.pem; made on first use. Beside them
// is root.sha256, the hash of the root's key in hexadecimal.
TdxKeys LoadOrMakeTdxKeys(const std::string& folder);

// PCK, platform CA, root: as it stands in a quote.
std::string PckChainPem(const TdxKeys& keys);

// What Intel's service says today.
struct CollateralOptions {
  std::string tcb_status = "UpToDate";  // of the platform's only level
  bool revoke_pck = false;
};

// Writes it into FOLDER/Tdx/collateral, each file under the name that a bundle
// has for it. It is good for 29 days.
void WriteCollateral(const TdxKeys& keys, const std::string& folder,
                     const CollateralOptions& options);

// The signer and product of Intel's quoting enclave for TDs: what its identity
// says, and so what those say that play it.
inline constexpr char kTdQeMrSigner[] =
    "dc9e2a7c6f948f17474e34a7fc43ed030f7c1563f1babddf6340c82e0e54a8c5";
Blob TdQeMrSigner();

}  // namespace tee_emulator

#endif  // TESTS_SUPPORT_TEE_EMULATOR_TDX_KEYS_H_
