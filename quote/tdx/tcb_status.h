#ifndef QUOTE_TDX_TCB_STATUS_H_
#define QUOTE_TDX_TCB_STATUS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace evidenced {

// What Intel says of a TCB: Intel, "PCS API v4", "tcbStatus". Each is what is
// wrong, a bit for each kind:
//
//   1   software must harden itself
//   2   the platform must be configured
//   4   there is something newer, which mends a vulnerability
//   8   revoked: not to be relied on
enum class TcbStatus : uint8_t {
  kUpToDate = 0,
  kSwHardeningNeeded = 1,
  kConfigurationNeeded = 2,
  kConfigurationAndSwHardeningNeeded = 3,
  kOutOfDate = 4,
  kOutOfDateConfigurationNeeded = 6,
  kRevoked = 8,
};

// "UpToDate", "SWHardeningNeeded", ...
absl::string_view TcbStatusName(TcbStatus status);

// nullopt: Intel documents no such status.
std::optional<TcbStatus> TcbStatusFromName(absl::string_view name);

// Of two parts of one TCB: what is wrong with either is wrong with both. Out of
// date stands for out of date and in need of hardening, which has no name.
TcbStatus Converge(TcbStatus a, TcbStatus b);

// Something newer mends a vulnerability, or it is revoked.
bool IsOutOfDate(TcbStatus status);

// What is said of one level of a TCB.
struct TcbStanding {
  TcbStatus status = TcbStatus::kRevoked;
  absl::Time tcb_date;
  std::vector<std::string> advisory_ids;  // "INTEL-SA-00106"
};

}  // namespace evidenced

#endif  // QUOTE_TDX_TCB_STATUS_H_
