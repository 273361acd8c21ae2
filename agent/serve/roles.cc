#include "agent/serve/roles.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "quote/base/bytes.h"

namespace evidenced {
namespace {

struct NamedRole {
  const char* name;
  Roles role;
};
constexpr NamedRole kNames[] = {{"health", kRoleHealth},
                                {"verifier", kRoleVerifier},
                                {"operator", kRoleOperator},
                                {"raw", kRoleRaw}};

struct Rule {
  const char* method;
  Roles roles;
};
constexpr Rule kMethods[] = {
    {"/evidence.v1.EvidenceService/GetPlatform", kAnyRole},
    {"/evidence.v1.EvidenceService/GetEvidence", kRoleVerifier},
    {"/evidence.v1.EvidenceService/GetMeasurements", kRoleVerifier},
    {"/evidence.v1.EvidenceService/StreamEventLog", kRoleVerifier},
    {"/evidence.v1.EvidenceService/GetRawReport", kRoleRaw},
    {"/grpc.health.v1.Health/Check", kAnyRole},
    {"/grpc.health.v1.Health/Watch", kAnyRole},
};

template <typename List>
Roles Sum(const List& names) {
  Roles roles = 0;
  for (const std::string& name : names) roles |= RoleFromName(name);
  return roles;
}

}  // namespace

Roles RoleFromName(absl::string_view name) {
  for (const NamedRole& role : kNames) {
    if (name == role.name) return role.role;
  }
  return 0;
}

std::string RoleNames(Roles roles) {
  std::string text;
  for (const NamedRole& role : kNames) {
    if ((roles & role.role) == 0) continue;
    absl::StrAppend(&text, text.empty() ? "" : "+", role.name);
  }
  return text.empty() ? "none" : text;
}

bool MatchesPattern(absl::string_view pattern, absl::string_view text,
                    char separator) {
  // The last star is where a mismatch starts over, one character further on.
  size_t p = 0;
  size_t t = 0;
  size_t star = absl::string_view::npos;
  size_t star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != absl::string_view::npos &&
               text[star_text] != separator) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

Roles RoleTable::OfCertificate(
    const std::vector<std::string>& uris,
    const std::vector<std::string>& dns_names) const {
  Roles roles = 0;
  for (const auto& rule : config_.role()) {
    const bool by_uri = !rule.uri().empty();
    for (const std::string& name : by_uri ? uris : dns_names) {
      if (MatchesPattern(by_uri ? rule.uri() : rule.dns(), name,
                         by_uri ? '/' : '.')) {
        roles |= Sum(rule.roles());
      }
    }
  }
  return roles & kAnyRole;
}

Roles RoleTable::OfProcess(uint32_t uid, uint32_t gid) const {
  Roles roles = 0;
  for (const auto& rule : config_.unix_role()) {
    if ((rule.has_uid() && rule.uid() == uid) ||
        (rule.has_gid() && rule.gid() == gid)) {
      roles |= Sum(rule.roles());
    }
  }
  return roles;
}

absl::Status CheckMethod(absl::string_view path, Roles roles) {
  for (const Rule& rule : kMethods) {
    if (path != rule.method) continue;
    if ((rule.roles & roles) != 0) return absl::OkStatus();
    return absl::PermissionDeniedError(
        absl::StrFormat("expected the role %s for %s, found the role %s",
                        RoleNames(rule.roles), rule.method, RoleNames(roles)));
  }
  return absl::PermissionDeniedError(absl::StrCat(
      "expected a method of this service, found \"", Printable(path), "\""));
}

}  // namespace evidenced
