#ifndef QUOTE_TDX_PCK_H_
#define QUOTE_TDX_PCK_H_

#include <cstddef>
#include <span>
#include <vector>

#include "absl/status/statusor.h"

#include "quote/base/bytes.h"
#include "quote/crypto/certificate.h"
#include "quote/crypto/public_key.h"
#include "quote/tdx/pck_extensions.h"
#include "quote/tdx/quote.h"

namespace evidenced {

// A provisioning certification key (PCK), which signs the reports of quoting
// enclaves of one platform at one TCB, and what its certificate says of those.
struct PckCertificate {
  Certificate certificate;
  PublicKey key;
  PckExtensions extensions;
};

// Checks the form only and says nothing about who signed it: see VerifyPck().
// INVALID_ARGUMENT (kMalformed, kTruncated), if not:
// - the key is one of P-256
// - the extension is there and is one
absl::StatusOr<PckCertificate> ParsePckCertificate(
    const Certificate& certificate);

// The certificates that certification data of the type kPckChainType holds: PEM
// or, as in some samples, DER, one behind the other. At most
// kMaxPckCertificates. INVALID_ARGUMENT: none, what is no certificate, or more.
inline constexpr size_t kMaxPckCertificates = 16;
absl::StatusOr<std::vector<Certificate>> ReadPckChain(ByteView data);

// As that, of the quote. INVALID_ARGUMENT: certification data of another type
// (kUnsupportedType).
absl::StatusOr<std::vector<Certificate>> PckChainOf(const TdxQuote& quote);

// The first that has the extension of a PCK certificate. INVALID_ARGUMENT
// (kMalformed): none has.
absl::StatusOr<Certificate> FindPck(std::span<const Certificate> certificates);

// Those of `own`, the verifier's, then those that were sent, up to
// kMaxPckCertificates of both: whoever sends many must not hide the verifier's.
std::vector<Certificate> OwnThenSent(std::span<const Certificate> own,
                                     std::span<const Certificate> sent);

// The first that has that extension and whose key signed the report of the
// quoting enclave; if none did, as FindPck(). Whoever handed over another has
// no say.
absl::StatusOr<Certificate> FindSigningPck(
    const TdxQuote& quote, std::span<const Certificate> certificates);

}  // namespace evidenced

#endif  // QUOTE_TDX_PCK_H_
