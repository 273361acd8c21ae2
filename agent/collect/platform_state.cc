#include "agent/collect/platform_state.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"

namespace evidenced {
namespace {

void Describe(const TpmInfo& info, v1::TpmInfo* out) {
  out->set_manufacturer(info.manufacturer);
  out->set_firmware_version(info.firmware_version);
  out->set_ak_public(info.ak_public.data(), info.ak_public.size());
  out->set_ak_name(info.ak_name.data(), info.ak_name.size());
  out->clear_banks();
  for (const PcrBankSelection& bank : info.banks) {
    v1::PcrSelection* to = out->add_banks();
    to->set_algorithm(static_cast<v1::HashAlgorithm>(bank.algorithm));
    to->mutable_pcrs()->Add(bank.pcrs.begin(), bank.pcrs.end());
  }
}

void Describe(const ReportDeviceInfo& info, v1::SnpInfo* out) {
  out->set_interface(info.interface);
  out->set_path(info.path);
  if (info.vmpl.has_value()) out->set_vmpl(*info.vmpl);
}

SourceHealth HealthOf(const v1::Source& source) {
  return {.source = source.label(),
          .available = source.available(),
          .reason = source.reason(),
          .key_lost = source.snp().key_lost()};
}

}  // namespace

PlatformState::PlatformState(const AgentIdentity& identity) {
  const MutexLock lock(mutex_);
  devices_[kTpm].source.set_label("tpm");
  devices_[kTpm].source.set_reason("the TPM is being opened");
  devices_[kSnp].source.set_label("snp");
  platform_.set_boot_id(identity.boot_id);
  platform_.set_agent_version(identity.version);
  platform_.set_instance(identity.instance.data(), identity.instance.size());
  platform_.mutable_limits()->set_max_inline_part_bytes(kMaxInlinePart);
}

void PlatformState::Show(DeviceState& device) {
  if (!device.last.has_value()) return;
  const absl::Status& status = device.hung.ok() ? *device.last : device.hung;
  device.source.set_available(status.ok());
  device.source.set_reason(std::string(status.message()));
  const SourceHealth health = HealthOf(device.source);
  const bool news = !device.told.has_value() ||
                    device.told->available != health.available ||
                    device.told->key_lost != health.key_lost;
  if (!news) return;
  device.told = health;
  watcher_(health);
}

void PlatformState::TpmChanged(const absl::Status& status,
                               const TpmInfo* info) {
  const MutexLock lock(mutex_);
  DeviceState& device = devices_[kTpm];
  device.last = status;
  if (info != nullptr) Describe(*info, device.source.mutable_tpm());
  Show(device);
}

void PlatformState::HungChanged(const absl::Status& status) {
  const MutexLock lock(mutex_);
  for (DeviceState& device : devices_) device.hung = absl::OkStatus();
  DeviceState& asked = devices_[asked_];
  asked.hung = status;
  if (!status.ok() && !asked.last.has_value()) asked.last = status;
  for (DeviceState& device : devices_) Show(device);
}

void PlatformState::SnpAsked() {
  const MutexLock lock(mutex_);
  asked_ = kSnp;
}

void PlatformState::SnpAbsent() {
  const MutexLock lock(mutex_);
  asked_ = kTpm;
  devices_[kSnp].last.reset();
}

void PlatformState::SnpFound(const ReportDeviceInfo& info) {
  const MutexLock lock(mutex_);
  Describe(info, devices_[kSnp].source.mutable_snp());
  SnpEnded(absl::OkStatus());
}

void PlatformState::SnpFailed(const absl::Status& status) {
  const MutexLock lock(mutex_);
  SnpEnded(status);
}

void PlatformState::SnpAnswered(const absl::Status& status,
                                ReportDeviceState state) {
  const MutexLock lock(mutex_);
  devices_[kSnp].source.mutable_snp()->set_key_lost(
      state == ReportDeviceState::kKeyLost);
  SnpEnded(status);
}

void PlatformState::SnpEnded(const absl::Status& status) {
  asked_ = kTpm;
  devices_[kSnp].last = status;
  Show(devices_[kSnp]);
}

void PlatformState::LogsRead(const std::vector<LogState>& states) {
  const MutexLock lock(mutex_);
  platform_.clear_logs();
  for (const LogState& state : states) {
    v1::LogInfo* log = platform_.add_logs();
    log->set_label(state.label);
    log->set_available(state.reason.empty());
    log->set_reason(state.reason);
  }
}

v1::Platform PlatformState::Get() const {
  const MutexLock lock(mutex_);
  v1::Platform platform = platform_;
  *platform.add_sources() = devices_[kTpm].source;
  if (devices_[kSnp].last.has_value()) {
    *platform.add_sources() = devices_[kSnp].source;
  }
  return platform;
}

void PlatformState::Watch(std::function<void(const SourceHealth&)> changed) {
  const MutexLock lock(mutex_);
  watcher_ = std::move(changed);
  for (DeviceState& device : devices_) {
    device.told.reset();
    Show(device);
  }
}

}  // namespace evidenced
