#ifndef QUOTE_TDX_QUOTE_CHECKS_H_
#define QUOTE_TDX_QUOTE_CHECKS_H_

#include "absl/status/status.h"

#include "quote/base/bytes.h"
#include "quote/crypto/public_key.h"
#include "quote/tdx/quote.h"
#include "quote/tdx/roots.h"

namespace evidenced {

// The steps of VerifyTdxQuote(), for those that want each one's answer. The
// quote is genuine if all of them hold, and not by one alone.

// Version 4 or 5. INVALID_ARGUMENT (kUnsupportedVersion): another.
absl::Status CheckTdxVersion(const TdxQuote& quote);

// INVALID_ARGUMENT (kUnsupportedType): of another TEE than TDX.
absl::Status CheckTdxTeeType(const TdxQuote& quote);

// INVALID_ARGUMENT (kUnsupportedType): not by a quoting enclave of Intel's, as
// the header says.
absl::Status CheckTdxQeVendor(const TdxQuote& quote);

// INVALID_ARGUMENT (kMalformed): a byte that is not zero behind what is used
// of the signature data, or behind those. Anybody may change them.
absl::Status CheckTdxPadding(const TdxQuote& quote);

// The attestation key's signature over header and body of `bytes`, of which
// `quote` was parsed. UNAUTHENTICATED (kSignatureInvalid): otherwise.
absl::Status CheckTdxSignature(ByteView bytes, const TdxQuote& quote);

// The QE's report data are SHA-256 of attestation key and authentication data,
// then zeros: the QE made the key. UNAUTHENTICATED (kBindingMismatch):
// otherwise.
absl::Status CheckTdxKeyBinding(const TdxQuote& quote);

// The signature of `pck` over the QE's report. UNAUTHENTICATED
// (kSignatureInvalid): otherwise.
absl::Status CheckTdxQeSignature(const TdxQuote& quote, const PublicKey& pck);

// The QE is one of `enclaves`, by its signer and product, and not under debug.
// UNAUTHENTICATED (kUntrustedRoot): otherwise.
absl::Status CheckTdxQe(const TdxQuote& quote,
                        const TdQuotingEnclaves& enclaves);

}  // namespace evidenced

#endif  // QUOTE_TDX_QUOTE_CHECKS_H_
