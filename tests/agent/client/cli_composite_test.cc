// `verify composite` as a caller sees it.
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
