#include "agent/device/detect_report_device.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"

#include "agent/base/warn.h"
#include "agent/device/configfs_tsm.h"
#include "agent/device/no_device.h"
#include "agent/device/td_registers.h"

namespace evidenced {
namespace {

absl::StatusOr<std::unique_ptr<ReportDevice>> OpenTsm(
    const HostPaths& paths, const SnpRequestOptions& snp, const Warn& warn) {
  auto device = OpenConfigfsTsm(
      {.root = paths.configfs_tsm, .vmpl = snp.vmpl, .warn = warn});
  if (device.ok() && snp.certificates == SnpCertificates::kNone &&
      (*device)->info().provider == ReportProvider::kSevGuest) {
    return absl::FailedPreconditionError(absl::StrCat(
        paths.configfs_tsm,
        ": expected a way to leave the host's certificates out, as configured, "
        "found that sev_guest always asks for them"));
  }
  return device;
}

}  // namespace

ReportProvider LikelyProvider(const HostPaths& paths) {
  return FindTdRegisters(paths).empty() ? ReportProvider::kSevGuest
                                        : ReportProvider::kTdxGuest;
}

DetectedReportDevice DetectReportDevice(const HostPaths& paths,
                                        const SnpRequestOptions& snp,
                                        const Warn& warn) {
  DetectedReportDevice out;
  auto tsm = OpenTsm(paths, snp, warn);
  if (tsm.ok()) {
    out.device = *std::move(tsm);
    if (out.device->info().provider == ReportProvider::kTdxGuest) {
      out.td_registers = FindTdRegisters(paths);
    }
    return out;
  }
  out.tried.push_back({"configfs-tsm", tsm.status()});
  auto sev = OpenSevGuest({.path = paths.sev_guest,
                           .vmpl = snp.vmpl.value_or(0),
                           .certificates = snp.certificates});
  if (sev.ok()) {
    out.device = *std::move(sev);
    return out;
  }
  out.tried.push_back({"sev-guest", sev.status()});
  if (const std::string td = FindTdRegisters(paths); !td.empty()) {
    out.tried.push_back(
        {"tdx-guest", absl::FailedPreconditionError(absl::StrCat(
                          td,
                          ": expected configfs-tsm beside it, which quotes "
                          "are asked for through, found that it cannot be "
                          "used"))});
  }
  return out;
}

absl::Status WhyUnusable(const DetectedReportDevice& detected) {
  for (const DetectedReportDevice::Attempt& attempt : detected.tried) {
    if (!IsNoDevice(attempt.why)) return attempt.why;
  }
  return absl::OkStatus();
}

}  // namespace evidenced
