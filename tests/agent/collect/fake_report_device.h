#ifndef TESTS_AGENT_COLLECT_FAKE_REPORT_DEVICE_H_
#define TESTS_AGENT_COLLECT_FAKE_REPORT_DEVICE_H_

#include <algorithm>
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

  absl::StatusOr<DeviceReport> Report(const ReportData& data) {
    std::function<void()> hook;
    absl::Status error;
    DeviceReport report;
    {
      const MutexLock lock(mutex_);
      hook = hook_;
      error = error_;
      report.auxiliary = table_;
    }
    hook();
    if (!error.ok()) return error;
    report.report = Bytes(1184, 0);
    report.report[0] = 3;
    std::copy(data.begin(), data.end(), report.report.begin() + 0x50);
    return report;
  }

 private:
  Mutex mutex_;
  absl::Status error_ ABSL_GUARDED_BY(mutex_);
  std::function<void()> hook_ ABSL_GUARDED_BY(mutex_) = [] {};
  Bytes table_ ABSL_GUARDED_BY(mutex_);
};

class FakeReportDevice final : public ReportDevice {
 public:
  explicit FakeReportDevice(std::shared_ptr<FakeCpu> cpu,
                            ReportProvider provider = ReportProvider::kSevGuest)
      : cpu_(std::move(cpu)) {
    info_.provider = provider;
    info_.interface = "fake";
    info_.path = "/fake";
    info_.vmpl = 1;
  }

  const ReportDeviceInfo& info() const override { return info_; }
  ReportDeviceState state() const override { return history_.state(); }
  absl::StatusOr<DeviceReport> Report(const ReportData& data,
                                      const StillWanted& /*wanted*/) override {
    auto report = cpu_->Report(data);
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
