#ifndef EVIDENCE_BINDING_FROM_PROTO_H_
#define EVIDENCE_BINDING_FROM_PROTO_H_

#include "absl/status/statusor.h"

#include "evidence/v1/evidence.pb.h"
#include "evidence/v1/saved.pb.h"

#include "evidence/binding/verify_binding.h"

namespace evidenced {

// What an agent sent. The bytes of `detached` parts must have been filled in.
// Refuses a label that comes twice ("part-duplicate"); everything else is
// judged by VerifyBinding().
absl::StatusOr<WireEvidence> WireFromProto(
    const ::evidence::v1::Evidence& evidence);

// What the verifier knew itself when it asked. The policy's part
// (`accept_signers`, `paravisor_in_policy`) and `held` are left as they are in
// a new BindingState. Refuses a role that is no byte ("role-value").
absl::StatusOr<BindingState> StateFromProto(
    const ::evidence::v1::VerifierState& saved);

}  // namespace evidenced

#endif  // EVIDENCE_BINDING_FROM_PROTO_H_
