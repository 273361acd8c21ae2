#ifndef EVIDENCE_POLICY_POLICY_H_
#define EVIDENCE_POLICY_POLICY_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "evidence/v1/policy.pb.h"

namespace evidenced {

inline constexpr size_t kMaxPolicySize = 1U << 20;

// A policy's file: proto3 JSON. INVALID_ARGUMENT: not JSON, a null, a key that
// comes twice (in either spelling); unknown keys and values of another type,
// all at once; values out of their range, all at once. Each with expected and
// found.
absl::StatusOr<::evidence::v1::AppraisalPolicy> ParsePolicy(
    absl::string_view json);

// The file for `policy`, with the field names of the schema.
std::string PolicyToJson(const ::evidence::v1::AppraisalPolicy& policy);

}  // namespace evidenced

#endif  // EVIDENCE_POLICY_POLICY_H_
