#ifndef AGENT_SERVE_ROLES_H_
#define AGENT_SERVE_ROLES_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "evidence/v1/config.pb.h"

namespace evidenced {

// A set of roles, one bit each; 0 is nobody.
using Roles = uint8_t;
inline constexpr Roles kRoleHealth = 1;
inline constexpr Roles kRoleVerifier = 2;
inline constexpr Roles kRoleOperator = 4;
inline constexpr Roles kAnyRole = kRoleHealth | kRoleVerifier | kRoleOperator;
// For processes on the unix socket alone, and beside those: it lets its holder
// have reports over bytes of his own.
inline constexpr Roles kRoleRaw = 8;

// 0: no such role.
Roles RoleFromName(absl::string_view name);

// "verifier+operator"; "none".
std::string RoleNames(Roles roles);

// Who may do what. No rule, no role.
class RoleTable {
 public:
  explicit RoleTable(::evidence::v1::AgentConfig config)
      : config_(std::move(config)) {}

  // By the SANs of a client's certificate, whose chain is verified. Never
  // kRoleRaw.
  Roles OfCertificate(const std::vector<std::string>& uris,
                      const std::vector<std::string>& dns_names) const;
  // By the credentials of a process at the unix socket.
  Roles OfProcess(uint32_t uid, uint32_t gid) const;

 private:
  ::evidence::v1::AgentConfig config_;
};

// Whether `pattern`, in which "*" stands for any characters but `separator`,
// describes all of `text`.
bool MatchesPattern(absl::string_view pattern, absl::string_view text,
                    char separator);

// OK if one of `roles` may call the method "/package.Service/Method".
// PERMISSION_DENIED: otherwise; what is not in the table is denied.
absl::Status CheckMethod(absl::string_view path, Roles roles);

}  // namespace evidenced

#endif  // AGENT_SERVE_ROLES_H_
