#ifndef QUOTE_TDX_INTEL_PKI_H_
#define QUOTE_TDX_INTEL_PKI_H_

#include <cstddef>
#include <span>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "quote/crypto/certificate.h"
#include "quote/crypto/issuance.h"
#include "quote/crypto/revocation_list.h"

namespace evidenced {

// What the chains of PCK certificates and of collateral have in common: Intel,
// "SGX PCK Certificate and Certificate Revocation List Profile Specification".

// What Intel's root issues, by common name. The two CAs issue PCK certificates,
// TCB signing signs TCB infos and identities of enclaves, and none does what
// another is for.
inline constexpr char kPckPlatformCa[] = "Intel SGX PCK Platform CA";
inline constexpr char kPckProcessorCa[] = "Intel SGX PCK Processor CA";
inline constexpr char kTcbSigning[] = "Intel SGX TCB Signing";

// VerifyIssuedBy(), with a signature of ECDSA with SHA-256 by a key of P-256,
// as Intel makes them. UNAUTHENTICATED (kChainInvalid): otherwise.
absl::Status VerifyIntelSignature(const Certificate& certificate,
                                  const Certificate& issuer);

// The first of `ca` that signed `certificate`. UNAUTHENTICATED (kChainInvalid):
// none.
absl::StatusOr<Certificate> FindIntelIssuer(const Certificate& certificate,
                                            std::span<const Certificate> ca);

// OK if and only if `issuer` signed `crl`, with ECDSA P-256 and SHA-256 as
// Intel does, and it names its end and is current. UNAUTHENTICATED
// (kCollateralInvalid): otherwise.
absl::Status CheckIntelCrl(const RevocationList& crl, const Certificate& issuer,
                           ValidityTime time);

// The dates alone of one that was checked. UNAUTHENTICATED
// (kCollateralInvalid): it names no end, or is not current.
absl::Status CheckIntelCrlDates(const RevocationList& crl, ValidityTime time);

// UNAUTHENTICATED (kChainInvalid): `crl` names it.
absl::Status CheckNotRevoked(const Certificate& certificate,
                             const RevocationList& crl);

}  // namespace evidenced

#endif  // QUOTE_TDX_INTEL_PKI_H_
