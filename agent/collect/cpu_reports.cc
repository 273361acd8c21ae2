#include "agent/collect/cpu_reports.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "openssl/rand.h"

#include "agent/device/vmpck.h"
#include "quote/base/status_macros.h"
#include "quote/snp/certificate_table.h"
#include "quote/snp/report.h"

namespace evidenced {
namespace {

SnpTableKind SigningKeyKind(ByteView bytes) {
  const auto report = ParseSnpReport(bytes);
  return report.ok() && report->signing_key() == kSnpSignedByVlek
             ? SnpTableKind::kVlek
             : SnpTableKind::kVcek;
}

}  // namespace

absl::StatusOr<CpuReports::Device> CpuReports::Find() {
  if (device_ != nullptr) return Device::kSnp;
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

absl::StatusOr<DeviceReport> CpuReports::Report(const ReportData& data,
                                                const StillWanted& wanted) {
  RETURN_IF_ERROR(wanted());
  absl::StatusOr<DeviceReport> report = device_->Report(data, wanted);
  if (!IsUnwanted(report.status())) {
    platform_.SnpAnswered(report.status(), device_->state());
  }
  return report;
}

// Only a request tells whether the driver still has its key: it may have lost
// it to an agent before this one, and no file shows that. It is one report at
// each start, over random bytes, that waits for nobody: if the host throttles,
// the kernel waits for up to a minute, and the TPM and the logs have threads of
// their own. A driver without a key answers without asking the firmware.
void CpuReports::Try() {
  const absl::StatusOr<Device> found = Find();
  if (!found.ok() || *found == Device::kNone) return;
  ReportData data = {};
  if (RAND_bytes(data.data(), static_cast<int>(data.size())) != 1) return;
  static_cast<void>(Report(data, [] { return absl::OkStatus(); }));
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
