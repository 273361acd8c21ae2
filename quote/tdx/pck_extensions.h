#ifndef QUOTE_TDX_PCK_EXTENSIONS_H_
#define QUOTE_TDX_PCK_EXTENSIONS_H_

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "quote/base/bytes.h"
#include "quote/tdx/tcb_svns.h"

namespace evidenced {

inline constexpr char kPckExtensionsOid[] = "1.2.840.113741.1.13.1";

// How a platform with several processors is set up.
struct PckConfiguration {
  bool dynamic_platform = false;
  bool cached_keys = false;
  bool smt_enabled = false;
};

// What a PCK certificate says of the platform: Intel, "SGX PCK Certificate and
// Certificate Revocation List Profile Specification", section 1.3.5.
struct PckExtensions {
  Bytes ppid;  // 16
  TcbSvns tcb_comp_svn = {};
  uint16_t pce_svn = 0;
  Bytes cpu_svn;  // 16
  Bytes pce_id;   // 2
  Bytes fmspc;    // 6
  uint8_t sgx_type = 0;
  // Of platforms with several processors alone.
  Bytes platform_instance_id;  // 16; empty: none
  std::optional<PckConfiguration> configuration;
};

// "standard", "scalable", "scalable with integrity"; "unknown" of another
// number.
absl::string_view SgxTypeName(uint8_t sgx_type);

// The value of the extension kPckExtensionsOid. What it has beyond the above is
// left out. INVALID_ARGUMENT (kMalformed, kTruncated), if not:
// - it is one SEQUENCE of pairs of an OID under kPckExtensionsOid and a value,
//   in DER, no OID twice; so is the TCB
// - PPID, TCB, PCE-ID, FMSPC and SGX type are there
// - each value has its type and length, SVNs of components one byte
absl::StatusOr<PckExtensions> ParsePckExtensions(ByteView der);

}  // namespace evidenced

#endif  // QUOTE_TDX_PCK_EXTENSIONS_H_
