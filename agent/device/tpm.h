#ifndef AGENT_DEVICE_TPM_H_
#define AGENT_DEVICE_TPM_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

#include "agent/device/tpm_device.h"

namespace evidenced {

enum class AkType : uint8_t { kEcc, kRsa };

struct TpmOptions {
  std::string tcti = "device:/dev/tpmrm0";  // as tpm2-tss names it
  AkType ak_type = AkType::kEcc;
  uint32_t ak_handle = 0x8100e1de;  // persistent
};

// Connects to the TPM and finds its AK: a restricted signing key (ECC P-256
// with ECDSA-SHA256, or RSA-2048 with RSASSA-SHA256), primary under the
// endorsement hierarchy, at `ak_handle`. It is made there if the handle is
// free; its template is constant, so it has the same Name whenever it is made
// again on this TPM.
// FAILED_PRECONDITION: another object is at the handle; it is left alone. Or
// the TPM refuses an authorisation. UNAVAILABLE: no TPM there (see
// IsNoDevice()), or busy.
absl::StatusOr<std::unique_ptr<TpmDevice>> OpenTpm(const TpmOptions& options);

}  // namespace evidenced

#endif  // AGENT_DEVICE_TPM_H_
