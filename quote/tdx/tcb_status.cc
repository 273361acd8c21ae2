#include "quote/tdx/tcb_status.h"

#include <algorithm>
#include <array>

namespace evidenced {
namespace {

constexpr uint8_t kConfiguration = 2;
constexpr uint8_t kOld = 4;
constexpr uint8_t kRevocation = 8;

struct Name {
  TcbStatus status;
  absl::string_view name;
};

constexpr std::array<Name, 7> kNames = {{
    {TcbStatus::kUpToDate, "UpToDate"},
    {TcbStatus::kSwHardeningNeeded, "SWHardeningNeeded"},
    {TcbStatus::kConfigurationNeeded, "ConfigurationNeeded"},
    {TcbStatus::kConfigurationAndSwHardeningNeeded,
     "ConfigurationAndSWHardeningNeeded"},
    {TcbStatus::kOutOfDate, "OutOfDate"},
    {TcbStatus::kOutOfDateConfigurationNeeded, "OutOfDateConfigurationNeeded"},
    {TcbStatus::kRevoked, "Revoked"},
}};

}  // namespace

absl::string_view TcbStatusName(TcbStatus status) {
  const auto* const found =
      std::find_if(kNames.begin(), kNames.end(),
                   [status](const Name& one) { return one.status == status; });
  return found == kNames.end() ? "unknown" : found->name;
}

std::optional<TcbStatus> TcbStatusFromName(absl::string_view name) {
  for (const Name& known : kNames) {
    if (known.name == name) return known.status;
  }
  return std::nullopt;
}

TcbStatus Converge(TcbStatus a, TcbStatus b) {
  const unsigned int wrong =
      static_cast<unsigned int>(a) | static_cast<unsigned int>(b);
  if ((wrong & kRevocation) != 0) return TcbStatus::kRevoked;
  if ((wrong & kOld) != 0) {
    return (wrong & kConfiguration) != 0
               ? TcbStatus::kOutOfDateConfigurationNeeded
               : TcbStatus::kOutOfDate;
  }
  return static_cast<TcbStatus>(wrong);
}

bool IsOutOfDate(TcbStatus status) {
  return (static_cast<unsigned int>(status) & (kOld | kRevocation)) != 0;
}

}  // namespace evidenced
