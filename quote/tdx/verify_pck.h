#ifndef QUOTE_TDX_VERIFY_PCK_H_
#define QUOTE_TDX_VERIFY_PCK_H_

#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "quote/crypto/certificate.h"
#include "quote/crypto/issuance.h"
#include "quote/tdx/pck.h"
#include "quote/tdx/pck_chain.h"
#include "quote/tdx/roots.h"

namespace evidenced {

enum class PckCrlUse : uint8_t { kIfGiven, kRequired };

// Whom a verifier trusts for TD quotes.
struct TdxTrust {
  TdxRoots roots;
  std::optional<PckCrls> crls;
  PckCrlUse crl_use;
  ValidityTime time;
};

// A PCK that Intel, or whom else `trust` names, vouches for. Only VerifyPck()
// makes one. It may be kept for as long as CheckDates() says so and no newer
// revocation lists are there.
class VerifiedPck {
 public:
  const PckCertificate& pck() const { return pck_; }
  const PckChain& chain() const { return chain_; }
  // The lists that revoke none of the chain; nullopt: there were none.
  const std::optional<PckCrls>& crls() const { return crls_; }
  // Whether dates were looked at, of certificates and lists.
  bool dates_checked() const { return dates_checked_; }

  // Whether all that it was verified by is good at `time` too.
  // UNAUTHENTICATED: a certificate is not (kChainInvalid), or a list
  // (kCollateralInvalid).
  absl::Status CheckDates(ValidityTime time) const;

 private:
  friend absl::StatusOr<VerifiedPck> VerifyPck(const Certificate& pck,
                                               std::span<const Certificate> ca,
                                               const TdxTrust& trust);
  VerifiedPck(PckCertificate pck, PckChain chain, const TdxTrust& trust)
      : pck_(std::move(pck)),
        chain_(std::move(chain)),
        crls_(trust.crls),
        dates_checked_(trust.time.checked()) {}

  PckCertificate pck_;
  PckChain chain_;
  std::optional<PckCrls> crls_;
  bool dates_checked_;
};

// Valid if and only if:
// - `pck` has the form of a PCK certificate
// - a chain leads from it over a CA for PCK certificates to a trusted root
// - every certificate is valid at `trust.time`
// - the revocation lists, if there are or must be some, revoke none of them
// INVALID_ARGUMENT: form. UNAUTHENTICATED: the rest.
absl::StatusOr<VerifiedPck> VerifyPck(const Certificate& pck,
                                      std::span<const Certificate> ca,
                                      const TdxTrust& trust);

}  // namespace evidenced

#endif  // QUOTE_TDX_VERIFY_PCK_H_
