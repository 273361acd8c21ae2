#ifndef EVIDENCE_RAW_SNP_KEYS_H_
#define EVIDENCE_RAW_SNP_KEYS_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "evidence/raw/certificate_checks.h"
#include "evidence/raw/raw_verdict.h"
#include "quote/base/bytes.h"
#include "quote/crypto/certificate.h"
#include "quote/crypto/issuance.h"
#include "quote/crypto/revocation_list.h"
#include "quote/snp/certificate_table.h"
#include "quote/snp/chain.h"
#include "quote/snp/endorsement.h"

namespace evidenced {

// Certificates and CRL as they were handed over, DER or PEM. All of them may be
// missing.
struct RawSnpFiles {
  std::optional<ByteView> ek;  // VCEK or VLEK; what follows it are CAs
  bool ek_from_table = false;  // then they are behind `ca`
  std::vector<ByteView> ca;    // ASK or ASVK, and ARK
  std::optional<ByteView> crl;
  bool crl_from_table = false;
};

// Adds what a certificate table holds, where the files lack it: the key of
// `kind` if there are both.
void AddFromTable(std::span<const SnpTableEntry> entries, SnpKeyKind kind,
                  RawSnpFiles& files);

struct RawSnpTrust {
  SnpRoots roots;
  ValidityTime time;
};

// The same, read.
struct RawSnpKeys {
  absl::Status ek_status;  // why there is no `ek` where one was given
  std::optional<Certificate> ek;
  // What `ek` says of its key, or why it says nothing.
  absl::StatusOr<SnpEndorsement> endorsement =
      absl::NotFoundError("no endorsement key certificate was given");
  std::vector<Certificate> ca;
  std::optional<RevocationList> crl;
  bool crl_from_table = false;
};

// CAs beyond kMaxSnpCas are left out, and a check says so. Files that are none
// fail a check of `verdict`.
RawSnpKeys ReadSnpKeys(const RawSnpFiles& files, RawVerdict& verdict);

// Names of checks.
inline constexpr absl::string_view kSnpChainCheck =
    "ek_chain_to_ark_valid_ignoring_time";
inline constexpr absl::string_view kSnpRootCheck = "ark_key_is_pinned";
inline constexpr absl::string_view kSnpCrlCheck = "crl_revokes_none";

// Adds the checks of the chain from `keys.ek`, which is there: signatures, the
// root's key, for `product` or, without one, for any; dates; revocation.
void JudgeSnpChain(const RawSnpKeys& keys, std::optional<SnpProduct> product,
                   const RawSnpTrust& trust, RawVerdict& verdict);

// The CRL alone, for certificates of one ARK; there need not be a CRL.
void JudgeSnpRevocation(const RawSnpKeys& keys,
                        std::span<const SnpChain> chains,
                        const RawSnpTrust& trust, RawVerdict& verdict);

// The root's key alone, of a root for any product if there is none.
absl::Status CheckSnpRootFor(const Certificate& ark,
                             std::optional<SnpProduct> product,
                             const SnpRoots& roots);

// Its key, and whether that is AMD's own, whoever else is trusted.
std::string SnpRootText(const Certificate& ark,
                        std::optional<SnpProduct> product);

}  // namespace evidenced

#endif  // EVIDENCE_RAW_SNP_KEYS_H_
