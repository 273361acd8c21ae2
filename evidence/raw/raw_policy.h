#ifndef EVIDENCE_RAW_RAW_POLICY_H_
#define EVIDENCE_RAW_RAW_POLICY_H_

#include "absl/strings/string_view.h"

#include "evidence/v1/policy.pb.h"

#include "evidence/raw/raw_verdict.h"
#include "evidence/verify/check.h"
#include "quote/base/error_class.h"

namespace evidenced {

// Adds the rules of a policy that any raw artefact by the signer `signer`
// ("tpm", "snp", "tdx") answers alike. A binding level fails: what was handed
// over by itself answers no challenge. An age and parts are undecided.
void AppraiseRaw(const ::evidence::v1::AppraisalPolicy& policy,
                 absl::string_view signer, RawVerdict& verdict);

// Adds one rule for what a CPU signed. `undecided`: it lacks material. Of class
// `failure` where it is not met.
void AddRule(const Check& check, bool undecided, ErrorClass failure,
             RawVerdict& verdict);

// Adds the rules that read a TPM or evidence's boot log, undecided: an artefact
// of a CPU by itself has no such thing.
void AppraiseRawWithoutTpm(const ::evidence::v1::AppraisalPolicy& policy,
                           RawVerdict& verdict);

}  // namespace evidenced

#endif  // EVIDENCE_RAW_RAW_POLICY_H_
