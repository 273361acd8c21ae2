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

}  // namespace

PlatformState::PlatformState(const AgentIdentity& identity) {
  const MutexLock lock(mutex_);
  v1::Source* source = platform_.add_sources();
  source->set_label("tpm");
  source->set_reason("the TPM is being opened");
  platform_.set_boot_id(identity.boot_id);
  platform_.set_agent_version(identity.version);
  platform_.set_instance(identity.instance.data(), identity.instance.size());
  platform_.mutable_limits()->set_max_inline_part_bytes(kMaxInlinePart);
}

void PlatformState::TpmChanged(const absl::Status& status,
                               const TpmInfo* info) {
  {
    const MutexLock lock(mutex_);
    v1::Source* source = platform_.mutable_sources(0);
    source->set_available(status.ok());
    source->set_reason(std::string(status.message()));
    if (info != nullptr) Describe(*info, source->mutable_tpm());
  }
  const MutexLock lock(watch_mutex_);
  if (std::exchange(available_, status.ok()) == status.ok()) return;
  watcher_(available_);
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
  return platform_;
}

void PlatformState::Watch(std::function<void(bool available)> changed) {
  const MutexLock lock(watch_mutex_);
  changed(available_);
  watcher_ = std::move(changed);
}

}  // namespace evidenced
