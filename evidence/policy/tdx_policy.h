#ifndef EVIDENCE_POLICY_TDX_POLICY_H_
#define EVIDENCE_POLICY_TDX_POLICY_H_

#include <string>
#include <vector>

#include "evidence/v1/policy.pb.h"

namespace evidenced {

// What of a TDX policy is out of its range: each with key, expected and found.
std::vector<std::string> TdxPolicyFaults(
    const ::evidence::v1::TdxPolicy& policy);

}  // namespace evidenced

#endif  // EVIDENCE_POLICY_TDX_POLICY_H_
