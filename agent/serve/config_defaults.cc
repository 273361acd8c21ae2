#include "agent/serve/config_defaults.h"

#include <cstdint>

#include "agent/device/log_file.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

constexpr uint32_t kDefaultAkHandle = 0x8100e1de;

}  // namespace

v1::AgentConfig DefaultConfig() {
  v1::AgentConfig config;
  v1::Tls& tls = *config.mutable_tls();
  tls.set_certificate("/etc/evidenced/tls/server.pem");
  tls.set_key("/etc/evidenced/tls/server.key");
  tls.set_client_ca("/etc/evidenced/tls/clients-ca.pem");
  const HostPaths host;
  v1::HostPaths& paths = *config.mutable_paths();
  paths.set_tcg2_log(host.tcg2_log);
  paths.set_ima_log(host.ima_log);
  paths.set_boot_id(host.boot_id);
  paths.set_configfs_tsm(host.configfs_tsm);
  paths.set_sev_guest(host.sev_guest);
  paths.set_tdx_guest(host.tdx_guest);
  paths.set_tdx_measurements(host.tdx_measurements);
  paths.set_ccel_table(host.ccel_table);
  paths.set_ccel_log(host.ccel_log);
  v1::Tpm& tpm = *config.mutable_tpm();
  tpm.set_tcti("device:/dev/tpmrm0");
  tpm.set_ak_type("ecc");
  tpm.set_ak_handle(kDefaultAkHandle);
  v1::ServiceLimits& limits = *config.mutable_limits();
  limits.set_queue_length(256);
  limits.set_device_timeout_seconds(45);
  limits.set_drain_seconds(20);
  limits.set_max_connections(1024);
  limits.set_cpu_hung_after_seconds(90);
  config.mutable_log()->set_level("info");
  config.mutable_snp()->set_extended_report(true);
  return config;
}

}  // namespace evidenced
