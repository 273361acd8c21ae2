#ifndef QUOTE_TDX_TCB_INFO_H_
#define QUOTE_TDX_TCB_INFO_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "quote/base/bytes.h"
#include "quote/tdx/tcb_status.h"
#include "quote/tdx/tcb_svns.h"

namespace evidenced {

inline constexpr absl::string_view kTcbInfoKey = "tcbInfo";

// What the components of a TCB must have at least. A component has one byte, a
// demand may be beyond it.
using TcbDemands = std::array<uint16_t, kTcbComponents>;

// A level that a platform may reach.
struct PlatformTcbLevel {
  TcbDemands sgx_components = {};
  uint16_t pce_svn = 0;
  TcbDemands tdx_components = {};
  TcbStanding standing;
};

// A level that an enclave or a TDX module may reach.
struct IsvTcbLevel {
  uint16_t isv_svn = 0;
  TcbStanding standing;
};

// Whose TDX module, and with which attributes, under a mask.
struct TdxModule {
  Bytes mr_signer;
  uint64_t attributes = 0;
  uint64_t attributes_mask = 0;
};

// A line of TDX modules, by TEE_TCB_SVN[1].
struct TdxModuleIdentity {
  std::string id;  // "TDX_03"
  TdxModule module;
  std::vector<IsvTcbLevel> levels;  // best first
};

// What Intel says of the TCBs of one family of platforms: Intel, "PCS API v4",
// "TDX TCB Info", version 3.
struct TcbInfo {
  std::string id;  // "TDX"; "SGX" of another kind
  uint32_t version = 0;
  absl::Time issue_date;
  absl::Time next_update;
  Bytes fmspc;   // 6
  Bytes pce_id;  // 2
  uint32_t tcb_type = 0;
  uint32_t tcb_evaluation_data_number = 0;
  TdxModule tdx_module;  // for TEE_TCB_SVN[1] of 0
  std::vector<TdxModuleIdentity> tdx_module_identities;
  std::vector<PlatformTcbLevel> levels;  // best first
};

// `body` is what SplitSignedJson() gave. Checks the form only and says nothing
// about who signed it: see VerifyTcbInfo(). What it has beyond the above is
// left out. INVALID_ARGUMENT:
// - a value that is missing or of another type or length (kMalformed)
// - of SGX, or of another version or TCB type (kCollateralInvalid)
// - a status that Intel does not document (kCollateralInvalid)
absl::StatusOr<TcbInfo> ParseTcbInfo(absl::string_view body);

}  // namespace evidenced

#endif  // QUOTE_TDX_TCB_INFO_H_
