#include "agent/collect/cpu_reports.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"

#include "quote/snp/certificate_table.h"
#include "quote/snp/report.h"

namespace evidenced {
namespace {

// The first bytes say which key signed, also where more follow a report.
SnpTableKind SigningKeyKind(ByteView bytes) {
  const auto report =
      ParseSnpReport(bytes.first(std::min(bytes.size(), kSnpReportSize)));
  return report.ok() && report->signing_key() == kSnpSignedByVlek
             ? SnpTableKind::kVlek
             : SnpTableKind::kVcek;
}

}  // namespace

absl::StatusOr<CpuReports::Device> CpuReports::Find() {
  if (device_ != nullptr) return Device::kSnp;
  platform_.SnpAsked();
  DetectedReportDevice found = detect_();
  if (found.device == nullptr) {
    absl::Status failure = WhyUnusable(found);
    if (failure.ok()) {
      platform_.SnpAbsent();
      return Device::kNone;
    }
    platform_.SnpFailed(failure);
    return failure;
  }
  const ReportDeviceInfo& info = found.device->info();
  if (info.provider != ReportProvider::kSevGuest) {
    platform_.SnpAbsent();
    return absl::FailedPreconditionError(absl::StrFormat(
        "%s: expected provider sev_guest, found %s, whose evidence this "
        "version does not make",
        info.path, ProviderName(info.provider)));
  }
  device_ = std::move(found.device);
  platform_.SnpFound(info);
  return Device::kSnp;
}

absl::StatusOr<DeviceReport> CpuReports::Report(const ReportData& data) {
  platform_.SnpAsked();
  absl::StatusOr<DeviceReport> report = device_->Report(data);
  platform_.SnpAnswered(report.status(), device_->state());
  return report;
}

std::vector<std::string> MissingSnpCertificates(ByteView report,
                                                ByteView table) {
  const auto entries = ParseSnpCertificateTable(table);
  std::vector<std::string> missing;
  for (const SnpTableKind kind :
       {SigningKeyKind(report), SnpTableKind::kAsk, SnpTableKind::kArk}) {
    const bool held =
        entries.ok() && std::any_of(entries->begin(), entries->end(),
                                    [kind](const SnpTableEntry& entry) {
                                      return entry.kind == kind;
                                    });
    if (!held) missing.emplace_back(SnpTableKindName(kind));
  }
  return missing;
}

}  // namespace evidenced
