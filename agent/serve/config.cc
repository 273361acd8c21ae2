#include "agent/serve/config.h"

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "agent/serve/roles.h"
#include "agent/serve/socket_address.h"
#include "agent/serve/toml_message.h"
#include "quote/base/bytes.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

constexpr uint32_t kDefaultAkHandle = 0x8100e1de;
constexpr uint32_t kFirstPersistent = 0x81000000;
constexpr uint32_t kLastOwnerPersistent = 0x817fffff;

void Default(std::string* value, absl::string_view text) {
  if (value->empty()) *value = std::string(text);
}

uint32_t OrDefault(uint32_t value, uint32_t fallback) {
  return value == 0 ? fallback : value;
}

void SetDefaults(v1::AgentConfig& config) {
  v1::Listen& listen = *config.mutable_listen();
  if (listen.tcp().empty() && !listen.no_tcp()) listen.add_tcp("[::]:7443");
  if (!listen.no_unix()) {
    Default(listen.mutable_unix(), "/run/evidenced/evidenced.sock");
  }
  v1::Tls& tls = *config.mutable_tls();
  Default(tls.mutable_certificate(), "/etc/evidenced/tls/server.pem");
  Default(tls.mutable_key(), "/etc/evidenced/tls/server.key");
  Default(tls.mutable_client_ca(), "/etc/evidenced/tls/clients-ca.pem");
  v1::HostPaths& paths = *config.mutable_paths();
  Default(paths.mutable_tcg2_log(),
          "/sys/kernel/security/tpm0/binary_bios_measurements");
  Default(paths.mutable_ima_log(),
          "/sys/kernel/security/ima/binary_runtime_measurements");
  Default(paths.mutable_boot_id(), "/proc/sys/kernel/random/boot_id");
  v1::Tpm& tpm = *config.mutable_tpm();
  Default(tpm.mutable_tcti(), "device:/dev/tpmrm0");
  Default(tpm.mutable_ak_type(), "ecc");
  tpm.set_ak_handle(OrDefault(tpm.ak_handle(), kDefaultAkHandle));
  v1::ServiceLimits& limits = *config.mutable_limits();
  limits.set_queue_length(OrDefault(limits.queue_length(), 256));
  limits.set_device_timeout_seconds(
      OrDefault(limits.device_timeout_seconds(), 30));
  limits.set_drain_seconds(OrDefault(limits.drain_seconds(), 20));
  limits.set_max_connections(OrDefault(limits.max_connections(), 1024));
  Default(config.mutable_log()->mutable_level(), "info");
}

class Validator {
 public:
  Validator(absl::string_view file, std::vector<std::string>& faults)
      : file_(file), faults_(faults) {}

  void Check(const v1::AgentConfig& config) {
    CheckListen(config.listen());
    CheckTpm(config.tpm());
    for (const v1::RoleRule& rule : config.role()) CheckRule(rule);
    for (const v1::UnixRoleRule& rule : config.unix_role()) {
      if (rule.has_uid() == rule.has_gid()) {
        Fault("unix_role", "one of uid and gid",
              rule.has_uid() ? "both" : "neither");
      }
      CheckRoles("unix_role.roles", rule.roles());
    }
    const std::string& level = config.log().level();
    if (level != "debug" && level != "info" && level != "warning" &&
        level != "error") {
      Fault("log.level", "debug, info, warning or error", Quoted(level));
    }
  }

 private:
  static std::string Quoted(absl::string_view text) {
    return absl::StrCat("\"", Printable(text), "\"");
  }

  void Fault(absl::string_view key, absl::string_view expected,
             absl::string_view found) {
    faults_.push_back(absl::StrFormat("%s: %s: expected %s, found %s", file_,
                                      key, expected, found));
  }

  void CheckListen(const v1::Listen& listen) {
    if (listen.no_tcp() && !listen.tcp().empty()) {
      Fault("listen.tcp", "no address with no_tcp",
            absl::StrCat(listen.tcp_size()));
    }
    if (listen.no_unix() && !listen.unix().empty()) {
      Fault("listen.unix", "no path with no_unix", Quoted(listen.unix()));
    }
    if (listen.no_tcp() && listen.no_unix()) {
      Fault("listen", "tcp or unix", "no_tcp and no_unix");
    }
    for (const std::string& address : listen.tcp()) {
      if (ParseTcpAddress(address).ok()) continue;
      Fault("listen.tcp", "ADDRESS:PORT", Quoted(address));
    }
    if (!listen.unix().empty() && !absl::StartsWith(listen.unix(), "/")) {
      Fault("listen.unix", "an absolute path", Quoted(listen.unix()));
    }
  }

  void CheckTpm(const v1::Tpm& tpm) {
    if (tpm.ak_type() != "ecc" && tpm.ak_type() != "rsa") {
      Fault("tpm.ak_type", "ecc or rsa", Quoted(tpm.ak_type()));
    }
    if (tpm.ak_handle() < kFirstPersistent ||
        tpm.ak_handle() > kLastOwnerPersistent) {
      Fault("tpm.ak_handle", "a persistent handle of 0x81000000 to 0x817fffff",
            absl::StrFormat("0x%08x", tpm.ak_handle()));
    }
  }

  void CheckRule(const v1::RoleRule& rule) {
    if (rule.uri().empty() == rule.dns().empty()) {
      Fault("role", "one of uri and dns",
            rule.uri().empty() ? "neither" : "both");
    }
    CheckRoles("role.roles", rule.roles());
  }

  template <typename List>
  void CheckRoles(absl::string_view key, const List& roles) {
    if (roles.empty()) Fault(key, "at least one role", "none");
    for (const std::string& role : roles) {
      if (RoleFromName(role) == 0) {
        Fault(key, "health, verifier or operator", Quoted(role));
      }
    }
  }

  absl::string_view file_;
  std::vector<std::string>& faults_;
};

}  // namespace

absl::StatusOr<v1::AgentConfig> ParseConfig(absl::string_view toml,
                                            absl::string_view file) {
  v1::AgentConfig config;
  std::vector<std::string> faults;
  FillFromToml(toml, file, config, faults);
  SetDefaults(config);
  Validator(file, faults).Check(config);
  if (faults.empty()) return config;
  return absl::InvalidArgumentError(absl::StrJoin(faults, "\n"));
}

absl::StatusOr<v1::AgentConfig> LoadConfig(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    return absl::NotFoundError(
        absl::StrCat("expected a configuration in ", path, ", found none"));
  }
  const std::string text{std::istreambuf_iterator<char>(in),
                         std::istreambuf_iterator<char>()};
  return ParseConfig(text, path);
}

}  // namespace evidenced
