#ifndef AGENT_CLIENT_COLLATERAL_URLS_H_
#define AGENT_CLIENT_COLLATERAL_URLS_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "quote/base/bytes.h"
#include "quote/snp/endorsement.h"
#include "quote/snp/product.h"
#include "quote/snp/tcb.h"

namespace evidenced {

// Where collateral comes from: scheme, host, and perhaps a path, without a
// slash at the end.
struct CollateralServices {
  std::string kds = "https://kdsintf.amd.com";
  std::string pcs = "https://api.trustedservices.intel.com";
  // For Intel's root list alone.
  std::string pcs_certificates =
      "https://certificates.trustedservices.intel.com";
};

// The base of a mirror, as CollateralServices have it. INVALID_ARGUMENT:
// another scheme than https, no host, or a user, query, fragment or space.
absl::StatusOr<std::string> ServiceBase(absl::string_view url);

// AMD's key distribution service (KDS): AMD 57230, chapter 4.
// A chip's VCEK for a TCB, in DER. Of `chip_id` Turin has the first 8 bytes.
std::string VcekUrl(absl::string_view kds, ByteView chip_id, SnpProduct product,
                    const SnpTcb& tcb);
// ASK or ASVK, then ARK, in PEM.
std::string SnpChainUrl(absl::string_view kds, SnpKeyKind kind,
                        SnpProduct product);
// The ARK's revocation list, in DER.
std::string SnpCrlUrl(absl::string_view kds, SnpKeyKind kind,
                      SnpProduct product);

// Which of Intel's CAs issued a PCK certificate.
enum class PckCa : uint8_t { kPlatform, kProcessor };
// "platform", "processor"
absl::string_view PckCaName(PckCa ca);

// Intel's provisioning certification service (PCS): "PCS API v4". With each
// answer comes a header that has the chain of who signed it, as PEM in the
// encoding of URLs; of the last there is none.
inline constexpr char kTcbInfoChainHeader[] = "tcb-info-issuer-chain";
inline constexpr char kQeIdentityChainHeader[] =
    "sgx-enclave-identity-issuer-chain";
inline constexpr char kPckCrlChainHeader[] = "sgx-pck-crl-issuer-chain";
std::string TcbInfoUrl(absl::string_view pcs, ByteView fmspc);
std::string QeIdentityUrl(absl::string_view pcs);
std::string PckCrlUrl(absl::string_view pcs, PckCa ca);
std::string RootCrlUrl(absl::string_view pcs_certificates);

}  // namespace evidenced

#endif  // AGENT_CLIENT_COLLATERAL_URLS_H_
