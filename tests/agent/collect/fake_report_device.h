#ifndef TESTS_AGENT_COLLECT_FAKE_REPORT_DEVICE_H_
#define TESTS_AGENT_COLLECT_FAKE_REPORT_DEVICE_H_

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "agent/base/mutex.h"
#include "agent/device/detect_report_device.h"
#include "agent/device/report_device.h"
#include "agent/device/vmpck.h"
#include "tests/agent/device/tdx_quotes.h"

namespace evidenced {

// What a fake CPU does, for all of its devices. Any thread may change it.
class FakeCpu {
 public:
  // Each request ends so from now on.
  void SetError(const absl::Status& error) {
    const MutexLock lock(mutex_);
    error_ = error;
  }
  // Called in each request, on the device thread.
  void SetHook(std::function<void()> hook) {
    const MutexLock lock(mutex_);
    hook_ = std::move(hook);
  }
  void SetTable(Bytes table) {
    const MutexLock lock(mutex_);
    table_ = std::move(table);
  }
  // Of the TD.
  void SetRtmrs(const std::array<Bytes, 4>& rtmrs) {
    const MutexLock lock(mutex_);
    quotes_.SetRtmrs(rtmrs);
  }
  // Instead of a report.
  void SetAnswer(Bytes answer) {
    const MutexLock lock(mutex_);
    answer_ = std::move(answer);
  }

  absl::StatusOr<DeviceReport> Report(ReportProvider provider,
                                      const ReportData& data) {
    std::function<void()> hook;
    absl::Status error;
    DeviceReport report;
    report.provider = provider;
    {
      const MutexLock lock(mutex_);
      hook = hook_;
      error = error_;
      report.auxiliary = table_;
    }
    hook();
    if (!error.ok()) return error;
    const MutexLock lock(mutex_);
    report.report = answer_.empty() ? Make(provider, data) : answer_;
    return report;
  }

 private:
  Bytes Make(ReportProvider provider, const ReportData& data)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (provider == ReportProvider::kTdxGuest) return quotes_.Over(data);
    Bytes report(1184, 0);
    report[0] = 3;
    std::copy(data.begin(), data.end(), report.begin() + 0x50);
    return report;
  }

  Mutex mutex_;
  absl::Status error_ ABSL_GUARDED_BY(mutex_);
  std::function<void()> hook_ ABSL_GUARDED_BY(mutex_) = [] {};
  Bytes table_ ABSL_GUARDED_BY(mutex_);
  Bytes answer_ ABSL_GUARDED_BY(mutex_);
  TdxQuotes quotes_ ABSL_GUARDED_BY(mutex_);
};

class FakeReportDevice final : public ReportDevice {
 public:
  explicit FakeReportDevice(std::shared_ptr<FakeCpu> cpu,
                            ReportProvider provider = ReportProvider::kSevGuest)
      : cpu_(std::move(cpu)) {
    info_.provider = provider;
    info_.interface = "fake";
    info_.path = "/fake";
    if (provider == ReportProvider::kSevGuest) info_.vmpl = 1;
  }

  const ReportDeviceInfo& info() const override { return info_; }
  ReportDeviceState state() const override { return history_.state(); }
  absl::StatusOr<DeviceReport> Report(const ReportData& data,
                                      const StillWanted& /*wanted*/) override {
    auto report = cpu_->Report(info_.provider, data);
    history_.Ended(report.status());
    return report;
  }

 private:
  std::shared_ptr<FakeCpu> cpu_;
  ReportDeviceInfo info_;
  ReportDeviceHistory history_;
};

}  // namespace evidenced

#endif  // TESTS_AGENT_COLLECT_FAKE_REPORT_DEVICE_H_
