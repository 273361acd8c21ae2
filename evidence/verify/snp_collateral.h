#ifndef EVIDENCE_VERIFY_SNP_COLLATERAL_H_
#define EVIDENCE_VERIFY_SNP_COLLATERAL_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"

#include "evidence/verify/lru_by_hash.h"
#include "quote/base/bytes.h"
#include "quote/crypto/certificate.h"
#include "quote/crypto/issuance.h"
#include "quote/crypto/revocation_list.h"
#include "quote/snp/chain.h"
#include "quote/snp/endorsement.h"
#include "quote/snp/roots.h"

namespace evidenced {

struct SnpCollateral;

// Endorsements that were verified, by the hash of all that they were verified
// from; those used last are kept. It belongs to one thread at a time.
class SnpEndorsementCache {
 public:
  // Of at most `capacity` endorsements; of none nothing is kept.
  explicit SnpEndorsementCache(size_t capacity) : kept_(capacity) {}

  size_t size() const { return kept_.size(); }

 private:
  friend absl::StatusOr<VerifiedSnpEndorsement> EndorseSnpKey(
      SnpKeyKind kind, ByteView table, const SnpCollateral& collateral);

  LruByHash<VerifiedSnpEndorsement> kept_;
};

// What a verifier has of its own to judge SNP reports by.
struct SnpCollateral {
  SnpRoots roots;  // none is trusted by default: see AmdSnpRoots()
  ValidityTime time;
  // A VCEK or VLEK, and CAs. They go before those that came with a report.
  std::optional<Certificate> key = std::nullopt;
  std::vector<Certificate> ca = {};
  std::optional<RevocationList> crl = std::nullopt;
  // Not owned; nullptr: chains are verified anew each time.
  SnpEndorsementCache* cache = nullptr;
};

// The endorsement for reports that a key of `kind` signs, by `collateral` and,
// for what that lacks, the certificate table that came with the report; an
// empty one is none, and so are CAs beyond kMaxSnpCas. As
// VerifySnpEndorsement(); also UNAUTHENTICATED: there is no certificate of such
// a key. What cannot be read in the table counts for
// nothing, for who could spoil it could as well leave it out; a message that
// something is missing says it.
absl::StatusOr<VerifiedSnpEndorsement> EndorseSnpKey(
    SnpKeyKind kind, ByteView table, const SnpCollateral& collateral);

}  // namespace evidenced

#endif  // EVIDENCE_VERIFY_SNP_COLLATERAL_H_
