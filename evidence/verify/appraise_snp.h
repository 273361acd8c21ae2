#ifndef EVIDENCE_VERIFY_APPRAISE_SNP_H_
#define EVIDENCE_VERIFY_APPRAISE_SNP_H_

#include <cstdint>
#include <optional>

#include "evidence/v1/policy.pb.h"

#include "evidence/verify/check.h"
#include "quote/snp/product.h"
#include "quote/snp/report.h"
#include "quote/snp/verify.h"

namespace evidenced {

// What rules for a report read.
struct SnpFacts {
  const SnpReport& report;
  std::optional<SnpProduct> product;  // nullopt: not known
  bool crl_checked = false;
};
SnpFacts FactsOf(const VerifiedSnpReport& verified);

// Appends one check for each rule of `policy`, "policy/snp/...", whatever else
// fails; what it leaves to its default is listed with that. It says nothing of
// the report's signature: see VerifySnpReport().
void AppraiseSnp(const SnpFacts& facts, const ::evidence::v1::SnpPolicy& policy,
                 Checks& checks);

}  // namespace evidenced

#endif  // EVIDENCE_VERIFY_APPRAISE_SNP_H_
