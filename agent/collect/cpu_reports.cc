#include "agent/collect/cpu_reports.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "openssl/rand.h"

#include "agent/device/vmpck.h"
#include "quote/base/status_macros.h"
#include "quote/snp/certificate_table.h"
#include "quote/snp/report.h"

namespace evidenced {
namespace {

constexpr absl::Duration kLongestPause = absl::Minutes(5);

SnpTableKind SigningKeyKind(ByteView bytes) {
  const auto report = ParseSnpReport(bytes);
  return report.ok() && report->signing_key() == kSnpSignedByVlek
             ? SnpTableKind::kVlek
             : SnpTableKind::kVcek;
}

}  // namespace

absl::StatusOr<std::optional<ReportProvider>> CpuReports::Find() {
  if (device_ != nullptr) return device_->info().provider;
  DetectedReportDevice found = detect_();
  if (found.device == nullptr) {
    absl::Status failure = WhyUnusable(found);
    if (failure.ok()) {
      platform_.CpuAbsent();
      return std::nullopt;
    }
    platform_.CpuFailed(failure);
    return failure;
  }
  device_ = std::move(found.device);
  platform_.CpuFound(device_->info(), found.td_registers);
  return device_->info().provider;
}

absl::StatusOr<DeviceReport> CpuReports::Report(const ReportData& data,
                                                const StillWanted& wanted) {
  RETURN_IF_ERROR(wanted());
  asked_ = true;
  absl::StatusOr<DeviceReport> report = device_->Report(data, wanted);
  if (report.ok()) has_answered_ = true;
  if (!IsUnwanted(report.status())) {
    platform_.CpuAnswered(report.status(), device_->state());
  }
  return report;
}

absl::StatusOr<v1::RawReport> CpuReports::RawReport(const ReportData& data,
                                                    const StillWanted& wanted) {
  ASSIGN_OR_RETURN(const auto provider, Find());
  if (!provider.has_value()) {
    return absl::FailedPreconditionError(
        "expected a CPU report device, found none in this guest");
  }
  ASSIGN_OR_RETURN(const DeviceReport report, Report(data, wanted));
  const absl::string_view name = ProviderName(report.provider);
  v1::RawReport out;
  out.set_provider(name.data(), name.size());
  out.set_report(report.report.data(), report.report.size());
  out.set_auxiliary(report.auxiliary.data(), report.auxiliary.size());
  return out;
}

// Only a request tells whether the device works, and no file. It is one over
// random bytes that waits for nobody: it may take a minute where the host
// throttles SNP reports, and half of one where nobody quotes TDs, and the TPM
// and the logs have threads of their own.
void CpuReports::Try() {
  const SteadyTime begun = SteadyNow();
  next_try_ = SteadyTime::max();
  if (has_answered_) return;
  const auto found = Find();
  if (found.ok() && !found->has_value()) return;
  ReportData data = {};
  if (found.ok() && MayTry() &&
      RAND_bytes(data.data(), static_cast<int>(data.size())) == 1) {
    static_cast<void>(Report(data, [] { return absl::OkStatus(); }));
  }
  if (!MayTry()) return;
  // Requests have the device for as long as this has had it.
  const SteadyTime ended = SteadyNow();
  next_try_ = ended + std::max<SteadyDuration>(
                          absl::ToChronoNanoseconds(pause_), ended - begun);
  pause_ = std::min(2 * pause_, kLongestPause);
}

// A request may cost SNP's driver its key: it is for those who want a report.
bool CpuReports::MayTry() const {
  if (has_answered_) return false;
  return !asked_ || device_->info().provider != ReportProvider::kSevGuest;
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
