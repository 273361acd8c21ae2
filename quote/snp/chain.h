#ifndef QUOTE_SNP_CHAIN_H_
#define QUOTE_SNP_CHAIN_H_

#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "quote/crypto/certificate.h"
#include "quote/crypto/issuance.h"
#include "quote/crypto/revocation_list.h"
#include "quote/snp/endorsement.h"
#include "quote/snp/roots.h"

namespace evidenced {

// VerifyIssuedBy(), with a signature of RSASSA-PSS with SHA-384, as AMD makes
// them. UNAUTHENTICATED (kChainInvalid): otherwise.
absl::Status VerifyAmdSignature(const Certificate& certificate,
                                const Certificate& issuer);

// The two certificates above a VCEK or VLEK: AMD 57230, chapter 2.
struct SnpChain {
  Certificate intermediate;  // ASK for a VCEK, ASVK for a VLEK
  Certificate ark;
};

// The chain from `key` over any of `ca` to a self-signed one of them, each
// signature RSASSA-PSS with SHA-384. More than kMaxSnpCas are refused. It says
// nothing of trust in the root, dates and revocation. UNAUTHENTICATED
// (kChainInvalid): none.
inline constexpr size_t kMaxSnpCas = 16;
absl::StatusOr<SnpChain> FindSnpChain(const Certificate& key,
                                      std::span<const Certificate> ca);

// OK if and only if the intermediate is the CA for keys of this product and
// kind: SEV-Milan issues VCEKs, SEV-VLEK-Milan VLEKs. UNAUTHENTICATED
// (kChainInvalid): otherwise.
absl::Status CheckSnpIntermediate(const SnpEndorsement& endorsement,
                                  const SnpChain& chain);

// OK if and only if every certificate is valid then. UNAUTHENTICATED
// (kChainInvalid): otherwise.
absl::Status CheckSnpDates(const Certificate& key, const SnpChain& chain,
                           ValidityTime time);

// OK if and only if the ARK signed `crl`, by RSASSA-PSS with SHA-384, it is
// current and says until when, whomever it revokes. UNAUTHENTICATED
// (kCollateralInvalid): otherwise.
absl::Status CheckSnpCrl(const RevocationList& crl, const Certificate& ark,
                         ValidityTime time);

// OK if and only if `crl`, which CheckSnpCrl() took, revokes neither the
// intermediate nor the ARK. UNAUTHENTICATED (kChainInvalid): otherwise.
absl::Status CheckSnpNotRevoked(const SnpChain& chain,
                                const RevocationList& crl);

// Both.
absl::Status CheckSnpRevocation(const SnpChain& chain,
                                const RevocationList& crl, ValidityTime time);

enum class SnpCrlUse : uint8_t { kIfGiven, kRequired };

// What a verifier has and demands. There are no defaults.
struct SnpTrust {
  SnpRoots roots;
  std::optional<RevocationList> crl;
  SnpCrlUse crl_use;
  ValidityTime time;
};

// A VCEK or VLEK that AMD, or whom else `trust` names, vouches for. Only
// VerifySnpEndorsement() makes one. It may be kept for as long as CheckDates()
// says so and no newer revocation list is there.
class VerifiedSnpEndorsement {
 public:
  const SnpEndorsement& endorsement() const { return endorsement_; }
  const SnpChain& chain() const { return chain_; }
  // The list that revokes none of the chain; nullopt: there was none.
  const std::optional<RevocationList>& crl() const { return crl_; }
  // Whether dates were looked at, of certificates and list.
  bool dates_checked() const { return dates_checked_; }

  // Whether all that it was verified by is good at `time` too. As
  // CheckSnpDates() and, for the list's dates, CheckSnpCrl().
  absl::Status CheckDates(ValidityTime time) const;

 private:
  friend absl::StatusOr<VerifiedSnpEndorsement> VerifySnpEndorsement(
      const Certificate& key, std::span<const Certificate> ca,
      const SnpTrust& trust);
  VerifiedSnpEndorsement(SnpEndorsement endorsement, SnpChain chain,
                         std::optional<RevocationList> crl, bool dates_checked)
      : endorsement_(std::move(endorsement)),
        chain_(std::move(chain)),
        crl_(std::move(crl)),
        dates_checked_(dates_checked) {}

  SnpEndorsement endorsement_;
  SnpChain chain_;
  std::optional<RevocationList> crl_;
  bool dates_checked_;
};

// Valid if and only if:
// - `key` has the form of a VCEK or VLEK certificate
// - a chain leads from it to an ARK, over the intermediate for its product and
//   kind
// - the ARK's key is trusted for that product
// - every certificate is valid at `trust.time`
// - the revocation list, if there is or must be one, revokes none of them
// INVALID_ARGUMENT: form. UNAUTHENTICATED: the rest.
absl::StatusOr<VerifiedSnpEndorsement> VerifySnpEndorsement(
    const Certificate& key, std::span<const Certificate> ca,
    const SnpTrust& trust);

}  // namespace evidenced

#endif  // QUOTE_SNP_CHAIN_H_
