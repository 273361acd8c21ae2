#ifndef EVIDENCE_VERIFY_SNP_POLICY_FROM_REPORT_H_
#define EVIDENCE_VERIFY_SNP_POLICY_FROM_REPORT_H_

#include "evidence/v1/policy.pb.h"

#include "quote/snp/verify.h"

namespace evidenced {

// Rules that this report meets, and another launch of the same image on a
// machine of the same kind with firmware as new: product, TCB versions,
// measurement, host data, digests of ID and author key where there are such
// keys, guest SVN, VMPL, kind of signing key, whose fleet's. Not the report ID,
// which each launch changes, nor the chip. What the defaults would reject of it
// (debug, migration, provisional firmware) is allowed.
::evidence::v1::SnpPolicy SnpPolicyFromReport(
    const VerifiedSnpReport& verified);

}  // namespace evidenced

#endif  // EVIDENCE_VERIFY_SNP_POLICY_FROM_REPORT_H_
