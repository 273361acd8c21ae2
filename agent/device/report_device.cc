#include "agent/device/report_device.h"

#include <array>
#include <optional>

#include "absl/strings/string_view.h"

namespace evidenced {
namespace {

struct Provider {
  ReportProvider provider;
  absl::string_view name;
  absl::string_view label;
};
constexpr std::array<Provider, 3> kProviders = {
    {{ReportProvider::kSevGuest, "sev_guest", "snp"},
     {ReportProvider::kTdxGuest, "tdx_guest", "tdx"},
     {ReportProvider::kArmCcaGuest, "arm_cca_guest", "arm-cca"}}};

}  // namespace

absl::string_view ProviderName(ReportProvider provider) {
  for (const Provider& known : kProviders) {
    if (known.provider == provider) return known.name;
  }
  return "unknown";
}

absl::string_view SourceLabel(ReportProvider provider) {
  for (const Provider& known : kProviders) {
    if (known.provider == provider) return known.label;
  }
  return "unknown";
}

std::optional<ReportProvider> ProviderFromName(absl::string_view name) {
  for (const Provider& known : kProviders) {
    if (known.name == name) return known.provider;
  }
  return std::nullopt;
}

}  // namespace evidenced
