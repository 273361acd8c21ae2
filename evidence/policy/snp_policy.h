#ifndef EVIDENCE_POLICY_SNP_POLICY_H_
#define EVIDENCE_POLICY_SNP_POLICY_H_

#include <string>
#include <vector>

#include "evidence/v1/policy.pb.h"

namespace evidenced {

// What of an SNP policy is out of its range: each with key, expected and found.
std::vector<std::string> SnpPolicyFaults(
    const ::evidence::v1::SnpPolicy& policy);

}  // namespace evidenced

#endif  // EVIDENCE_POLICY_SNP_POLICY_H_
