#ifndef EVIDENCE_RAW_TDX_CHAIN_H_
#define EVIDENCE_RAW_TDX_CHAIN_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "evidence/raw/raw_verdict.h"
#include "quote/base/bytes.h"
#include "quote/crypto/certificate.h"
#include "quote/tdx/pck.h"
#include "quote/tdx/quote.h"

namespace evidenced {

// Who vouches for the platform of a quote, as it was handed over.
struct RawTdxChain {
  // Those of the quote, or, if it has none, those that were given. The PCK's
  // is first and the root last, however they stood there.
  std::vector<Certificate> certificates;
  bool in_quote = false;
  bool is_pem = false;
  bool root_first = false;  // as they stood there
  // All that may be in the chain, as OwnThenSent(): those that were given are
  // the verifier's own.
  std::vector<Certificate> ca;
  // As FindSigningPck() among all of these. NOT_FOUND: there is none.
  absl::StatusOr<PckCertificate> pck =
      absl::NotFoundError("no PCK certificate was given");

  // Whether the issuer of the PCK is there, and that one's, by their names.
  bool HasIssuers() const;
};

// Of the quote's own chain, if it has one, and of `given`, DER or PEM. What is
// no certificate fails a check of `verdict`.
RawTdxChain ReadTdxChain(const TdxQuote& quote,
                         const std::vector<ByteView>& given,
                         RawVerdict& verdict);

}  // namespace evidenced

#endif  // EVIDENCE_RAW_TDX_CHAIN_H_
