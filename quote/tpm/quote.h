#ifndef QUOTE_TPM_QUOTE_H_
#define QUOTE_TPM_QUOTE_H_

#include <cstdint>
#include <map>
#include <vector>

#include "absl/status/statusor.h"

#include "quote/base/bytes.h"
#include "quote/crypto/digest.h"
#include "quote/tpm/attest.h"
#include "quote/tpm/public_area.h"
#include "quote/tpm/signature.h"

namespace evidenced {

// PCR values: bank -> PCR index (0..23) -> value.
using PcrValues = std::map<HashAlgorithm, std::map<uint32_t, Bytes>>;

// A TPMS_ATTEST of type TPM_ST_ATTEST_QUOTE: Part 2, section 10.12.12.
// Integers are big-endian.
struct TpmQuote {
  Bytes qualified_signer;  // Name
  Bytes extra_data;
  TpmClock clock;
  uint64_t firmware_version = 0;
  std::vector<PcrBankSelection> selection;  // in the order of the attest
  Bytes pcr_digest;
};

// Checks the layout only and says nothing about who signed it: see
// VerifyTpmQuote(). INVALID_ARGUMENT: wrong magic or type, more than 16 bank
// selections, an unknown bank, a bank twice, over 3 octets of PCRs, a truncated
// field, trailing bytes.
absl::StatusOr<TpmQuote> ParseTpmQuote(ByteView attest);

// The part `tpm`: TPM2B_ATTEST, then TPMT_SIGNATURE, nothing more. Views into
// `statement`. INVALID_ARGUMENT: layout.
struct TpmStatement {
  ByteView attest;     // the TPMS_ATTEST without the TPM2B's size
  ByteView signature;  // the TPMT_SIGNATURE
};
absl::StatusOr<TpmStatement> SplitTpmStatement(ByteView statement);

// A quote whose signature verified. Only VerifyTpmQuote() makes one.
class VerifiedTpmQuote {
 public:
  const TpmQuote& quote() const { return quote_; }
  const TpmPublicArea& ak() const { return ak_; }

 private:
  friend absl::StatusOr<VerifiedTpmQuote> VerifyTpmQuote(
      ByteView attest, ByteView signature, const TpmPublicArea& ak);
  VerifiedTpmQuote(TpmQuote quote, TpmPublicArea ak)
      : quote_(std::move(quote)), ak_(std::move(ak)) {}

  TpmQuote quote_;
  TpmPublicArea ak_;
};

// Valid if and only if:
// - `ak` is a restricted signing key, not a decryption key, and fixed to its
//   TPM (fixedTPM, fixedParent, sensitiveDataOrigin): such a key signs only
//   what the TPM made, so nobody chose the bytes
// - `attest` parses as a quote, with the TPM's magic
// - `ak` has a signing scheme, as a TPM demands of such a key (TPM 2.0 Part 3,
//   TPM2_Create): else the sender of the signature would choose its hash
// - `signature` is one TPMT_SIGNATURE of that scheme, hash SHA-256 or stronger,
//   and verifies over all of `attest`
// It does not say that the TPM is genuine, nor whose extra data it signed.
// INVALID_ARGUMENT: layout. UNAUTHENTICATED: key attributes or signature.
absl::StatusOr<VerifiedTpmQuote> VerifyTpmQuote(ByteView attest,
                                                ByteView signature,
                                                const TpmPublicArea& ak);

// UNAUTHENTICATED: `ak` is not of the first kind above.
absl::Status CheckAkAttributes(const TpmPublicArea& ak);
// UNAUTHENTICATED: `ak` has no scheme, or `signature` is of another one, or its
// hash is SHA-1.
absl::Status CheckAkScheme(const TpmPublicArea& ak,
                           const TpmSignature& signature);

// OK if and only if `values` holds exactly the registers that the quote
// selects, each as long as its bank's digests, and their concatenation, in the
// order of the selection, has the quote's PCR digest by `hash`, that of the
// AK's signing scheme (TPM 2.0 Part 3, TPM2_Quote). INVALID_ARGUMENT: another
// set or length. UNAUTHENTICATED: another digest.
absl::Status CheckPcrValues(const std::vector<PcrBankSelection>& selection,
                            ByteView pcr_digest, HashAlgorithm hash,
                            const PcrValues& values);

// PCR values whose digest is in a verified quote. Only VerifyPcrs() makes one.
class VerifiedPcrs {
 public:
  const PcrValues& values() const { return values_; }

 private:
  friend absl::StatusOr<VerifiedPcrs> VerifyPcrs(const VerifiedTpmQuote& quote,
                                                 const PcrValues& values);
  explicit VerifiedPcrs(PcrValues values) : values_(std::move(values)) {}

  PcrValues values_;
};

// As CheckPcrValues().
absl::StatusOr<VerifiedPcrs> VerifyPcrs(const VerifiedTpmQuote& quote,
                                        const PcrValues& values);

}  // namespace evidenced

#endif  // QUOTE_TPM_QUOTE_H_
