#ifndef AGENT_DEVICE_TPM_ERROR_H_
#define AGENT_DEVICE_TPM_ERROR_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace evidenced {

// A TSS2_RC as a status; `what` is the call, such as "TPM2_Quote". Not 0.
// UNAVAILABLE: the connection is broken, or the TPM is busy, locked out, not
// started or in failure mode. FAILED_PRECONDITION: it refuses an
// authorisation. INTERNAL: every other answer.
absl::Status TpmError(absl::string_view what, uint32_t rc);

// Whether the TPM asks to have the same command again.
bool IsRetry(uint32_t rc);

// Whether the connection is as good as before: the TPM itself answered that it
// cannot do it now.
bool LeavesConnectionUsable(uint32_t rc);

}  // namespace evidenced

#endif  // AGENT_DEVICE_TPM_ERROR_H_
