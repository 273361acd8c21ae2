#ifndef EVIDENCE_RAW_TDX_REVOCATION_H_
#define EVIDENCE_RAW_TDX_REVOCATION_H_

#include <cstdint>
#include <optional>
#include <span>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "evidence/raw/raw_verdict.h"
#include "evidence/raw/tdx_collateral.h"
#include "quote/crypto/certificate.h"
#include "quote/tdx/pck_chain.h"

namespace evidenced {

// A check of who vouches for collateral: whatever fails, it is the collateral
// that is not to be relied on.
void AddTdxCollateralCheck(absl::string_view name, absl::string_view expected,
                           const absl::Status& status, absl::string_view found,
                           RawVerdict& verdict);

// Adds whether `root`, at the end of the chain `name`, is trusted.
void JudgeTdxCollateralRoot(absl::string_view name, const Certificate& root,
                            const RawTdxTrust& trust, RawVerdict& verdict);

// Whose list it is.
enum class RawCrlRole : uint8_t { kRoot, kPckCa };

// Adds whether the list, if there is one, is signed by a CA of its role, that
// by a root, both of `all`, and the root is trusted.
void JudgeTdxCrl(RawCrlRole role, std::span<const Certificate> all,
                 const RawTdxTrust& trust, std::optional<RawCrl>& crl,
                 RawVerdict& verdict);

// Adds whether the root's list, which the root at the end of the chain must
// have signed, revokes who signs TCB info and identity.
void JudgeTdxSigningRevocation(const RawTdxCollateral& collateral,
                               RawVerdict& verdict);

inline constexpr absl::string_view kTdxRevocationCheck = "revocation";

// Adds that: whether the lists, each signed by the chain's own CA,
// revoke a certificate of the chain. Undecided with one list alone, not checked
// with none.
void JudgeTdxRevocation(const Certificate& pck, const PckChain& chain,
                        const RawTdxCollateral& collateral,
                        RawVerdict& verdict);

}  // namespace evidenced

#endif  // EVIDENCE_RAW_TDX_REVOCATION_H_
