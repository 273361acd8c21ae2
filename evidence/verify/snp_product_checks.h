#ifndef EVIDENCE_VERIFY_SNP_PRODUCT_CHECKS_H_
#define EVIDENCE_VERIFY_SNP_PRODUCT_CHECKS_H_

#include "evidence/v1/policy.pb.h"

#include "evidence/verify/appraise_snp.h"
#include "evidence/verify/check.h"

namespace evidenced {

// Appends whether the report's product is one of `policy`, and whether its TCB
// versions reach the least ones of that product: "policy/snp/product",
// "policy/snp/min-reported-tcb", ...
void CheckProductRules(const SnpFacts& facts,
                       const ::evidence::v1::SnpPolicy& policy, Checks& checks);

}  // namespace evidenced

#endif  // EVIDENCE_VERIFY_SNP_PRODUCT_CHECKS_H_
