#ifndef EVIDENCE_VERIFY_TDX_COLLATERAL_H_
#define EVIDENCE_VERIFY_TDX_COLLATERAL_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"

#include "evidence/verify/lru_by_hash.h"
#include "quote/base/bytes.h"
#include "quote/crypto/certificate.h"
#include "quote/crypto/issuance.h"
#include "quote/tdx/collateral.h"
#include "quote/tdx/pck_chain.h"
#include "quote/tdx/quote.h"
#include "quote/tdx/roots.h"
#include "quote/tdx/tcb_signing.h"
#include "quote/tdx/verify_pck.h"

namespace evidenced {

struct TdxCollateral;

// What TCBs are evaluated by, verified; nullopt: it was not given.
struct TdxTcbCollateral {
  std::optional<VerifiedTcbSigning> signing = std::nullopt;
  std::optional<VerifiedTcbInfo> tcb_info = std::nullopt;
  std::optional<VerifiedQeIdentity> qe_identity = std::nullopt;
};

// PCKs and collateral that were verified, by the hash of all that they were
// verified from; those used last are kept. It belongs to one thread at a time.
class TdxCollateralCache {
 public:
  // Of at most `capacity` of each; of none nothing is kept.
  explicit TdxCollateralCache(size_t capacity)
      : pcks_(capacity), collateral_(capacity) {}

  size_t pcks() const { return pcks_.size(); }
  size_t collateral() const { return collateral_.size(); }

 private:
  friend absl::StatusOr<VerifiedPck> EndorseTdxPck(
      const TdxQuote& quote, const TdxCollateral& collateral);
  friend absl::StatusOr<TdxTcbCollateral> VerifyTcbCollateral(
      const TdxCollateral& collateral);

  LruByHash<VerifiedPck> pcks_;
  LruByHash<TdxTcbCollateral> collateral_;
};

// What a verifier has of its own to judge TDX quotes by.
struct TdxCollateral {
  TdxRoots roots;  // none is trusted by default: see IntelTdxRoots()
  TdQuotingEnclaves enclaves;  // nor is any of these
  ValidityTime time;
  // PCK certificates, and CAs. They go before those that came in a quote.
  std::vector<Certificate> ca = {};
  std::optional<PckCrls> crls = std::nullopt;
  std::vector<Certificate> tcb_signing = {};  // TCB signing, then its root
  // As Intel's service gives them.
  std::optional<Bytes> tcb_info = std::nullopt;
  std::optional<Bytes> qe_identity = std::nullopt;
  // Not owned; nullptr: everything is verified anew each time.
  TdxCollateralCache* cache = nullptr;
};

// The PCK for `quote` among the certificates of `collateral` and then of the
// quote, of which those beyond kMaxPckCertificates are left out. As
// OwnThenSent(), FindSigningPck() and VerifyPck(). What cannot be read in the
// quote counts for nothing where it is not needed.
absl::StatusOr<VerifiedPck> EndorseTdxPck(const TdxQuote& quote,
                                          const TdxCollateral& collateral);

// What of TCB info and the QE's identity was given. As VerifyTcbSigning(),
// VerifyTcbInfo() and VerifyQeIdentity(); UNAUTHENTICATED (kCollateralInvalid)
// also: they were given without a chain of TCB signing.
absl::StatusOr<TdxTcbCollateral> VerifyTcbCollateral(
    const TdxCollateral& collateral);

}  // namespace evidenced

#endif  // EVIDENCE_VERIFY_TDX_COLLATERAL_H_
