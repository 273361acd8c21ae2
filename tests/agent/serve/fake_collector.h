#ifndef TESTS_AGENT_SERVE_FAKE_COLLECTOR_H_
#define TESTS_AGENT_SERVE_FAKE_COLLECTOR_H_

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/clock.h"

#include "agent/base/mutex.h"
#include "agent/collect/collector.h"

namespace evidenced {

// A collector without a device: it answers from threads of its own, or hangs
// as a device does, and then keeps the deadlines.
class FakeCollector final : public Collector {
 public:
  ~FakeCollector() override {
    SetHanging(Device::kAnswers);
    for (std::thread& thread : threads_) thread.join();
  }

  enum class Device { kAnswers, kHangs };
  void SetHanging(Device device) {
    const MutexLock lock(mutex_);
    device_ = device;
    changed_.NotifyAll();
  }
  void SetLog(LogSnapshot log) {
    const MutexLock lock(mutex_);
    log_ = std::make_shared<const LogSnapshot>(std::move(log));
  }
  void ReportHealth(const SourceHealth& health) {
    std::function<void(const SourceHealth&)> report;
    {
      const MutexLock lock(mutex_);
      report = health_;
    }
    report(health);
  }
  Waiter last_waiter() {
    const MutexLock lock(mutex_);
    return waiter_;
  }
  Challenge last_challenge() {
    const MutexLock lock(mutex_);
    return challenge_;
  }
  size_t requests() {
    const MutexLock lock(mutex_);
    return threads_.size();
  }

  void GetEvidence(Challenge challenge, Waiter waiter,
                   Done<v1::Evidence> done) override {
    v1::Evidence evidence;
    evidence.set_signer("tpm");
    {
      const MutexLock lock(mutex_);
      challenge_ = std::move(challenge);
      waiter_ = waiter;
    }
    Later(waiter.deadline, std::move(evidence), std::move(done));
  }
  // Its report is the data.
  void GetRawReport(ReportData data, Waiter waiter,
                    Done<v1::RawReport> done) override {
    v1::RawReport report;
    report.set_provider("sev_guest");
    report.set_report(data.data(), data.size());
    Later(waiter.deadline, std::move(report), std::move(done));
  }
  void GetMeasurements(std::vector<PcrBankSelection> /*pcrs*/, Waiter waiter,
                       Done<v1::Measurements> done) override {
    v1::Measurements measurements;
    measurements.set_pcr_update_counter(7);
    Later(waiter.deadline, std::move(measurements), std::move(done));
  }
  void ReadLog(std::string label, Waiter waiter,
               Done<std::shared_ptr<const LogSnapshot>> done) override {
    if (label != "log.tcg2") {
      std::thread([done = std::move(done)] {
        done(absl::InvalidArgumentError("expected log.tcg2"));
      }).detach();
      return;
    }
    std::shared_ptr<const LogSnapshot> log;
    {
      const MutexLock lock(mutex_);
      log = log_;
    }
    Later(waiter.deadline, std::move(log), std::move(done));
  }
  v1::Platform GetPlatform() const override {
    v1::Platform platform;
    platform.set_agent_version("1.2.3");
    return platform;
  }
  void WatchHealth(std::function<void(const SourceHealth&)> changed) override {
    changed({.source = "tpm", .available = true, .reason = ""});
    const MutexLock lock(mutex_);
    health_ = std::move(changed);
  }

 private:
  template <typename T>
  void Later(absl::Time deadline, T answer, Done<T> done) {
    const MutexLock lock(mutex_);
    threads_.emplace_back(
        [this, deadline, answer = std::move(answer), done = std::move(done)] {
          if (WaitForDevice(deadline)) return done(answer);
          done(absl::DeadlineExceededError("expected the device in time"));
        });
  }

  bool WaitForDevice(absl::Time deadline) {
    const SteadyTime until = std::chrono::steady_clock::now() +
                             absl::ToChronoNanoseconds(deadline - absl::Now());
    const MutexLock lock(mutex_);
    while (device_ == Device::kHangs) {
      if (std::chrono::steady_clock::now() >= until) return false;
      changed_.WaitUntil(mutex_, until);
    }
    return true;
  }

  Mutex mutex_;
  CondVar changed_;
  Device device_ ABSL_GUARDED_BY(mutex_) = Device::kAnswers;
  std::shared_ptr<const LogSnapshot> log_ ABSL_GUARDED_BY(mutex_) =
      std::make_shared<const LogSnapshot>();
  std::function<void(const SourceHealth&)> health_ ABSL_GUARDED_BY(mutex_);
  Challenge challenge_ ABSL_GUARDED_BY(mutex_);
  Waiter waiter_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_;
};

}  // namespace evidenced

#endif  // TESTS_AGENT_SERVE_FAKE_COLLECTOR_H_
