#ifndef EVIDENCE_VERIFY_TDX_TCB_CHECKS_H_
#define EVIDENCE_VERIFY_TDX_TCB_CHECKS_H_

#include "evidence/v1/policy.pb.h"

#include "evidence/verify/appraise_tdx.h"
#include "evidence/verify/check.h"

namespace evidenced {

// Appends whether the TCB was evaluated, "policy/tdx/tcb", and how it stands:
// "policy/tdx/tcb-status", "policy/tdx/advisories", ... What was not evaluated
// meets no list of advisories and no least number.
void CheckTcbRules(const TdxFacts& facts,
                   const ::evidence::v1::TdxPolicy& policy, Checks& checks);

}  // namespace evidenced

#endif  // EVIDENCE_VERIFY_TDX_TCB_CHECKS_H_
