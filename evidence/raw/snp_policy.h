#ifndef EVIDENCE_RAW_SNP_POLICY_H_
#define EVIDENCE_RAW_SNP_POLICY_H_

#include "evidence/v1/policy.pb.h"

#include "evidence/raw/raw_verdict.h"
#include "evidence/raw/snp_report.h"

namespace evidenced {

// Adds each rule of `policy` as far as a report by itself can answer it: the
// signer and AppraiseSnp(). A binding level fails, as in AppraiseRaw(); rules
// for registers of a TPM are undecided. `report`, which may be of another
// verdict than `verdict`, is nullptr, or has none within, where there is no
// report: then its rules are undecided.
void AppraiseRawSnp(const ::evidence::v1::AppraisalPolicy& policy,
                    const RawSnpReport* report, RawVerdict& verdict);
// AppraiseSnp() of that alone.
void AppraiseRawSnpReport(const ::evidence::v1::AppraisalPolicy& policy,
                          const RawSnpReport* report, RawVerdict& verdict);

}  // namespace evidenced

#endif  // EVIDENCE_RAW_SNP_POLICY_H_
