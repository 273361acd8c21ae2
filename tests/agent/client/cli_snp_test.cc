// `verify snp`, `verify snp-cert` and `verify snp-table` as a caller sees them.
#include <filesystem>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "nlohmann/json.hpp"

#include "quote/snp/report.h"
#include "tests/agent/client/cli_fixture.h"
#include "tests/quote/snp/snp_builder.h"

namespace evidenced {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

class CliSnp : public Cli {
 protected:
  void SetUp() override {
    Cli::SetUp();
    SnpReportSpec spec;
    spec.policy = 0xb0000;  // debug
    report_bytes_ = SnpReportBytes(spec, vcek_.key);
    report_ = WriteBytes("report", report_bytes_);
    ek_ = WriteBytes("ek", vcek_.certificate.der());
    ca_ =
        Write("ca", Pem(pki_.ask().certificate) + Pem(pki_.ark().certificate));
    trusted_ = Hex(pki_.ark().certificate.spki_sha256());
  }
  std::string WriteBytes(const std::string& name, ByteView bytes) const {
    return Write(name, ToString(bytes));
  }
  Result Verify(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments = {"verify", "snp", "--no-policy",
                                          "--report", report_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Ctl(arguments);
  }
  Result VerifyWithKeys(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments = {"--ek",          ek_,     "--ca", ca_,
                                          "--trusted-ark", trusted_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Verify(arguments);
  }

  const SnpTestPki pki_;
  const Issued vcek_ = pki_.IssueVcek();
  Bytes report_bytes_;
  std::string report_;
  std::string ek_;
  std::string ca_;
  std::string trusted_;
};

TEST_F(CliSnp, AcceptsAReportAndShowsWhatItAllows) {
  const Result result = VerifyWithKeys({});
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("ACCEPT"));
  EXPECT_THAT(result.out, HasSubstr("the host can read and change the guest"));
  EXPECT_THAT(result.out, HasSubstr("binding: not checked"));
  const Json json = Json::parse(VerifyWithKeys({"--json"}).out);
  EXPECT_EQ(json["overall"], "accept");
  EXPECT_EQ(json["checks"]["crl_revokes_none"], nullptr);
  EXPECT_EQ(json["report"]["policy"]["debug"], true);
  EXPECT_EQ(json["report"]["reported_tcb"]["microcode"], 0xd5);
  EXPECT_EQ(json["ek_extensions"]["hw_id"], Hex(MilanChip()));
}

TEST_F(CliSnp, TakesNoBundleThatIsGuttedOrOfAnotherVendor) {
  std::filesystem::create_directory(Path("bundle"));
  WriteBytes("bundle/ek.der", vcek_.certificate.der());
  Write("bundle/ca.pem",
        Pem(pki_.ask().certificate) + Pem(pki_.ark().certificate));
  const std::vector<std::string> arguments = {"--collateral", Path("bundle"),
                                              "--trusted-ark", trusted_};
  // Without the list nothing would be said of revocation.
  const Result gutted = Verify(arguments);
  EXPECT_EQ(gutted.code, 2) << gutted.out;
  EXPECT_THAT(gutted.err, HasSubstr("found no crl.der"));
  CrlSpec list{.digest = "SHA384", .padding = RsaPadding::kPss};
  WriteBytes("bundle/crl.der", IssueCrl(list, pki_.ark()));
  const Result whole = Verify(arguments);
  EXPECT_EQ(whole.code, 0) << whole.out << whole.err;

  std::filesystem::create_directory(Path("tdx"));
  Write("tdx/tcb_info.json", "");
  const Result other = Verify({"--collateral", Path("tdx")});
  EXPECT_EQ(other.code, 2) << other.out;
  EXPECT_THAT(other.err, HasSubstr("found that for TD quotes"));
}

TEST_F(CliSnp, TrustsAmdsRootsAloneUnlessToldOtherwise) {
  const Result result = Verify({"--ek", ek_, "--ca", ca_, "--json"});
  EXPECT_EQ(result.code, 1);
  EXPECT_EQ(Json::parse(result.out)["error_class"], "untrusted_root");
  EXPECT_EQ(Verify({"--ek", ek_, "--ca", ca_, "--trusted-ark", "00"}).code, 2);
}

TEST_F(CliSnp, EndsWithTwoWhereReportDataAreTooLong) {
  const Result data = VerifyWithKeys({"--report-data", std::string(130, 'a')});
  EXPECT_EQ(data.code, 2);
  EXPECT_THAT(data.err, HasSubstr("at most 64 bytes"));
}

TEST_F(CliSnp, EndsWithTwoWhereMaterialIsMissing) {
  EXPECT_EQ(Verify({}).code, 2);
  EXPECT_EQ(Verify({"--ek", Path("absent")}).code, 2);
  EXPECT_EQ(Ctl({"verify", "snp", "--report", report_}).code, 2);
  EXPECT_EQ(Ctl({"verify", "snp", "--no-policy"}).code, 2);
  EXPECT_EQ(Ctl({"verify", "snp-cert", "--no-policy"}).code, 2);
  EXPECT_EQ(Ctl({"verify", "snp-table", "--no-policy"}).code, 2);
}

TEST_F(CliSnp, TakesAnEmptyFileForOneThatWasGiven) {
  const std::string empty = Write("empty", "");
  const Result ek = Verify({"--ek", empty, "--ca", ca_, "--json"});
  EXPECT_EQ(ek.code, 1);
  EXPECT_EQ(Json::parse(ek.out)["error_class"], "malformed");
  const Result report =
      Ctl({"verify", "snp", "--report", empty, "--no-policy", "--json"});
  EXPECT_EQ(report.code, 1);
  EXPECT_EQ(Json::parse(report.out)["parse_error"], "empty");
}

TEST_F(CliSnp, ComparesTheReportData) {
  const std::string asked = Hex(Bytes(64, 0xda));
  EXPECT_EQ(VerifyWithKeys({"--report-data", asked}).code, 0);
  EXPECT_THAT(VerifyWithKeys({"--report-data", asked}).out,
              HasSubstr("binding: matches"));
  EXPECT_EQ(VerifyWithKeys({"--report-data", "00"}).code, 1);
  EXPECT_EQ(VerifyWithKeys({"--report-data", "0"}).code, 2);
}

TEST_F(CliSnp, JudgesDatesAtATimeUnlessLeftOut) {
  EXPECT_EQ(VerifyWithKeys({"--at", "2026-01-01T00:00:00Z"}).code, 0);
  EXPECT_EQ(VerifyWithKeys({"--at", "2036-01-01T00:00:00Z"}).code, 1);
  EXPECT_EQ(VerifyWithKeys({"--at", "2036-01-01T00:00:00Z", "--skip",
                            "certificate-validity"})
                .code,
            0);
}

TEST_F(CliSnp, FollowsACrl) {
  CrlSpec spec{.digest = "SHA384", .padding = RsaPadding::kPss};
  const std::string good = WriteBytes("good", IssueCrl(spec, pki_.ark()));
  EXPECT_EQ(VerifyWithKeys({"--crl", good}).code, 0);
  spec.serials = {0x10001};
  const std::string bad = WriteBytes("bad", IssueCrl(spec, pki_.ark()));
  const Result result = VerifyWithKeys({"--crl", bad, "--json"});
  EXPECT_EQ(result.code, 1);
  EXPECT_EQ(Json::parse(result.out)["checks"]["crl_revokes_none"], false);
}

TEST_F(CliSnp, FindsReportAndTableAtTheirOffsets) {
  Bytes extended = report_bytes_;
  const Bytes table = SnpTable({{kVcekGuid, vcek_.certificate.der()},
                                {kAskGuid, pki_.ask().certificate.der()},
                                {kArkGuid, pki_.ark().certificate.der()}});
  extended.insert(extended.end(), table.begin(), table.end());
  const std::string file = WriteBytes("extended", extended);
  const std::vector<std::string> places = {
      "--report",       file,   "--report-offset", "0",      "--table",    file,
      "--table-offset", "1184", "--trusted-ark",   trusted_, "--no-policy"};
  for (const char* command : {"snp", "snp-table"}) {
    std::vector<std::string> arguments = {"verify", command};
    arguments.insert(arguments.end(), places.begin(), places.end());
    EXPECT_EQ(Ctl(arguments).code, 0) << command << Ctl(arguments).err;
  }
  EXPECT_EQ(Ctl({"verify", "snp", "--report", file, "--no-policy"}).code, 1);
  const Result beyond =
      Ctl({"verify", "snp-table", "--table", file, "--table-offset", "99999",
           "--no-policy", "--json"});
  EXPECT_EQ(beyond.code, 1);
  EXPECT_EQ(Json::parse(beyond.out)["parse_error"], "empty");
}

TEST_F(CliSnp, ShowsTheEntriesOfATable) {
  const std::string table =
      WriteBytes("table", SnpTable({{kVcekGuid, vcek_.certificate.der()}}));
  const Result result =
      Ctl({"verify", "snp-table", "--table", table, "--no-policy"});
  EXPECT_EQ(result.code, 0) << result.out;
  EXPECT_THAT(result.out, HasSubstr("CN=SEV-VCEK"));
}

TEST_F(CliSnp, JudgesCertificates) {
  const Result key = Ctl({"verify", "snp-cert", "--ek", ek_, "--ca", ca_,
                          "--trusted-ark", trusted_, "--no-policy"});
  EXPECT_EQ(key.code, 0) << key.out;
  EXPECT_THAT(key.out, HasSubstr("Milan-B0"));
  const Result cas = Ctl({"verify", "snp-cert", "--ca", ca_, "--trusted-ark",
                          trusted_, "--no-policy", "--json"});
  EXPECT_EQ(cas.code, 0) << cas.out;
  EXPECT_EQ(Json::parse(cas.out)["root_spki_sha256"], trusted_);
  EXPECT_EQ(Ctl({"verify", "snp-cert", ca_, "--trusted-ark", trusted_,
                 "--no-policy", "--json"})
                .out,
            cas.out);
}

TEST_F(CliSnp, InspectsAReport) {
  const Result result = Ctl({"inspect", report_});
  EXPECT_EQ(result.code, 0) << result.out;
  EXPECT_THAT(result.out, HasSubstr("SNP report, 1184 bytes (nothing is "));
  EXPECT_THAT(result.out, HasSubstr("the host can read and change the guest"));
  EXPECT_THAT(result.out, HasSubstr("Milan (family 0x19"));
  const Json json = Json::parse(Ctl({"inspect", report_, "--json"}).out);
  EXPECT_EQ(json["kind"], "SNP report");
  EXPECT_EQ(json["verified"], false);
  EXPECT_EQ(json["report"]["version"], 3);
}

// What is as long, is not one yet.
TEST_F(CliSnp, TakesNoZerosForAReport) {
  const std::string zeros = WriteBytes("zeros", Bytes(kSnpReportSize, 0));
  EXPECT_EQ(Ctl({"inspect", zeros}).code, 1);
}

TEST_F(CliSnp, InspectsATableAloneAndBehindAReport) {
  const Bytes table =
      SnpTable({{kVcekGuid, vcek_.certificate.der()}, {kCrlGuid, Bytes(3, 1)}});
  const Result alone = Ctl({"inspect", WriteBytes("table", table)});
  EXPECT_EQ(alone.code, 0) << alone.out;
  EXPECT_THAT(alone.out, HasSubstr("SNP certificate table"));
  EXPECT_THAT(alone.out, HasSubstr("CN=SEV-VCEK"));
  Bytes extended = report_bytes_;
  extended.insert(extended.end(), table.begin(), table.end());
  const Result both =
      Ctl({"inspect", WriteBytes("extended", extended), "--json"});
  EXPECT_EQ(both.code, 0) << both.out;
  const Json json = Json::parse(both.out);
  EXPECT_EQ(json["kind"], "SNP report with certificate table");
  EXPECT_EQ(json["entries"][0]["kind"], "vcek");
  EXPECT_EQ(json["entries"][1]["length"], 3);
  const Bytes unknown =
      SnpTable({{"00000000-0000-0000-0000-00000000000a", Bytes(1, 1)}});
  EXPECT_EQ(Ctl({"inspect", WriteBytes("unknown", unknown)}).code, 1);
}

TEST_F(CliSnp, InspectsACertificateWithWhatItSaysOfItsKey) {
  const Result vcek = Ctl({"inspect", ek_});
  EXPECT_THAT(vcek.out, HasSubstr("SNP reports of one chip (VCEK)"));
  EXPECT_THAT(vcek.out, HasSubstr("hardware ID"));
  const std::string vlek =
      WriteBytes("vlek", pki_.IssueVlek().certificate.der());
  EXPECT_THAT(Ctl({"inspect", vlek}).out,
              HasSubstr("SNP reports of one provider's machines (VLEK)"));
  // A root that calls itself AMD's is not for that one that is trusted.
  const Json json = Json::parse(Ctl({"inspect", ca_, "--json"}).out);
  EXPECT_FALSE(json["certificates"][1].contains("amd_root"));
}

}  // namespace
}  // namespace evidenced
