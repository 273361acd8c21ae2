#include "agent/serve/config.h"

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace evidenced {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> Faults(absl::string_view toml) {
  const auto config = ParseConfig(toml, "f.toml");
  if (config.ok()) return {};
  return absl::StrSplit(config.status().message(), '\n');
}

TEST(ParseConfig, GivesEveryDefaultToAnEmptyFile) {
  const auto config = ParseConfig("", "f.toml");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_THAT(config->listen().tcp(), ElementsAre("[::]:7443"));
  EXPECT_EQ(config->listen().unix(), "/run/evidenced/evidenced.sock");
  EXPECT_FALSE(config->listen().reflection());
  EXPECT_EQ(config->tls().key(), "/etc/evidenced/tls/server.key");
  EXPECT_EQ(config->tpm().tcti(), "device:/dev/tpmrm0");
  EXPECT_EQ(config->tpm().ak_type(), "ecc");
  EXPECT_EQ(config->tpm().ak_handle(), 0x8100e1deU);
  EXPECT_EQ(config->paths().configfs_tsm(), "/sys/kernel/config/tsm/report");
  EXPECT_EQ(config->paths().sev_guest(), "/dev/sev-guest");
  EXPECT_EQ(config->paths().tdx_guest(), "/dev/tdx_guest");
  EXPECT_EQ(config->paths().tdx_measurements(),
            "/sys/devices/virtual/misc/tdx_guest/measurements");
  EXPECT_EQ(config->paths().ccel_table(), "/sys/firmware/acpi/tables/CCEL");
  EXPECT_EQ(config->paths().ccel_log(), "/sys/firmware/acpi/tables/data/CCEL");
  EXPECT_FALSE(config->snp().has_vmpl());
  EXPECT_TRUE(config->snp().extended_report());
  EXPECT_EQ(config->limits().queue_length(), 256U);
  EXPECT_EQ(config->limits().device_timeout_seconds(), 45U);
  EXPECT_EQ(config->limits().drain_seconds(), 20U);
  EXPECT_EQ(config->limits().max_connections(), 1024U);
  // More than the 60 s that the driver of SNP may wait for the host.
  EXPECT_EQ(config->limits().cpu_hung_after_seconds(), 90U);
  EXPECT_EQ(config->log().level(), "info");
  EXPECT_TRUE(config->role().empty());
  EXPECT_TRUE(config->unix_role().empty());
}

TEST(ParseConfig, TakesTheDocumentedFileAsItsDefaults) {
  std::ifstream in(std::string(TESTDATA) + "/../../docs/evidenced.toml");
  const std::string text{std::istreambuf_iterator<char>(in),
                         std::istreambuf_iterator<char>()};
  ASSERT_FALSE(text.empty());
  const auto documented = ParseConfig(text, "docs/evidenced.toml");
  ASSERT_TRUE(documented.ok()) << documented.status();
  const auto defaults = ParseConfig("", "");
  ASSERT_TRUE(defaults.ok());
  EXPECT_EQ(documented->SerializeAsString(), defaults->SerializeAsString());
}

TEST(ParseConfig, ReadsEveryKind) {
  const auto config = ParseConfig(R"(
[listen]
tcp = ["127.0.0.1:1", "[::1]:0"]
reflection = true
[limits]
drain_seconds = 0
cpu_hung_after_seconds = 180
[snp]
vmpl = 0
extended_report = false
[[role]]
uri = "spiffe://a/*"
roles = ["verifier", "operator"]
[[role]]
dns = "*.a"
roles = ["health"]
[[unix_role]]
uid = 0
roles = ["operator", "raw"]
)",
                                  "f.toml");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_THAT(config->listen().tcp(), ElementsAre("127.0.0.1:1", "[::1]:0"));
  EXPECT_TRUE(config->listen().reflection());
  EXPECT_EQ(config->limits().drain_seconds(), 0U);
  EXPECT_EQ(config->limits().cpu_hung_after_seconds(), 180U);
  EXPECT_TRUE(config->snp().has_vmpl());
  EXPECT_FALSE(config->snp().extended_report());
  ASSERT_EQ(config->role_size(), 2);
  EXPECT_THAT(config->role(0).roles(), ElementsAre("verifier", "operator"));
  EXPECT_EQ(config->role(1).dns(), "*.a");
  ASSERT_EQ(config->unix_role_size(), 1);
  EXPECT_TRUE(config->unix_role(0).has_uid());
  EXPECT_FALSE(config->unix_role(0).has_gid());
  EXPECT_THAT(config->unix_role(0).roles(), ElementsAre("operator", "raw"));
}

TEST(ParseConfig, ReportsEveryFaultAtOnceWithItsLine) {
  EXPECT_THAT(
      Faults("[listen]\n"
             "tcp = \"[::]:1\"\n"
             "unix = \"relative\"\n"
             "udp = 1\n"
             "[limits]\n"
             "queue_length = 0\n"
             "drain_seconds = -1\n"
             "[tpm]\n"
             "ak_handle = 0x40000001\n"
             "[[role]]\n"
             "uri = \"a\"\n"
             "dns = \"b\"\n"
             "roles = [\"verifier\", \"root\"]\n"
             "[[unix_role]]\n"
             "roles = []\n"
             "[log]\n"
             "level = true\n"),
      testing::UnorderedElementsAre(
          "f.toml:2: listen.tcp: expected an array, found a string",
          "f.toml:4: listen.udp: expected one of tcp, no_tcp, unix, no_unix, "
          "reflection, found another key",
          "f.toml:7: limits.drain_seconds: expected an integer of 0 to "
          "4294967295, found -1",
          "f.toml:17: log.level: expected a string, found a boolean",
          "f.toml:3: listen.unix: expected an absolute path, found "
          "\"relative\"",
          "f.toml:6: limits.queue_length: expected a number of 1 to 65536, "
          "found 0",
          "f.toml:9: tpm.ak_handle: expected a persistent handle of 0x81000000 "
          "to 0x81ffffff, found 0x40000001",
          "f.toml:10: role[0]: expected one of uri and dns, found both",
          "f.toml:13: role[0].roles[1]: expected health, verifier or operator, "
          "found \"root\"",
          "f.toml:14: unix_role[0]: expected one of uid and gid, found neither",
          "f.toml:15: unix_role[0].roles: expected at least one role, found "
          "none"));
}

TEST(ParseConfig, NamesTheLineOfASyntaxFault) {
  EXPECT_THAT(Faults("[listen]\ntcp = [\n[tls]\n"),
              testing::Contains(HasSubstr("f.toml:3: expected TOML, found: ")));
}

struct Refused {
  const char* name;
  const char* toml;
  const char* fault;
};

class RefusesConfig : public testing::TestWithParam<Refused> {};

TEST_P(RefusesConfig, WithExpectedAndFound) {
  EXPECT_THAT(Faults(GetParam().toml),
              testing::Contains(HasSubstr(GetParam().fault)));
}

INSTANTIATE_TEST_SUITE_P(
    All, RefusesConfig,
    testing::Values(
        Refused{"NoListener", "listen = { no_tcp = true, no_unix = true }",
                "listen: expected a listener, found no_tcp and no_unix"},
        Refused{"TcpDespiteNoTcp",
                "listen = { no_tcp = true, tcp = [\"[::]:1\"] }",
                "listen.tcp: expected no address with no_tcp"},
        Refused{"NoTcpUnsaid", "listen.tcp = []",
                "listen.tcp: expected an address, or no_tcp = true"},
        Refused{"UnixDespiteNoUnix",
                "listen = { no_unix = true, unix = \"/a\" }",
                "listen.unix: expected no path with no_unix"},
        Refused{"NoUnixUnsaid", "listen.unix = \"\"",
                "listen.unix: expected a path, or no_unix = true"},
        Refused{"HostName", "listen.tcp = [\"localhost:1\"]",
                "listen.tcp[0]: expected a numeric ADDRESS:PORT"},
        Refused{"PortTooLarge", "listen.tcp = [\"[::]:65536\"]",
                "listen.tcp[0]"},
        Refused{"Ipv6WithoutBrackets", "listen.tcp = [\"::1:1\"]",
                "listen.tcp[0]"},
        Refused{"AkType", "tpm.ak_type = \"dsa\"",
                "tpm.ak_type: expected ecc or rsa, found \"dsa\""},
        Refused{"Vmpl", "snp.vmpl = 4",
                "snp.vmpl: expected a number of 0 to 3, found 4"},
        Refused{"EmptyTsmPath", "paths.configfs_tsm = \"\"",
                "paths.configfs_tsm: expected a path"},
        Refused{"EmptySevGuestPath", "paths.sev_guest = \"\"",
                "paths.sev_guest: expected a path"},
        Refused{"EmptyTdxGuestPath", "paths.tdx_guest = \"\"",
                "paths.tdx_guest: expected a path"},
        Refused{"EmptyMeasurementsPath", "paths.tdx_measurements = \"\"",
                "paths.tdx_measurements: expected a path"},
        Refused{"EmptyCcelTablePath", "paths.ccel_table = \"\"",
                "paths.ccel_table: expected a path"},
        Refused{"EmptyCcelLogPath", "paths.ccel_log = \"\"",
                "paths.ccel_log: expected a path"},
        Refused{"RawOverTls", "[[role]]\nuri = \"a\"\nroles = [\"raw\"]",
                "role[0].roles[0]: expected health, verifier or operator, "
                "found \"raw\""},
        Refused{"UnknownUnixRole", "[[unix_role]]\nuid = 0\nroles = [\"root\"]",
                "unix_role[0].roles[0]: expected health, verifier, operator or "
                "raw, found \"root\""},
        Refused{"EmptyKey", "tls.key = \"\"",
                "tls.key: expected a path, found \"\""},
        Refused{"RoleAsTable", "role = { uri = \"a\" }",
                "role: expected an array, found a table"},
        Refused{"RoleWithoutName", "[[role]]\nroles = [\"health\"]",
                "role[0]: expected one of uri and dns, found neither"},
        Refused{"UidAndGid",
                "[[unix_role]]\nuid = 0\ngid = 0\nroles = [\"health\"]",
                "unix_role[0]: expected one of uid and gid, found both"},
        Refused{"Level", "log.level = \"loud\"",
                "log.level: expected debug, info, warning or error"},
        Refused{"ControlCharacters", "\"a\\u001b[31m\" = 1",
                "\\x1b[31m: expected one of listen, tls"}),
    [](const auto& refused) { return refused.param.name; });

TEST(LoadConfig, NamesAFileThatIsNotThere) {
  const auto config = LoadConfig("/nonexistent/evidenced.toml");
  EXPECT_EQ(config.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(config.status().message()),
              HasSubstr("/nonexistent/evidenced.toml"));
}

}  // namespace
}  // namespace evidenced
