#ifndef EVIDENCE_VERIFY_SNP_STEPS_H_
#define EVIDENCE_VERIFY_SNP_STEPS_H_

#include "absl/status/statusor.h"

#include "evidence/v1/evidence.pb.h"

#include "evidence/verify/check.h"
#include "evidence/verify/snp_collateral.h"
#include "quote/snp/verify.h"

namespace evidenced {

// Appends "statement", "certificate-table", "endorsement", "revocation" and
// "report-signature". Whether the report data is that of a challenge, is the
// binding's question.
absl::StatusOr<VerifiedSnpReport> CheckSnpReport(
    const ::evidence::v1::Evidence& evidence, const SnpCollateral& collateral,
    Checks& checks);

}  // namespace evidenced

#endif  // EVIDENCE_VERIFY_SNP_STEPS_H_
