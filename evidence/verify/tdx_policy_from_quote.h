#ifndef EVIDENCE_VERIFY_TDX_POLICY_FROM_QUOTE_H_
#define EVIDENCE_VERIFY_TDX_POLICY_FROM_QUOTE_H_

#include <string>

#include "evidence/v1/policy.pb.h"

#include "evidence/verify/tdx_steps.h"
#include "evidence/verify/verified_log.h"

namespace evidenced {

// Rules that this quote meets, and another launch of the same image on a
// machine of the same family with the same TDX module: MRTD, RTMRs that say
// what booted (0 and 1; 2 and 3 where `ccel`, if there is one, explains them),
// MRCONFIGID, MROWNER, MROWNERCONFIG, MRSEAM and its signer, service TDs,
// status and evaluation number of the TCB, FMSPC. Not the platform's instance.
// What the defaults would reject of it is allowed: see TdxPolicyRemarks().
::evidence::v1::TdxPolicy TdxPolicyFromQuote(const VerifiedTdx& verified,
                                             const VerifiedLog* ccel);

// What those rules accept that the defaults would not, and what else their
// reader should know, each behind "; ".
std::string TdxPolicyRemarks(const VerifiedTdx& verified);

}  // namespace evidenced

#endif  // EVIDENCE_VERIFY_TDX_POLICY_FROM_QUOTE_H_
