#ifndef QUOTE_TDX_PCK_CHAIN_H_
#define QUOTE_TDX_PCK_CHAIN_H_

#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "quote/crypto/certificate.h"
#include "quote/crypto/issuance.h"
#include "quote/crypto/revocation_list.h"
#include "quote/tdx/pck.h"
#include "quote/tdx/roots.h"

namespace evidenced {

// The two certificates above a PCK's.
struct PckChain {
  Certificate intermediate;  // PCK Platform CA or PCK Processor CA
  Certificate root;
};

// The chain from `pck` over any of `ca` to a self-signed one of them, each
// signature ECDSA P-256 with SHA-256. More than kMaxPckCertificates are
// refused. It says nothing of trust in the root, dates and revocation.
// UNAUTHENTICATED (kChainInvalid): none.
absl::StatusOr<PckChain> FindPckChain(const Certificate& pck,
                                      std::span<const Certificate> ca);

// OK if and only if the intermediate is a CA for PCK certificates, by its name.
// UNAUTHENTICATED (kChainInvalid): otherwise.
absl::Status CheckPckIntermediate(const PckChain& chain);

// OK if and only if every certificate is valid then. UNAUTHENTICATED
// (kChainInvalid): otherwise.
absl::Status CheckPckDates(const Certificate& pck, const PckChain& chain,
                           ValidityTime time);

// Intel's CRLs: the root's, and that of the CA that issued the PCK certificate.
struct PckCrls {
  RevocationList root;
  RevocationList pck;
};

// OK if and only if both lists are signed by the chain's own keys and current,
// and name none of its certificates. UNAUTHENTICATED: revoked (kChainInvalid),
// or not to be relied on (kCollateralInvalid).
absl::Status CheckPckRevocation(const Certificate& pck, const PckChain& chain,
                                const PckCrls& crls, ValidityTime time);

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

#endif  // QUOTE_TDX_PCK_CHAIN_H_
