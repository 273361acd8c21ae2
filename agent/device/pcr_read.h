#ifndef AGENT_DEVICE_PCR_READ_H_
#define AGENT_DEVICE_PCR_READ_H_

#include <vector>

#include "absl/status/statusor.h"

#include "agent/device/esys.h"
#include "agent/device/tpm_device.h"

namespace evidenced {

// As the TPM takes it. INVALID_ARGUMENT: a bank that is not among `active` or
// comes twice, or a PCR that is not.
absl::StatusOr<TPML_PCR_SELECTION> ToTpmSelection(
    const std::vector<PcrBankSelection>& selection,
    const std::vector<PcrBankSelection>& active);

// Banks whose hash is known and that have PCRs, ascending by algorithm.
std::vector<PcrBankSelection> FromTpmSelection(
    const TPML_PCR_SELECTION& selection);

// Reads all of `selection`, with as few commands as the TPM allows. See
// TpmDevice::ReadPcrs().
absl::StatusOr<PcrReading> ReadSelectedPcrs(
    Esys& esys, const TPML_PCR_SELECTION& selection);

}  // namespace evidenced

#endif  // AGENT_DEVICE_PCR_READ_H_
