#include "agent/serve/roles.h"

#include <string>

#include "gtest/gtest.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

TEST(MatchesPattern, LetsAStarStandForAnythingButTheSeparator) {
  EXPECT_TRUE(MatchesPattern("spiffe://a/b", "spiffe://a/b", '/'));
  EXPECT_TRUE(MatchesPattern("spiffe://a/*", "spiffe://a/b.c", '/'));
  EXPECT_TRUE(MatchesPattern("spiffe://*/v/*", "spiffe://a/v/1", '/'));
  EXPECT_TRUE(MatchesPattern("*ab*ab", "abxababab", '/'));
  EXPECT_TRUE(MatchesPattern("*.a.example", "b.a.example", '.'));
  EXPECT_FALSE(MatchesPattern("spiffe://a/*", "spiffe://a/b/c", '/'));
  EXPECT_FALSE(MatchesPattern("spiffe://*/v", "spiffe://a/b/v", '/'));
  EXPECT_FALSE(MatchesPattern("*.a.example", "c.b.a.example", '.'));
  EXPECT_FALSE(MatchesPattern("spiffe://a/b", "spiffe://a/bc", '/'));
  EXPECT_FALSE(MatchesPattern("spiffe://a/bc", "spiffe://a/b", '/'));
  EXPECT_FALSE(MatchesPattern("", "a", '/'));
  EXPECT_FALSE(MatchesPattern("a*", "ba", '/'));
}

TEST(MatchesPattern, TakesLinearTimeForAHostilePattern) {
  std::string pattern;
  for (int i = 0; i < 500; ++i) pattern += "a*";
  EXPECT_FALSE(MatchesPattern(pattern + "b", std::string(2000, 'a'), '/'));
}

v1::AgentConfig Config() {
  v1::AgentConfig config;
  v1::RoleRule* rule = config.add_role();
  rule->set_uri("spiffe://a/verifier/*");
  rule->add_roles("verifier");
  rule = config.add_role();
  rule->set_dns("probe.a");
  rule->add_roles("health");
  v1::UnixRoleRule* local = config.add_unix_role();
  local->set_uid(0);
  local->add_roles("operator");
  local = config.add_unix_role();
  local->set_gid(42);
  local->add_roles("health");
  return config;
}

TEST(RoleTable, GivesTheRolesOfEveryNameThatMatches) {
  const RoleTable table(Config());
  EXPECT_EQ(table.OfCertificate({"spiffe://a/verifier/1"}, {}), kRoleVerifier);
  EXPECT_EQ(table.OfCertificate({"spiffe://a/verifier/1"}, {"probe.a"}),
            kRoleVerifier | kRoleHealth);
  EXPECT_EQ(table.OfCertificate({"spiffe://b/verifier/1"}, {"other.a"}), 0);
  EXPECT_EQ(table.OfCertificate({}, {}), 0);
}

TEST(RoleTable, ComparesEachKindOfNameWithItsOwnRules) {
  const RoleTable table(Config());
  EXPECT_EQ(table.OfCertificate({"probe.a"}, {"spiffe://a/verifier/1"}), 0);
}

TEST(RoleTable, GivesNobodyARoleWithoutRules) {
  const RoleTable table{v1::AgentConfig()};
  EXPECT_EQ(table.OfCertificate({""}, {""}), 0);
  EXPECT_EQ(table.OfProcess(0, 0), 0);
}

TEST(RoleTable, GivesRawToProcessesAlone) {
  v1::AgentConfig config = Config();
  config.mutable_role(0)->add_roles("raw");
  config.mutable_unix_role(0)->add_roles("raw");
  const RoleTable table(config);
  EXPECT_EQ(table.OfCertificate({"spiffe://a/verifier/1"}, {}), kRoleVerifier);
  EXPECT_EQ(table.OfProcess(0, 1), kRoleOperator | kRoleRaw);
}

TEST(RoleTable, TellsProcessesByUidAndGid) {
  const RoleTable table(Config());
  EXPECT_EQ(table.OfProcess(0, 42), kRoleOperator | kRoleHealth);
  EXPECT_EQ(table.OfProcess(0, 1), kRoleOperator);
  EXPECT_EQ(table.OfProcess(42, 42), kRoleHealth);
  EXPECT_EQ(table.OfProcess(42, 0), 0);
}

struct Method {
  const char* path;
  Roles allowed;
};
constexpr Method kMethods[] = {
    {"/evidence.v1.EvidenceService/GetPlatform", kAnyRole},
    {"/evidence.v1.EvidenceService/GetEvidence", kRoleVerifier},
    {"/evidence.v1.EvidenceService/GetMeasurements", kRoleVerifier},
    {"/evidence.v1.EvidenceService/StreamEventLog", kRoleVerifier},
    {"/evidence.v1.EvidenceService/GetRawReport", kRoleRaw},
    {"/grpc.health.v1.Health/Check", kAnyRole},
    {"/grpc.health.v1.Health/Watch", kAnyRole},
    {"/evidence.v1.EvidenceService/Other", 0},
    {"/evidence.v1.EvidenceService/GetEvidence/", 0},
    {"evidence.v1.EvidenceService/GetPlatform", 0},
    {"", 0}};

TEST(CheckMethod, AllowsExactlyTheTable) {
  for (const Method& method : kMethods) {
    for (Roles roles = 0; roles <= (kAnyRole | kRoleRaw); ++roles) {
      const absl::Status status = CheckMethod(method.path, roles);
      if ((roles & method.allowed) != 0) {
        EXPECT_TRUE(status.ok()) << method.path << status;
      } else {
        EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied)
            << method.path << RoleNames(roles);
      }
    }
  }
}

TEST(RoleNames, NamesEveryRole) {
  EXPECT_EQ(RoleNames(0), "none");
  EXPECT_EQ(RoleNames(kAnyRole), "health+verifier+operator");
  EXPECT_EQ(RoleNames(kRoleRaw), "raw");
  EXPECT_EQ(RoleFromName("verifier"), kRoleVerifier);
  EXPECT_EQ(RoleFromName("raw"), kRoleRaw);
  EXPECT_EQ(RoleFromName("root"), 0);
}

}  // namespace
}  // namespace evidenced
