#include "agent/device/report_device.h"

#include <array>
#include <optional>
#include <utility>

#include "absl/strings/string_view.h"

namespace evidenced {
namespace {

constexpr std::array<std::pair<ReportProvider, absl::string_view>, 3>
    kProviders = {{{ReportProvider::kSevGuest, "sev_guest"},
                   {ReportProvider::kTdxGuest, "tdx_guest"},
                   {ReportProvider::kArmCcaGuest, "arm_cca_guest"}}};

}  // namespace

absl::string_view ProviderName(ReportProvider provider) {
  for (const auto& [known, name] : kProviders) {
    if (known == provider) return name;
  }
  return "unknown";
}

std::optional<ReportProvider> ProviderFromName(absl::string_view name) {
  for (const auto& [provider, known] : kProviders) {
    if (known == name) return provider;
  }
  return std::nullopt;
}

}  // namespace evidenced
