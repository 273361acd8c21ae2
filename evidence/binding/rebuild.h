#ifndef EVIDENCE_BINDING_REBUILD_H_
#define EVIDENCE_BINDING_REBUILD_H_

#include <optional>

#include "absl/status/statusor.h"

#include "evidence/binding/transcript.h"
#include "evidence/binding/verify_binding.h"
#include "quote/base/bytes.h"

namespace evidenced {

// What must have been signed for a challenge, rebuilt by the verifier.
struct ExpectedBinding {
  Bytes transcript;
  std::optional<Bytes> leaf_transcript;  // in a batch: the verifier's own
  ReportData report_data = {};
  Bytes anchor;
  Bytes tpm_under_report;  // extraData, first form
  Bytes tpm_signing;       // extraData, second form
};

// From `state` and, of `wire`, no more than mode, instance, batch and the
// manifest's bytes. In a batch the leaf's inclusion proof is checked. A state
// without nonce is one without challenge: it takes boot evidence alone.
// Refuses as VerifyBinding() does.
absl::StatusOr<ExpectedBinding> RebuildBinding(const BindingState& state,
                                               const WireEvidence& wire);

}  // namespace evidenced

#endif  // EVIDENCE_BINDING_REBUILD_H_
