// `verify tdx`, `verify tdx-collateral` and `verify tdreport` as a caller sees
// them.
#include <filesystem>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "nlohmann/json.hpp"

#include "quote/base/bytes.h"
#include "quote/snp/report.h"
#include "quote/tdx/roots.h"
#include "tests/agent/client/cli_fixture.h"
#include "tests/quote/azure/hcl_builder.h"
#include "tests/quote/tdx/collateral_builder.h"
#include "tests/quote/tdx/tdx_builder.h"
#include "tests/support/tdx_quoter/td_report.h"

namespace evidenced {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

// A platform of its own with Intel's quoting enclave, whose name anybody may
// put into a report that a key of its own signs.
tdx_quoter::Enclave IntelQe() {
  tdx_quoter::Enclave qe;
  qe.mr_signer = IntelTdQuotingEnclaves().front().mr_signer;
  qe.isv_prod_id = IntelTdQuotingEnclaves().front().isv_prod_id;
  return qe;
}

class CliTdx : public Cli {
 protected:
  void SetUp() override {
    Cli::SetUp();
    spec_.qe = IntelQe();
    spec_.td.attributes |= 1;  // debug
    identity_.mr_signer = spec_.qe.mr_signer;
    WriteAll();
  }
  // A bundle and a quote, as their specs say.
  void WriteAll() {
    std::filesystem::create_directory(Path("bundle"));
    Write("bundle/tcb_info.json", TcbInfoText(info_, pki_));
    Write("bundle/qe_identity.json", QeIdentityText(identity_, pki_));
    Write("bundle/tcb_signing_chain.pem",
          Pem(pki_.tcb_signing().certificate) + Pem(pki_.root().certificate));
    Write("bundle/crl_issuer_chain.pem",
          Pem(pki_.platform_ca().certificate) + Pem(pki_.root().certificate));
    WriteBytes("bundle/pck_crl.der", IssueCrl({}, pki_.platform_ca()));
    WriteBytes("bundle/root_crl.der", IssueCrl({}, pki_.root()));
    quote_ = WriteBytes("quote", SharedTdxMachine().Quote(spec_));
  }
  std::string WriteBytes(const std::string& name, ByteView bytes) const {
    return Write(name, ToString(bytes));
  }
  static Result Verify(const std::string& command,
                       const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"verify", command, "--no-policy"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Ctl(arguments);
  }
  // Trusts the machine's root.
  Result VerifyQuote(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments = {"--quote", quote_,
                                          "--trusted-intel-root", trusted_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Verify("tdx", arguments);
  }
  Json VerifiedQuote(std::vector<std::string> more) const {
    more.emplace_back("--json");
    return Json::parse(VerifyQuote(more).out);
  }
  Json WithBundle(std::vector<std::string> more = {}) const {
    more.insert(more.end(), {"--collateral", Path("bundle")});
    return VerifiedQuote(more);
  }

  const TdxTestPki& pki_ = SharedTdxMachine().pki;
  const std::string trusted_ = Hex(pki_.root().certificate.spki_sha256());
  tdx_quoter::QuoteSpec spec_;
  tdx_quoter::TcbInfoSpec info_;
  tdx_quoter::QeIdentitySpec identity_;
  std::string quote_;
};

TEST_F(CliTdx, AcceptsAQuoteAndSaysThatItsTcbWasNotEvaluated) {
  const Result result = VerifyQuote({});
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("ACCEPT"));
  EXPECT_THAT(result.out, HasSubstr("TCB: not evaluated"));
  EXPECT_THAT(result.out, HasSubstr("the host can read and change the TD"));
  EXPECT_THAT(result.out, HasSubstr("NOT Intel's"));
  EXPECT_THAT(result.out, HasSubstr("binding: not checked"));
  EXPECT_THAT(result.out, Not(HasSubstr("\x1b")));
  const Json json = VerifiedQuote({});
  EXPECT_EQ(json["overall"], "accept");
  EXPECT_EQ(json["tcb"]["evaluated"], false);
  EXPECT_EQ(json["checks"]["tcb"], nullptr);
  EXPECT_EQ(json["policy_facts"]["debug"], true);
}

TEST_F(CliTdx, TrustsIntelsRootAloneUnlessToldOtherwise) {
  const Result result = Verify("tdx", {"--quote", quote_, "--json"});
  EXPECT_EQ(result.code, 1);
  EXPECT_EQ(Json::parse(result.out)["error_class"], "untrusted_root");
  EXPECT_EQ(
      Verify("tdx", {"--quote", quote_, "--trusted-intel-root", "00"}).code, 2);
}

TEST_F(CliTdx, SaysHowTheTcbStandsByABundle) {
  info_.levels[0].standing = {.status = "OutOfDate",
                              .date = "2023-08-09T00:00:00Z",
                              .advisories = {"INTEL-SA-00837"}};
  WriteAll();
  const Result result = VerifyQuote(
      {"--collateral", Path("bundle"), "--at", "2026-01-01T00:00:00Z"});
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("TCB: OutOfDate (INTEL-SA-00837), TCB of "
                                    "2023-08-09, evaluation data 18"));
  const Json json = WithBundle({"--at", "2026-01-01T00:00:00Z"});
  EXPECT_EQ(json["tcb"]["status"], "OutOfDate");
  EXPECT_EQ(json["tcb"]["advisory_ids"], Json({"INTEL-SA-00837"}));
  EXPECT_EQ(json["tcb"]["tcb_evaluation_data_number"], 18);
  EXPECT_EQ(json["tcb"]["relaunch_advised"], false);
  EXPECT_EQ(json["tcb_info"]["current"], true);
  EXPECT_EQ(json["checks"]["revocation"], true);
}

TEST_F(CliTdx, SaysThatTheDatesOfCollateralWereNotJudged) {
  const Result result = VerifyQuote({"--collateral", Path("bundle")});
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("TCB: UpToDate"));
  EXPECT_THAT(result.out, HasSubstr("dates were not judged"));
}

TEST_F(CliTdx, TakesAFileInThePlaceOfTheBundles) {
  tdx_quoter::TcbInfoSpec other;
  other.fmspc = "00806F050000";
  const std::string file = Write("other", TcbInfoText(other, pki_));
  const Json json = WithBundle({"--tcb-info", file});
  EXPECT_EQ(json["error_class"], "collateral_invalid");
  EXPECT_EQ(json["tcb_evaluation"]["fmspc_match"], false);
  EXPECT_EQ(VerifyQuote({"--collateral", Path("none")}).code, 2);
}

TEST_F(CliTdx, RejectsCollateralThatIsOverdueUnlessThatIsLeftOut) {
  const std::vector<std::string> late = {"--collateral", Path("bundle"), "--at",
                                         "2026-02-15T00:00:00Z"};
  const Result result = VerifyQuote(late);
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.out, HasSubstr("NOT CURRENT"));
  const Json json = WithBundle(
      {"--at", "2026-02-15T00:00:00Z", "--skip", "certificate-validity"});
  EXPECT_EQ(json["error_class"], "collateral_invalid");
  EXPECT_EQ(json["checks"]["certificate-validity"], nullptr);
  EXPECT_EQ(json["tcb_info"]["current"], false);
  const Json skipped =
      WithBundle({"--at", "2026-02-15T00:00:00Z", "--skip",
                  "certificate-validity", "--skip", "collateral-freshness"});
  EXPECT_EQ(skipped["overall"], "accept");
  EXPECT_EQ(skipped["tcb_info"]["current"], nullptr);
}

TEST_F(CliTdx, NamesTheClassOfEachFault) {
  WriteBytes("bundle/pck_crl.der",
             IssueCrl({.serials = {kPckSerial}}, pki_.platform_ca()));
  EXPECT_EQ(WithBundle()["error_class"], "chain_invalid");
  WriteAll();
  info_.id = "SGX";
  WriteAll();
  EXPECT_EQ(WithBundle()["error_class"], "collateral_invalid");
  EXPECT_EQ(WithBundle()["parse"], "ok");
  info_ = {};
  identity_.mr_signer = Bytes(32, 0x77);
  WriteAll();
  EXPECT_EQ(WithBundle()["error_class"], "collateral_invalid");
  EXPECT_EQ(VerifyQuote({"--collateral", Path("bundle")}).code, 1);
}

TEST_F(CliTdx, IsIncompleteWithPartOfTheCollateral) {
  const Result result =
      VerifyQuote({"--tcb-info", Path("bundle/tcb_info.json"), "--json"});
  EXPECT_EQ(result.code, 2);
  EXPECT_EQ(Json::parse(result.out)["overall"], "incomplete");
}

TEST_F(CliTdx, IsIncompleteWithoutTheCollateralThatAPolicyNeeds) {
  const std::string policy =
      Write("policy.json",
            R"({"accept_signers": ["tdx"], "min_binding": "NONE",
          "tdx": {"attributes": {"debug": "ANY"}, "require_crl": true}})");
  const auto code = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"verify",
                                          "tdx",
                                          "--policy",
                                          policy,
                                          "--quote",
                                          quote_,
                                          "--trusted-intel-root",
                                          trusted_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Ctl(arguments).code;
  };
  EXPECT_EQ(code({}), 2);
  EXPECT_EQ(code({"--tcb-info", Path("bundle/tcb_info.json")}), 2);
  EXPECT_EQ(code({"--collateral", Path("bundle")}), 2);  // of no known date
  const std::vector<std::string> whole = {"--collateral", Path("bundle"),
                                          "--at", "2026-01-01T00:00:00Z"};
  EXPECT_EQ(code(whole), 0);
  info_.fmspc = "00806F050000";
  WriteAll();
  EXPECT_EQ(code(whole), 1);
}

TEST_F(CliTdx, TakesNoBundleThatIsGuttedOrOfAnotherVendor) {
  for (const char* name :
       {"tcb_info.json", "qe_identity.json", "tcb_signing_chain.pem",
        "pck_crl.der", "root_crl.der", "crl_issuer_chain.pem"}) {
    std::filesystem::remove(Path("bundle") + "/" + name);
    const Result result = VerifyQuote({"--collateral", Path("bundle")});
    EXPECT_EQ(result.code, 2) << result.out;
    EXPECT_THAT(result.err, HasSubstr(std::string("found no ") + name));
    WriteAll();
  }
  std::filesystem::create_directory(Path("snp"));
  for (const char* name : {"snp/ek.der", "snp/ca.pem", "snp/crl.der"}) {
    Write(name, "");
  }
  for (const char* command : {"tdx", "tdx-collateral"}) {
    std::vector<std::string> arguments = {"--collateral", Path("snp")};
    if (command == std::string("tdx")) {
      arguments.insert(arguments.end(), {"--quote", quote_});
    }
    const Result result = Verify(command, arguments);
    EXPECT_EQ(result.code, 2) << result.out;
    EXPECT_THAT(result.err, HasSubstr("found that for SNP reports"));
  }
}

TEST_F(CliTdx, ComparesTheReportData) {
  EXPECT_EQ(VerifyQuote({"--report-data", std::string(128, 'd')}).code, 1);
  std::string data;
  for (int i = 0; i < 64; ++i) data += "da";
  const Json json = VerifiedQuote({"--report-data", data});
  EXPECT_EQ(json["binding"], "matches");
}

TEST_F(CliTdx, JudgesCollateralByItself) {
  const std::vector<std::string> arguments = {
      "--collateral", Path("bundle"),         "--quotes",
      quote_,         "--trusted-intel-root", trusted_};
  const Result result = Verify("tdx-collateral", arguments);
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("FMSPC 90c06f000000"));
  EXPECT_THAT(result.out, HasSubstr("For quote"));
  std::vector<std::string> more = arguments;
  more.emplace_back("--json");
  const Json json = Json::parse(Verify("tdx-collateral", more).out);
  EXPECT_EQ(json["tcb_info"]["fmspc"], "90C06F000000");
  EXPECT_EQ(json["qe_identity"]["id"], "TD_QE");
  EXPECT_EQ(json["evaluations"]["quote"]["tcb_evaluation"]["matched_level"], 0);
  EXPECT_EQ(Verify("tdx-collateral", {}).code, 2);
  // Its root is ours.
  EXPECT_EQ(Verify("tdx-collateral", {"--collateral", Path("bundle")}).code, 1);
}

TEST_F(CliTdx, NamesTheOptionThatCouldChangeNothingOfATdOnAzure) {
  Bytes hardware = tdx_quoter::MakeTdReport({});
  hardware.resize(kSnpReportSize);
  const std::string hcl = WriteBytes(
      "hcl", HclReportBytes({.report_type = 4, .hardware_report = hardware}));
  for (const char* option : {"--ek", "--ca", "--crl"}) {
    const Result result = Verify("composite", {"--hcl", hcl, option, hcl});
    EXPECT_EQ(result.code, 2) << result.out;
    EXPECT_THAT(result.err, HasSubstr(std::string(option) +
                                      ": expected an HCL report of an SNP "
                                      "guest with it, found an HCL report of "
                                      "a TD"));
  }
  // Before it is taken for a bundle of SNP's.
  const Result bundle =
      Verify("composite", {"--hcl", hcl, "--collateral", Path("bundle")});
  EXPECT_EQ(bundle.code, 2) << bundle.out;
  EXPECT_THAT(bundle.err, HasSubstr("--collateral: expected --td-quote with "
                                    "it, found an HCL report of a TD"));
}

TEST_F(CliTdx, LeavesATdReportUndecided) {
  const std::string report =
      WriteBytes("tdreport", tdx_quoter::MakeTdReport(spec_.td));
  const Result result = Verify("tdreport", {"--tdreport", report, "--json"});
  EXPECT_EQ(result.code, 2);
  const Json json = Json::parse(result.out);
  EXPECT_EQ(json["overall"], "incomplete");
  EXPECT_EQ(json["checks"]["tee_info_hash_matches"], true);
  EXPECT_THAT(json["undecided"],
              ElementsAre("mac (only verifiable on the same machine by the TDX "
                          "module)"));
}

TEST_F(CliTdx, InspectsEachKindOfFile) {
  const auto kind = [](const std::string& file) {
    const Result result = Ctl({"inspect", file, "--json"});
    EXPECT_EQ(result.code, 0) << result.out;
    return Json::parse(result.out)["kind"].get<std::string>();
  };
  EXPECT_EQ(kind(quote_), "TD quote");
  EXPECT_EQ(kind(Path("bundle/tcb_info.json")), "TCB info of Intel");
  EXPECT_EQ(kind(Path("bundle/qe_identity.json")), "QE identity of Intel");
  EXPECT_EQ(kind(Path("bundle/root_crl.der")), "X.509 revocation list");
  EXPECT_EQ(kind(Path("bundle/tcb_signing_chain.pem")), "X.509 certificates");
  const std::string report =
      WriteBytes("tdreport", tdx_quoter::MakeTdReport(spec_.td));
  EXPECT_EQ(kind(report), "TDREPORT");
}

}  // namespace
}  // namespace evidenced
