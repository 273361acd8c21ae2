#include "agent/serve/config.h"

#include <sys/un.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "agent/device/log_file.h"
#include "agent/serve/config_defaults.h"
#include "agent/serve/roles.h"
#include "agent/serve/socket_address.h"
#include "agent/serve/toml_message.h"
#include "quote/base/bytes.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

constexpr absl::string_view kDefaultTcp = "[::]:7443";
constexpr absl::string_view kDefaultUnix = "/run/evidenced/evidenced.sock";
constexpr size_t kMaxConfigSize = 1U << 20;
constexpr uint32_t kFirstPersistent = 0x81000000;
constexpr uint32_t kLastPersistent = 0x81ffffff;
constexpr std::array<absl::string_view, 4> kLevels = {"debug", "info",
                                                      "warning", "error"};

std::string Quoted(absl::string_view text) {
  return absl::StrCat("\"", Printable(text), "\"");
}

struct Range {
  uint32_t first;
  uint32_t last;
};

// Adds to `faults` what is wrong with values of the right type.
class Validator {
 public:
  Validator(absl::string_view file, const KeyLines& lines,
            std::vector<std::string>& faults)
      : file_(file), lines_(lines), faults_(faults) {}

  void Check(const v1::AgentConfig& config) {
    CheckListen(config.listen());
    CheckText("tls.certificate", config.tls().certificate());
    CheckText("tls.key", config.tls().key());
    CheckText("tls.client_ca", config.tls().client_ca());
    CheckText("paths.tcg2_log", config.paths().tcg2_log());
    CheckText("paths.ima_log", config.paths().ima_log());
    CheckText("paths.boot_id", config.paths().boot_id());
    CheckText("paths.configfs_tsm", config.paths().configfs_tsm());
    CheckText("paths.sev_guest", config.paths().sev_guest());
    CheckText("paths.tdx_guest", config.paths().tdx_guest());
    CheckText("paths.tdx_measurements", config.paths().tdx_measurements());
    CheckText("paths.ccel_table", config.paths().ccel_table());
    CheckText("paths.ccel_log", config.paths().ccel_log());
    CheckTpm(config.tpm());
    CheckNumber("snp.vmpl", {0, 3}, config.snp().vmpl());
    for (int i = 0; i < config.role_size(); ++i) {
      CheckRule(absl::StrCat("role[", i, "]"), config.role(i));
    }
    for (int i = 0; i < config.unix_role_size(); ++i) {
      CheckRule(absl::StrCat("unix_role[", i, "]"), config.unix_role(i));
    }
    CheckLimits(config.limits());
    const std::string& level = config.log().level();
    if (std::find(kLevels.begin(), kLevels.end(), level) == kLevels.end()) {
      Fault("log.level", "debug, info, warning or error", Quoted(level));
    }
  }

 private:
  // The line is that of the key or, if it is not set, of the table around it.
  void Fault(const std::string& key, absl::string_view expected,
             absl::string_view found) {
    std::string where(file_);
    for (std::string at = key; !at.empty();) {
      const auto line = lines_.find(at);
      if (line != lines_.end()) {
        absl::StrAppend(&where, ":", line->second);
        break;
      }
      const size_t dot = at.rfind('.');
      at.resize(dot == std::string::npos ? 0 : dot);
    }
    faults_.push_back(absl::StrFormat("%s: %s: expected %s, found %s", where,
                                      key, expected, found));
  }

  void CheckText(const std::string& key, const std::string& text) {
    if (text.empty()) Fault(key, "a path", "\"\"");
    if (absl::StrContains(text, '\0')) {
      Fault(key, "a path without NUL", Quoted(text));
    }
  }

  void CheckNumber(const std::string& key, Range range, uint32_t number) {
    if (number >= range.first && number <= range.last) return;
    Fault(key, absl::StrFormat("a number of %d to %d", range.first, range.last),
          absl::StrCat(number));
  }

  void CheckListen(const v1::Listen& listen) {
    if (listen.no_tcp() && listen.no_unix()) {
      Fault("listen", "a listener", "no_tcp and no_unix");
    }
    if (listen.no_tcp() && !listen.tcp().empty()) {
      Fault("listen.tcp", "no address with no_tcp",
            Quoted(absl::StrJoin(listen.tcp(), ", ")));
    }
    if (!listen.no_tcp() && listen.tcp().empty()) {
      Fault("listen.tcp", "an address, or no_tcp = true", "none");
    }
    for (int i = 0; i < listen.tcp_size(); ++i) {
      if (ParseTcpAddress(listen.tcp(i)).ok()) continue;
      Fault(absl::StrCat("listen.tcp[", i, "]"),
            "a numeric ADDRESS:PORT, IPv6 in brackets", Quoted(listen.tcp(i)));
    }
    CheckUnix(listen);
  }

  void CheckUnix(const v1::Listen& listen) {
    const std::string& path = listen.unix();
    if (listen.no_unix() && !path.empty()) {
      Fault("listen.unix", "no path with no_unix", Quoted(path));
    } else if (!listen.no_unix() && path.empty()) {
      Fault("listen.unix", "a path, or no_unix = true", "\"\"");
    } else if (!path.empty() && !absl::StartsWith(path, "/")) {
      Fault("listen.unix", "an absolute path", Quoted(path));
    } else if (absl::StrContains(path, '\0')) {
      Fault("listen.unix", "a path without NUL", Quoted(path));
    } else if (path.size() >= sizeof(sockaddr_un::sun_path)) {
      Fault("listen.unix",
            absl::StrFormat("a path of at most %d bytes",
                            sizeof(sockaddr_un::sun_path) - 1),
            absl::StrCat(path.size()));
    }
  }

  void CheckTpm(const v1::Tpm& tpm) {
    if (tpm.tcti().empty()) Fault("tpm.tcti", "a TCTI", "\"\"");
    if (tpm.ak_type() != "ecc" && tpm.ak_type() != "rsa") {
      Fault("tpm.ak_type", "ecc or rsa", Quoted(tpm.ak_type()));
    }
    if (tpm.ak_handle() < kFirstPersistent ||
        tpm.ak_handle() > kLastPersistent) {
      Fault("tpm.ak_handle",
            absl::StrFormat("a persistent handle of 0x%08x to 0x%08x",
                            kFirstPersistent, kLastPersistent),
            absl::StrFormat("0x%08x", tpm.ak_handle()));
    }
  }

  void CheckRule(const std::string& key, const v1::RoleRule& rule) {
    if (rule.uri().empty() == rule.dns().empty()) {
      Fault(key, "one of uri and dns", rule.uri().empty() ? "neither" : "both");
    }
    CheckRoles(key, rule.roles(), kAnyRole);
  }

  void CheckRule(const std::string& key, const v1::UnixRoleRule& rule) {
    if (rule.has_uid() == rule.has_gid()) {
      Fault(key, "one of uid and gid", rule.has_uid() ? "both" : "neither");
    }
    CheckRoles(key, rule.roles(), kAnyRole | kRoleRaw);
  }

  template <typename List>
  void CheckRoles(const std::string& rule, const List& roles, Roles allowed) {
    const std::string key = absl::StrCat(rule, ".roles");
    if (roles.empty()) Fault(key, "at least one role", "none");
    for (int i = 0; i < roles.size(); ++i) {
      if ((RoleFromName(roles[i]) & allowed) != 0) continue;
      Fault(absl::StrCat(key, "[", i, "]"),
            (allowed & kRoleRaw) != 0 ? "health, verifier, operator or raw"
                                      : "health, verifier or operator",
            Quoted(roles[i]));
    }
  }

  void CheckLimits(const v1::ServiceLimits& limits) {
    CheckNumber("limits.queue_length", {1, 65536}, limits.queue_length());
    CheckNumber("limits.device_timeout_seconds", {1, 3600},
                limits.device_timeout_seconds());
    CheckNumber("limits.drain_seconds", {0, 3600}, limits.drain_seconds());
    CheckNumber("limits.max_connections", {1, 1U << 20},
                limits.max_connections());
    CheckNumber("limits.cpu_hung_after_seconds", {1, 3600},
                limits.cpu_hung_after_seconds());
  }

  absl::string_view file_;
  const KeyLines& lines_;
  std::vector<std::string>& faults_;
};

}  // namespace

absl::StatusOr<v1::AgentConfig> ParseConfig(absl::string_view toml,
                                            absl::string_view file) {
  v1::AgentConfig config = DefaultConfig();
  std::vector<std::string> faults;
  const KeyLines lines = FillFromToml(toml, file, config, faults);
  v1::Listen& listen = *config.mutable_listen();
  if (!lines.contains("listen.tcp") && !listen.no_tcp()) {
    listen.add_tcp(std::string(kDefaultTcp));
  }
  if (!lines.contains("listen.unix") && !listen.no_unix()) {
    listen.set_unix(std::string(kDefaultUnix));
  }
  Validator(file, lines, faults).Check(config);
  if (faults.empty()) return config;
  return absl::InvalidArgumentError(absl::StrJoin(faults, "\n"));
}

absl::StatusOr<v1::AgentConfig> LoadConfig(const std::string& path) {
  Bytes bytes;
  RETURN_IF_ERROR(ReadWholeFile(path, kMaxConfigSize, &bytes));
  return ParseConfig(ToString(bytes), path);
}

}  // namespace evidenced
