#ifndef EVIDENCE_RAW_TDX_EVALUATION_H_
#define EVIDENCE_RAW_TDX_EVALUATION_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"

#include "evidence/raw/raw_verdict.h"
#include "evidence/raw/tdx_chain.h"
#include "evidence/raw/tdx_collateral.h"
#include "evidence/raw/tdx_tcb.h"
#include "quote/base/bytes.h"
#include "quote/tdx/quote.h"

namespace evidenced {

// A quote to evaluate collateral for.
struct NamedQuote {
  std::string name;
  ByteView bytes;
};

struct RawTdxCollateralInput {
  RawTdxCollateralFiles files;
  std::vector<NamedQuote> quotes;
  // Certificates, DER or PEM, for what a quote does not hold.
  std::vector<ByteView> pck_chain;
  RawTdxTrust trust;
};

// What the collateral says of one quote's platform.
struct RawTdxEvaluated {
  std::string name;
  absl::Status layout;  // of the quote
  std::optional<TdxQuote> quote;
  RawTdxChain chain;
  std::optional<RawTdxEvaluation> evaluation;
  // Common name of each certificate of its chain, and whether a list revokes
  // it. Empty without lists.
  std::vector<std::pair<std::string, bool>> revoked;
};

// The verdict on collateral that was handed over by itself, with all that was
// read on the way.
struct RawTdxCollateralVerdict {
  RawVerdict verdict;
  RawTdxCollateral collateral;
  std::vector<RawTdxEvaluated> evaluations;

  // Of the first file that is not what it was given as.
  absl::Status layout() const;
};

// Genuine if and only if every file is what it was given as and signed by whom
// Intel, or whom else `in.trust` names, vouches for. How a platform stands by
// it is shown and not judged, and neither are the quotes: see JudgeTdxQuote().
RawTdxCollateralVerdict JudgeTdxCollateral(const RawTdxCollateralInput& in);

}  // namespace evidenced

#endif  // EVIDENCE_RAW_TDX_EVALUATION_H_
