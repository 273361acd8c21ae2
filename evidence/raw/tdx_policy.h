#ifndef EVIDENCE_RAW_TDX_POLICY_H_
#define EVIDENCE_RAW_TDX_POLICY_H_

#include "evidence/v1/policy.pb.h"

#include "evidence/raw/raw_verdict.h"
#include "evidence/raw/tdx_log.h"
#include "evidence/raw/tdx_quote.h"

namespace evidenced {

// A quote, and what a log says of its RTMRs. nullptr: there is none.
struct RawTdxSubject {
  const RawTdxQuote* quote = nullptr;
  const RawTdxLog* log = nullptr;
};

// Adds the rules of a policy for the quote alone, as AppraiseTdx() names them;
// without rules for TDX none is met. Undecided is what they demand of material
// that was not given, collateral too, or of collateral of no known date.
void AppraiseRawTdxQuote(const ::evidence::v1::AppraisalPolicy& policy,
                         const RawTdxSubject& subject, RawVerdict& verdict);

// The same, and what any raw artefact answers alike: see AppraiseRaw(). Rules
// for a TPM are undecided.
void AppraiseRawTdx(const ::evidence::v1::AppraisalPolicy& policy,
                    const RawTdxSubject& subject, RawVerdict& verdict);

}  // namespace evidenced

#endif  // EVIDENCE_RAW_TDX_POLICY_H_
