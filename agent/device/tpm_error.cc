#include "agent/device/tpm_error.h"

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "tss2/tss2_common.h"
#include "tss2/tss2_rc.h"
#include "tss2/tss2_tpm2_types.h"

namespace evidenced {
namespace {

// The TPM's own answer, also when a resource manager passed it on.
bool FromTpm(uint32_t rc) {
  const uint32_t layer = rc & TSS2_RC_LAYER_MASK;
  return layer == TSS2_TPM_RC_LAYER || layer == TSS2_RESMGR_TPM_RC_LAYER;
}

uint32_t Code(uint32_t rc) { return rc & ~TSS2_RC_LAYER_MASK; }

// Without the handle, parameter or session that a format-one code names.
uint32_t Fault(uint32_t rc) {
  const uint32_t code = Code(rc);
  return (code & TPM2_RC_FMT1) != 0 ? code & (TPM2_RC_FMT1 | 0x3FU) : code;
}

bool IsWarning(uint32_t rc) {
  return (Code(rc) & (TPM2_RC_FMT1 | TPM2_RC_WARN)) == TPM2_RC_WARN;
}

absl::StatusCode Meaning(uint32_t rc) {
  if (!FromTpm(rc) || IsWarning(rc)) return absl::StatusCode::kUnavailable;
  switch (Fault(rc)) {
    case TPM2_RC_INITIALIZE:
    case TPM2_RC_FAILURE:
      return absl::StatusCode::kUnavailable;
    case TPM2_RC_AUTH_FAIL:
    case TPM2_RC_BAD_AUTH:
    case TPM2_RC_AUTH_MISSING:
    case TPM2_RC_AUTH_UNAVAILABLE:
    case TPM2_RC_HIERARCHY:
    case TPM2_RC_DISABLED:
      return absl::StatusCode::kFailedPrecondition;
    default:
      return absl::StatusCode::kInternal;
  }
}

}  // namespace

absl::Status TpmError(absl::string_view what, uint32_t rc) {
  return {Meaning(rc),
          absl::StrFormat("%s: expected success from the TPM, found %s (0x%x)",
                          what, Tss2_RC_Decode(rc), rc)};
}

bool IsRetry(uint32_t rc) {
  return FromTpm(rc) &&
         (Code(rc) == TPM2_RC_RETRY || Code(rc) == TPM2_RC_YIELDED ||
          Code(rc) == TPM2_RC_TESTING);
}

bool LeavesConnectionUsable(uint32_t rc) {
  return FromTpm(rc) && IsWarning(rc) && Code(rc) != TPM2_RC_REFERENCE_H0;
}

}  // namespace evidenced
