// `verify composite` as a caller sees it.
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "gmock/gmock.h"
#include "nlohmann/json.hpp"

#include "tests/agent/client/cli_fixture.h"
#include "tests/quote/azure/hcl_builder.h"
#include "tests/quote/snp/snp_builder.h"
#include "tests/quote/tpm_builder.h"

namespace evidenced {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

constexpr auto kSha256 = HashAlgorithm::kSha256;

class CliComposite : public Cli {
 protected:
  void SetUp() override {
    Cli::SetUp();
    const Bytes attest = QuoteBytes(Bytes(4, 0x42), {{kSha256, {0}}},
                                    SomePcrValues(kSha256, {0}));
    hcl_ = WriteBytes("hcl", HclReportBytes({.hardware_report = Report(),
                                             .json = RuntimeData()}));
    attest_ = WriteBytes("attest", attest);
    signature_ = WriteBytes(
        "signature", ak_.key.SignRsa(kSha256, RsaPadding::kPkcs1, attest));
    ek_ = WriteBytes("ek", vcek_.certificate.der());
    ca_ =
        Write("ca", Pem(pki_.ask().certificate) + Pem(pki_.ark().certificate));
  }
  std::string WriteBytes(const std::string& name, ByteView bytes) const {
    return Write(name, ToString(bytes));
  }
  // As the paravisor writes them, with a name that would clear the terminal.
  std::string RuntimeData() const {
    const Json key = {
        {"kid", "HCLAkPub"},
        {"kty", "RSA"},
        {"e", "AQAB"},
        {"n", absl::WebSafeBase64Escape(ToString(ak_.key.Modulus()))}};
    const Json document = {{"keys", Json::array({key})},
                           {"vm-configuration",
                            {{"secure-boot", true}, {"vmUniqueId", "\x1b[2J"}}},
                           {"user-data", "00ff"}};
    return document.dump();
  }
  Bytes Report() const {
    SnpReportSpec spec;
    spec.report_data = Sha256(AsBytes(RuntimeData()));
    spec.report_data.resize(64);
    return SnpReportBytes(spec, vcek_.key);
  }
  Result Verify(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments = {
        "verify",
        "composite",
        "--no-policy",
        "--ek",
        ek_,
        "--ca",
        ca_,
        "--trusted-ark",
        Hex(pki_.ark().certificate.spki_sha256())};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Ctl(arguments);
  }
  Result VerifyAll(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments = {"--hcl",
                                          hcl_,
                                          "--attest",
                                          attest_,
                                          "--signature",
                                          signature_,
                                          "--signature-raw-rsassa-sha256"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Verify(arguments);
  }

  const SnpTestPki pki_;
  const Issued vcek_ = pki_.IssueVcek();
  const TestAk ak_ = MakeRsaAk(kTpmAlgRsassa);
  std::string hcl_;
  std::string attest_;
  std::string signature_;
  std::string ek_;
  std::string ca_;
};

TEST_F(CliComposite, AcceptsAReportWithTheQuoteOfItsTpm) {
  const Result result = VerifyAll({"--nonce", "42424242"});
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("ACCEPT"));
  EXPECT_THAT(result.out, HasSubstr("binding: matches"));
  EXPECT_THAT(result.out, HasSubstr("secure-boot"));
  EXPECT_THAT(result.out, Not(HasSubstr("\x1b")));
  const Result asked = VerifyAll({"--json"});
  EXPECT_THAT(asked.out, Not(HasSubstr("\x1b")));
  const Json json = Json::parse(asked.out);
  EXPECT_EQ(json["overall"], "accept");
  EXPECT_EQ(json["binding"], "not checked");
  EXPECT_EQ(json["checks"]["report_data_binds_runtime_data"], true);
  EXPECT_EQ(json["runtime_claims"]["user_data"], "00ff");
  EXPECT_EQ(json["snp"]["checks"]["signature_valid"], true);
  EXPECT_EQ(json["tpm_quote"]["checks"]["signature_valid"], true);
  EXPECT_EQ(json["tpm_quote"]["ak_spki_sha256"], json["ak_spki_sha256"]);
}

TEST_F(CliComposite, RejectsTheQuoteOfAnotherTpm) {
  const TestAk other = MakeRsaAk(kTpmAlgRsassa);
  const Bytes attest =
      QuoteBytes(Bytes(4, 0x42), {{kSha256, {0}}}, SomePcrValues(kSha256, {0}));
  WriteBytes("signature",
             other.key.SignRsa(kSha256, RsaPadding::kPkcs1, attest));
  const Result result = VerifyAll({"--json"});
  EXPECT_EQ(result.code, 1);
  const Json json = Json::parse(result.out);
  EXPECT_EQ(json["error_class"], "signature_invalid");
  EXPECT_EQ(json["snp"]["overall"], "accept");
  EXPECT_EQ(json["tpm_quote"]["overall"], "reject");
}

TEST_F(CliComposite, RejectsAnotherNonce) {
  EXPECT_EQ(VerifyAll({"--nonce", "42424243"}).code, 1);
  EXPECT_EQ(VerifyAll({"--nonce", ""}).code, 2);
}

// Nothing of these is read before the usage is clear.
void ExpectUnused(const std::vector<std::string>& composite,
                  const std::string& option, const std::string& needed) {
  std::vector<std::string> arguments = {"verify", "composite", "--no-policy",
                                        option};
  if (option != "--signature-raw-rsassa-sha256") {
    arguments.emplace_back(option == "--covered-rtmrs" ? "0" : "none");
  }
  arguments.insert(arguments.end(), composite.begin(), composite.end());
  const Result result = Ctl(arguments);
  EXPECT_EQ(result.code, 2) << option;
  EXPECT_THAT(result.err, HasSubstr(option));
  EXPECT_THAT(result.err, HasSubstr(needed)) << option;
}

TEST_F(CliComposite, NamesTheOptionThatCouldChangeNothing) {
  for (const char* option : {"--ek", "--ca", "--crl", "--trusted-ark"}) {
    ExpectUnused({"--quote", hcl_, "--log", hcl_}, option, "--hcl");
    ExpectUnused({}, option, "--hcl");
  }
  ExpectUnused({"--quote", hcl_, "--log", hcl_, "--signature", hcl_},
               "--attest", "--hcl");
  ExpectUnused({"--hcl", hcl_}, "--covered-rtmrs", "--quote");
  ExpectUnused({"--hcl", hcl_}, "--signature-raw-rsassa-sha256", "--attest");
  for (const char* option :
       {"--tcb-info", "--qe-identity", "--tcb-signing-chain", "--pck-crl",
        "--root-crl", "--crl-issuer-chain", "--pck-chain",
        "--trusted-intel-root"}) {
    ExpectUnused({"--hcl", hcl_}, option, "--td-quote");
    ExpectUnused({}, option, "--quote");
  }
  const Result quote = VerifyAll({"--td-quote", hcl_});
  EXPECT_EQ(quote.code, 2) << quote.out;
  EXPECT_THAT(quote.err, HasSubstr("--td-quote: expected an HCL report of a "
                                   "TD"));
}

TEST_F(CliComposite, TakesABundleOfItsVendor) {
  std::filesystem::create_directory(Path("bundle"));
  WriteBytes("bundle/ek.der", vcek_.certificate.der());
  Write("bundle/ca.pem",
        Pem(pki_.ask().certificate) + Pem(pki_.ark().certificate));
  const CrlSpec list{.digest = "SHA384", .padding = RsaPadding::kPss};
  WriteBytes("bundle/crl.der", IssueCrl(list, pki_.ark()));
  const std::vector<std::string> arguments = {
      "verify",        "composite",
      "--no-policy",   "--json",
      "--hcl",         hcl_,
      "--trusted-ark", Hex(pki_.ark().certificate.spki_sha256()),
      "--collateral",  Path("bundle")};
  const Result result = Ctl(arguments);
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  EXPECT_EQ(Json::parse(result.out)["snp"]["checks"]["crl_revokes_none"], true);

  std::filesystem::remove_all(Path("bundle"));
  std::filesystem::create_directory(Path("bundle"));
  Write("bundle/tcb_info.json", "");
  const Result other = Ctl(arguments);
  EXPECT_EQ(other.code, 2) << other.out;
  EXPECT_THAT(other.err, HasSubstr("found that for TD quotes"));
}

TEST_F(CliComposite, SkipsNothingThatIsNotAsked) {
  const Result validity = VerifyAll({"--skip", "certificate-validity"});
  EXPECT_EQ(validity.code, 0) << validity.err;
  const Result freshness = VerifyAll({"--skip", "collateral-freshness"});
  EXPECT_EQ(freshness.code, 2) << freshness.out;
  EXPECT_THAT(freshness.err,
              HasSubstr("--skip collateral-freshness: expected an HCL report "
                        "of a TD with it, found an HCL report of an SNP"));
  EXPECT_EQ(VerifyAll({"--skip", "signature"}).code, 2);
}

TEST_F(CliComposite, IsInspected) {
  const Result result = Ctl({"inspect", hcl_});
  EXPECT_EQ(result.code, 0) << result.out;
  EXPECT_THAT(result.out, HasSubstr("Azure HCL report"));
  EXPECT_THAT(result.out, HasSubstr("SNP report"));
  EXPECT_THAT(result.out, Not(HasSubstr("\x1b")));
  const Json json = Json::parse(Ctl({"inspect", hcl_, "--json"}).out);
  EXPECT_EQ(json["hcl"]["runtime_data"]["report_type"], "snp");
  EXPECT_EQ(json["report"]["version"], 3);
}

TEST_F(CliComposite, NamesWhatItDoesNotJudge) {
  const Result other = Verify({"--attestation", hcl_, "--ak-ca", hcl_});
  EXPECT_EQ(other.code, 2);
  EXPECT_THAT(other.err, HasSubstr("expected --hcl"));
  EXPECT_THAT(other.err, HasSubstr("found --attestation"));
  EXPECT_EQ(Verify({}).code, 2);
  EXPECT_EQ(Verify({"--hcl", hcl_, "--attest", attest_}).code, 2);
  const std::string tvm = WriteBytes("tvm", HclReportBytes({.report_type = 3}));
  const Result hcl = Verify({"--hcl", tvm, "--json"});
  EXPECT_EQ(hcl.code, 1);
  EXPECT_EQ(Json::parse(hcl.out)["checks"]["hcl_report_type_is_known"], false);
}

}  // namespace
}  // namespace evidenced
