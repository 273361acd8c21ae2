#ifndef EVIDENCE_POLICY_TDX_POLICY_H_
#define EVIDENCE_POLICY_TDX_POLICY_H_

#include <string>
#include <vector>

#include "evidence/v1/policy.pb.h"

namespace evidenced {

// What of a TDX policy is out of its range: each with key, expected and found.
std::vector<std::string> TdxPolicyFaults(
    const ::evidence::v1::TdxPolicy& policy);

// A fault where `policy` reads what a TD's firmware measured and does not say
// which firmware that is.
std::vector<std::string> TdFirmwareFaults(
    const ::evidence::v1::AppraisalPolicy& policy);

}  // namespace evidenced

#endif  // EVIDENCE_POLICY_TDX_POLICY_H_
