#ifndef AGENT_DEVICE_ATTESTATION_KEY_H_
#define AGENT_DEVICE_ATTESTATION_KEY_H_

#include "absl/status/statusor.h"

#include "agent/device/esys.h"
#include "agent/device/tpm.h"
#include "quote/base/bytes.h"

namespace evidenced {

struct AttestationKey {
  Esys::Object object;
  Bytes public_area;  // TPMT_PUBLIC
  Bytes name;
  Bytes qualified_name;
};

// See OpenTpm().
absl::StatusOr<AttestationKey> FindOrMakeAk(Esys& esys,
                                            const TpmOptions& options);

}  // namespace evidenced

#endif  // AGENT_DEVICE_ATTESTATION_KEY_H_
