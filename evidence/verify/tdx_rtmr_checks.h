#ifndef EVIDENCE_VERIFY_TDX_RTMR_CHECKS_H_
#define EVIDENCE_VERIFY_TDX_RTMR_CHECKS_H_

#include "evidence/v1/policy.pb.h"

#include "evidence/verify/appraise_tdx.h"
#include "evidence/verify/check.h"

namespace evidenced {

// Appends what `policy` demands of each RTMR: of its value, "policy/tdx/rtmr0",
// and of what was extended into it, "policy/tdx/rtmr0/required-events" and
// "policy/tdx/rtmr0/allowed-events". An RTMR of zeros needs no log: nothing
// was extended into it.
void CheckRtmrRules(const TdxFacts& facts,
                    const ::evidence::v1::TdxPolicy& policy, Checks& checks);

}  // namespace evidenced

#endif  // EVIDENCE_VERIFY_TDX_RTMR_CHECKS_H_
