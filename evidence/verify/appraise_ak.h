#ifndef EVIDENCE_VERIFY_APPRAISE_AK_H_
#define EVIDENCE_VERIFY_APPRAISE_AK_H_

#include "evidence/v1/policy.pb.h"

#include "evidence/verify/appraise.h"
#include "evidence/verify/check.h"
#include "evidence/verify/verified_evidence.h"

namespace evidenced {

// Appends "policy/ak": whether the AK is one that the policy names, by its key
// or by a certificate of kind TPM_AK. Such a certificate counts if and only if:
// - its key is the AK
// - it chains to a given CA whose key an issuer of the policy names
// - its common name or one of its SANs is that issuer's instance
// An EK certificate never counts: without credential activation nothing ties
// an AK to an EK (TCG EK Credential Profile 2.5). "policy/ek-certificate" says
// so where one came. Appends "policy/backing", the policy author's word.
//
// Where a CPU's report signs, a policy need not name AKs unless it reads
// registers; a TPM's quote beside the report is then shown and counts for
// nothing. Where it does, and no TPM was quoted, that fails.
void AppraiseAk(const VerifiedEvidence& evidence,
                const ::evidence::v1::AppraisalPolicy& policy,
                const AppraisalContext& context, Checks& checks);

}  // namespace evidenced

#endif  // EVIDENCE_VERIFY_APPRAISE_AK_H_
