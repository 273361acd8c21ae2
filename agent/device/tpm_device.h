#ifndef AGENT_DEVICE_TPM_DEVICE_H_
#define AGENT_DEVICE_TPM_DEVICE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "quote/base/bytes.h"
#include "quote/tpm/quote.h"

namespace evidenced {

struct TpmCertificate {
  enum class Kind : uint8_t { kAk, kEk };
  Kind kind = Kind::kEk;
  uint32_t nv_index = 0;
  Bytes der;
};

// What does not change while the TPM is open.
struct TpmInfo {
  std::string manufacturer;             // TPM_PT_MANUFACTURER, printable
  uint64_t firmware_version = 0;        // TPM_PT_FIRMWARE_VERSION_1 and _2
  std::vector<PcrBankSelection> banks;  // with PCRs allocated
  Bytes ak_public;                      // TPMT_PUBLIC, as the TPM marshals it
  Bytes ak_name;                        // TPM_ALG_ID of the name hash, digest
  Bytes ak_qualified_name;              // likewise; it is in every quote
  std::vector<TpmCertificate> certificates;
};

struct PcrReading {
  PcrValues values;
  uint32_t update_counter = 0;
};

// A TPM 2.0 with an attestation key. Synchronous: a call blocks as long as the
// TPM does. Used by one thread.
class TpmDevice {
 public:
  virtual ~TpmDevice() = default;

  virtual const TpmInfo& info() const = 0;

  // Exactly the selected PCRs, as they were at one time. INVALID_ARGUMENT: a
  // bank that is not active. UNAVAILABLE: the TPM is busy or gone, or its PCRs
  // kept changing. INTERNAL: it answered what was not asked.
  virtual absl::StatusOr<PcrReading> ReadPcrs(
      const std::vector<PcrBankSelection>& selection) = 0;

  // TPM2_Quote by the AK: TPM2B_ATTEST, then TPMT_SIGNATURE.
  virtual absl::StatusOr<Bytes> Quote(
      ByteView extra_data, const std::vector<PcrBankSelection>& selection) = 0;

  // Whether an error since it was opened leaves this object useless: the
  // connection broke or the AK went. Another must be opened.
  virtual bool NeedsReopen() const = 0;
};

}  // namespace evidenced

#endif  // AGENT_DEVICE_TPM_DEVICE_H_
