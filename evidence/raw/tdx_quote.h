#ifndef EVIDENCE_RAW_TDX_QUOTE_H_
#define EVIDENCE_RAW_TDX_QUOTE_H_

#include <optional>
#include <vector>

#include "absl/status/status.h"

#include "evidence/raw/raw_verdict.h"
#include "evidence/raw/tdx_chain.h"
#include "evidence/raw/tdx_collateral.h"
#include "evidence/raw/tdx_tcb.h"
#include "quote/base/bytes.h"
#include "quote/tdx/quote.h"

namespace evidenced {

struct RawTdxInput {
  ByteView quote;
  // Certificates, DER or PEM, for what the quote does not hold.
  std::vector<ByteView> pck_chain;
  RawTdxCollateralFiles collateral;
  // What the report data must begin with; the rest of it must be zero.
  std::optional<Bytes> report_data;
  RawTdxTrust trust;
};

// The verdict on a TD quote that was handed over by itself, with all that was
// read on the way.
struct RawTdxQuote {
  RawVerdict verdict;
  absl::Status layout;  // of the quote
  std::optional<TdxQuote> quote;
  RawTdxChain chain;
  std::optional<RawTdxCollateral> collateral;  // nullopt: none was given
  std::optional<RawTdxEvaluation> evaluation;

  // The status of the TCB, if the verdict relies on it.
  std::optional<TdxTcb> tcb() const;
};

// Every check of VerifyTdxQuote(), VerifyPck() and EvaluateTdxTcb() that can be
// made with what was given, each by a name of its own. It accepts what they
// accept, and a quote in a buffer: what is behind the signature data, which no
// signature covers, is shown and not judged. Without a PCK certificate or a
// chain for it there is no verdict.
RawTdxQuote JudgeTdxQuote(const RawTdxInput& in);

}  // namespace evidenced

#endif  // EVIDENCE_RAW_TDX_QUOTE_H_
