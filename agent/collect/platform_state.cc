#include "agent/collect/platform_state.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

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

void Describe(const ReportDeviceInfo& info, const std::string& td_registers,
              v1::Source& out) {
  if (info.provider == ReportProvider::kSevGuest) {
    v1::SnpInfo& snp = *out.mutable_snp();
    snp.set_interface(info.interface);
    snp.set_path(info.path);
    if (info.vmpl.has_value()) snp.set_vmpl(*info.vmpl);
  } else if (info.provider == ReportProvider::kTdxGuest) {
    v1::TdxInfo& tdx = *out.mutable_tdx();
    tdx.set_interface(info.interface);
    tdx.set_path(info.path);
    tdx.set_registers_path(td_registers);
  }
}

}  // namespace

PlatformState::PlatformState(const AgentIdentity& identity,
                             ReportProvider cpu) {
  const MutexLock lock(mutex_);
  devices_[kTpm].source.set_label("tpm");
  devices_[kTpm].source.set_reason("the TPM is being opened");
  devices_[kCpu].source.set_label(std::string(SourceLabel(cpu)));
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
  const SourceHealth health = {.source = device.source.label(),
                               .available = device.source.available(),
                               .reason = device.source.reason(),
                               .key_lost = device.source.snp().key_lost(),
                               .asked = device.asked};
  const bool news = !device.told.has_value() ||
                    device.told->available != health.available ||
                    device.told->key_lost != health.key_lost ||
                    device.told->asked != health.asked;
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

void PlatformState::TpmHung(const absl::Status& status) {
  const MutexLock lock(mutex_);
  Hung(devices_[kTpm], status);
}

void PlatformState::CpuHung(const absl::Status& status) {
  const MutexLock lock(mutex_);
  Hung(devices_[kCpu], status);
}

void PlatformState::Hung(DeviceState& device, const absl::Status& status) {
  device.hung = status;
  // That it hangs is the first thing that is known of it.
  if (!status.ok() && !device.last.has_value()) device.last = status;
  Show(device);
}

void PlatformState::CpuAbsent() {
  const MutexLock lock(mutex_);
  DeviceState& device = devices_[kCpu];
  device.last.reset();
  device.hung = absl::OkStatus();
  Forget(device);
}

void PlatformState::Forget(DeviceState& device) {
  if (!std::exchange(device.told, std::nullopt).has_value()) return;
  watcher_({.source = device.source.label(), .absent = true});
}

void PlatformState::CpuFound(const ReportDeviceInfo& info,
                             const std::string& td_registers) {
  const MutexLock lock(mutex_);
  DeviceState& device = devices_[kCpu];
  const absl::string_view label = SourceLabel(info.provider);
  if (device.source.label() != label) Forget(device);
  device.source.set_label(std::string(label));
  Describe(info, td_registers, device.source);
  device.last = absl::UnavailableError(
      "the device was found, and has not given a report yet");
  device.asked = false;
  Show(device);
}

void PlatformState::CpuFailed(const absl::Status& status) {
  const MutexLock lock(mutex_);
  devices_[kCpu].last = status;
  Show(devices_[kCpu]);
}

void PlatformState::CpuAnswered(const absl::Status& status,
                                ReportDeviceState state) {
  const MutexLock lock(mutex_);
  DeviceState& device = devices_[kCpu];
  if (device.source.has_snp()) {
    device.source.mutable_snp()->set_key_lost(state ==
                                              ReportDeviceState::kKeyLost);
  }
  device.last = status;
  device.asked = true;
  Show(device);
}

absl::Status PlatformState::CpuFailure() const {
  const MutexLock lock(mutex_);
  const DeviceState& device = devices_[kCpu];
  return device.last.has_value() && device.asked ? *device.last
                                                 : absl::OkStatus();
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
  if (devices_[kCpu].last.has_value()) {
    *platform.add_sources() = devices_[kCpu].source;
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
