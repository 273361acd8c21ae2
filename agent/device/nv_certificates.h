#ifndef AGENT_DEVICE_NV_CERTIFICATES_H_
#define AGENT_DEVICE_NV_CERTIFICATES_H_

#include <vector>

#include "absl/status/statusor.h"

#include "agent/device/esys.h"
#include "agent/device/tpm_device.h"

namespace evidenced {

// The EK's and AK's certificates from the NV indices where TPM makers and
// clouds keep them. One that is absent, not readable or not DER is left out.
// Errors are those of the connection.
absl::StatusOr<std::vector<TpmCertificate>> ReadNvCertificates(Esys& esys);

}  // namespace evidenced

#endif  // AGENT_DEVICE_NV_CERTIFICATES_H_
