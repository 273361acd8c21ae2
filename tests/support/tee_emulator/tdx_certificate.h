#ifndef TESTS_SUPPORT_TEE_EMULATOR_TDX_CERTIFICATE_H_
#define TESTS_SUPPORT_TEE_EMULATOR_TDX_CERTIFICATE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/tdx_quoter/pck_extension.h"
#include "tests/support/tee_emulator/blob.h"
#include "tests/support/tee_emulator/x509.h"

namespace tee_emulator {

// Certificates and lists after Intel's "SGX PCK Certificate and Certificate
// Revocation List Profile Specification": P-256, ECDSA with SHA-256.

// Who issues. The root issues itself.
struct IntelIssuer {
  std::string common_name;
  Key key;
};

Blob MakeIntelCa(const std::string& common_name, const Key& key,
                 const IntelIssuer& issuer);
Blob MakeTcbSigning(const Key& key, const IntelIssuer& issuer);
Blob MakePck(const tdx_quoter::Platform& platform, const Key& key,
             const IntelIssuer& issuer);

// A revocation list of a CA, of today and for 30 days, with `revoked` in it.
Blob MakeCrl(const CertifiedKey& ca, const std::vector<Blob>& revoked);

inline constexpr char kRootName[] = "Intel SGX Root CA";
inline constexpr char kPlatformCaName[] = "Intel SGX PCK Platform CA";

}  // namespace tee_emulator

#endif  // TESTS_SUPPORT_TEE_EMULATOR_TDX_CERTIFICATE_H_
