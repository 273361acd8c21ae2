#ifndef EVIDENCE_RAW_TPM_POLICY_H_
#define EVIDENCE_RAW_TPM_POLICY_H_

#include <optional>

#include "evidence/v1/policy.pb.h"

#include "evidence/raw/raw_verdict.h"
#include "evidence/raw/tpm_quote.h"

namespace evidenced {

// Adds each rule of `in.policy`, which must be set, as far as a quote alone can
// answer it: the signer, the AK by its key, PCR values, Secure Boot by the log.
// A binding level fails, since a quote that was handed over by itself answers
// no challenge; what else needs more than a quote, is undecided by its name.
void AppraiseRawTpm(const RawTpmInput& in, RawTpmQuote& out);

// The same for a quote beside the report of a processor, which vouches for the
// AK: registers, and the AK only if the policy names any. A quote that was not
// given leaves them undecided.
void AppraiseRawQuoteBeside(const ::evidence::v1::AppraisalPolicy& policy,
                            const std::optional<GivenAk>& ak,
                            const RawTpmQuote& quote, RawVerdict& verdict);

}  // namespace evidenced

#endif  // EVIDENCE_RAW_TPM_POLICY_H_
