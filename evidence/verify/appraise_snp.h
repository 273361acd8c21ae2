#ifndef EVIDENCE_VERIFY_APPRAISE_SNP_H_
#define EVIDENCE_VERIFY_APPRAISE_SNP_H_

#include <optional>
#include <string>

#include "evidence/v1/policy.pb.h"

#include "evidence/verify/check.h"
#include "evidence/verify/rule_checks.h"
#include "quote/snp/endorsement.h"
#include "quote/snp/product.h"
#include "quote/snp/report.h"
#include "quote/snp/verify.h"

namespace evidenced {

// What rules for a report read.
struct SnpFacts {
  const SnpReport& report;
  std::optional<SnpProduct> product = std::nullopt;  // nullopt: not known
  // That the signing key's certificate names. nullopt: none is known.
  std::optional<std::string> csp_id = std::nullopt;
  CollateralState crl = CollateralState::kNone;
};
// The CSP_ID of a VLEK's certificate; a VCEK's has none.
std::optional<std::string> CspIdOf(const SnpEndorsement& endorsement);
SnpFacts FactsOf(const VerifiedSnpReport& verified);

// Appends one check for each rule of `policy`, "policy/snp/...", whatever else
// fails; what it leaves to its default is listed with that. It says nothing of
// the report's signature: see VerifySnpReport().
void AppraiseSnp(const SnpFacts& facts, const ::evidence::v1::SnpPolicy& policy,
                 Checks& checks);

}  // namespace evidenced

#endif  // EVIDENCE_VERIFY_APPRAISE_SNP_H_
