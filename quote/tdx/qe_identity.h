#ifndef QUOTE_TDX_QE_IDENTITY_H_
#define QUOTE_TDX_QE_IDENTITY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "quote/base/bytes.h"
#include "quote/tdx/tcb_info.h"

namespace evidenced {

inline constexpr absl::string_view kQeIdentityKey = "enclaveIdentity";

// Which enclave is Intel's quoting enclave for TDs: Intel, "PCS API v4", "TDX
// QE Identity", version 2. Byte strings are in the order of the enclave's
// report.
struct QeIdentity {
  std::string id;  // "TD_QE"
  uint32_t version = 0;
  absl::Time issue_date;
  absl::Time next_update;
  uint32_t tcb_evaluation_data_number = 0;
  Bytes misc_select;  // 4
  Bytes misc_select_mask;
  Bytes attributes;  // 16
  Bytes attributes_mask;
  Bytes mr_signer;
  uint16_t isv_prod_id = 0;
  std::vector<IsvTcbLevel> levels;  // best first
};

// `body` is what SplitSignedJson() gave. Checks the form only and says nothing
// about who signed it: see VerifyQeIdentity(). INVALID_ARGUMENT as of
// ParseTcbInfo(); kCollateralInvalid: of another enclave or version.
absl::StatusOr<QeIdentity> ParseQeIdentity(absl::string_view body);

}  // namespace evidenced

#endif  // QUOTE_TDX_QE_IDENTITY_H_
