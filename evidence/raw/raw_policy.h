#ifndef EVIDENCE_RAW_RAW_POLICY_H_
#define EVIDENCE_RAW_RAW_POLICY_H_

#include "absl/strings/string_view.h"

#include "evidence/v1/policy.pb.h"

#include "evidence/raw/raw_verdict.h"

namespace evidenced {

// Adds the rules of a policy that any raw artefact by the signer `signer`
// ("tpm", "snp", "tdx") answers alike. A binding level fails: what was handed
// over by itself answers no challenge. An age and parts are undecided.
void AppraiseRaw(const ::evidence::v1::AppraisalPolicy& policy,
                 absl::string_view signer, RawVerdict& verdict);

}  // namespace evidenced

#endif  // EVIDENCE_RAW_RAW_POLICY_H_
