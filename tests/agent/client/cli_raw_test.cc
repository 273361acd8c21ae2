// `verify tpm`, `verify tpm-cert` and `inspect` as a caller sees them.
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "nlohmann/json.hpp"

#include "agent/client/files.h"
#include "tests/agent/client/cli_fixture.h"
#include "tests/quote/certificate_builder.h"
#include "tests/quote/tpm_builder.h"

namespace evidenced {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

constexpr auto kSha256 = HashAlgorithm::kSha256;

class CliRaw : public Cli {
 protected:
  void SetUp() override {
    Cli::SetUp();
    attest_ = WriteBytes("attest", quote_);
    signature_ = WriteBytes("signature", Sign(ak_, quote_));
    public_ = WriteBytes("public", ak_.PublicBytes());
  }
  std::string WriteBytes(const std::string& name, ByteView bytes) const {
    return Write(name, ToString(bytes));
  }
  Result Verify(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments = {"verify", "tpm",         "--attest",
                                          attest_,  "--signature", signature_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Ctl(arguments);
  }

  const TestAk ak_ = MakeEccAk();
  const PcrValues values_ = SomePcrValues(kSha256, {0, 7});
  const std::vector<PcrBankSelection> selection_ = {{kSha256, {0, 7}}};
  const Bytes quote_ = QuoteBytes(Bytes(4, 0x42), selection_, values_);
  std::string attest_;
  std::string signature_;
  std::string public_;
};

TEST_F(CliRaw, AcceptsAQuoteAndSaysWhatItIsWorth) {
  const Result result = Verify({"--ak-tpmt", public_, "--no-policy"});
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("binding: not checked"));
  EXPECT_THAT(result.out, HasSubstr("No policy was applied"));
  const Json json = Json::parse(Verify({"--ak-tpmt", public_, "--no-policy",
                                        "--json", "--nonce", "42424242"})
                                    .out);
  EXPECT_EQ(json["overall"], "accept");
  EXPECT_EQ(json["binding"], "matches");
  EXPECT_EQ(json["ak_public_area"]["restricted"], true);
}

TEST_F(CliRaw, EndsWithOneTwoAndZero) {
  EXPECT_EQ(Verify({"--no-policy"}).code, 2);
  EXPECT_EQ(Verify({"--ak-tpmt", attest_, "--no-policy"}).code, 1);
  EXPECT_EQ(Verify({"--ak-tpmt", Path("absent"), "--no-policy"}).code, 2);
  EXPECT_EQ(Verify({"--ak-tpmt", public_}).code, 2);
  EXPECT_EQ(
      Verify({"--ak-tpmt", public_, "--ak-pem", public_, "--no-policy"}).code,
      2);
  EXPECT_EQ(Verify({"--ak-tpmt", public_, "--no-policy", "--nonce", "4"}).code,
            2);
  EXPECT_EQ(Verify({"--ak-tpmt", public_, "--no-policy", "--nonce", ""}).code,
            2);
  EXPECT_EQ(Ctl({"verify", "tpm", "--no-policy"}).code, 2);
}

TEST_F(CliRaw, SkipsByNameAloneAndSaysSo) {
  const Result unknown = Verify(
      {"--ak-tpmt", public_, "--no-policy", "--skip", "signature_valid"});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("certificate-validity"));
  const Result skipped = Verify(
      {"--ak-tpmt", public_, "--no-policy", "--skip", "certificate-validity"});
  EXPECT_EQ(skipped.code, 0);
  EXPECT_THAT(skipped.out, HasSubstr("left out by --skip"));
}

TEST_F(CliRaw, APolicyForBoundEvidenceNeverTakesIt) {
  const std::string key = Hex(ak_.PublicArea().key.spki_sha256());
  const std::string bound = Write("bound",
                                  "{\"accept_signers\": [\"tpm\"], \"ak\": "
                                  "{\"spki_sha256\": [\"" +
                                      key + "\"]}}");
  const Result result = Verify({"--ak-tpmt", public_, "--policy", bound,
                                "--nonce", "42424242", "--json"});
  EXPECT_EQ(result.code, 1);
  EXPECT_EQ(Json::parse(result.out)["error_class"], "binding_mismatch");
  const std::string unbound =
      Write("unbound",
            "{\"accept_signers\": [\"tpm\"], \"min_binding\": "
            "\"NONE\", \"ak\": {\"spki_sha256\": [\"" +
                key + "\"]}}");
  EXPECT_EQ(Verify({"--ak-tpmt", public_, "--policy", unbound}).code, 0);
}

TEST_F(CliRaw, AFileWithTheNameOfASubcommandIsGivenWithItsFolder) {
  const Result result = Ctl({"verify", "./tpm", "--no-policy"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("no file"));
}

TEST_F(CliRaw, JudgesACertificate) {
  const Issued root = IssueRoot(CaSpec("root"));
  const Issued leaf = Issue({.common_name = "vm-1"}, root);
  const std::string cert = WriteBytes("cert", leaf.certificate.der());
  const std::string ca = Write("ca", Pem(root.certificate));
  const Result result =
      Ctl({"verify", "tpm-cert", "--cert", cert, "--ca", ca, "--no-policy"});
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("CN=vm-1"));
  EXPECT_EQ(Ctl({"verify", "tpm-cert", "--cert", cert, "--no-policy"}).code, 2);
  const std::vector<std::string> late = {
      "verify",      "tpm-cert", "--cert",
      cert,          "--ca",     ca,
      "--no-policy", "--at",     "2036-01-01T00:00:00Z"};
  EXPECT_EQ(Ctl(late).code, 1);
  std::vector<std::string> skipped = late;
  skipped.insert(skipped.end(), {"--skip", "certificate-validity"});
  EXPECT_EQ(Ctl(skipped).code, 0);
}

TEST_F(CliRaw, InspectNamesEachKindOfFile) {
  const Issued root = IssueRoot(CaSpec("root"));
  const std::vector<std::pair<std::string, std::string>> files = {
      {attest_, "TPMS_ATTEST"},
      {signature_, "TPMT_SIGNATURE"},
      {public_, "TPMT_PUBLIC or TPM2B_PUBLIC"},
      {WriteBytes("statement", Statement(quote_, Sign(ak_, quote_))),
       "TPM2B_ATTEST with TPMT_SIGNATURE"},
      {WriteBytes("dump", PcrDumpBytes(selection_, values_)),
       "PCR dump of tpm2-tools"},
      {WriteBytes("der", root.certificate.der()), "X.509 certificates"},
      {WriteBytes("spki", ak_.key.Spki()), "public key"},
      {WriteBytes("ima", HostileLog()), "IMA list"},
      {Write("manifest", builder_.Saved().evidence().manifest()), "manifest"},
      {Write("saved", builder_.Saved().SerializeAsString()), "saved evidence"},
      {Write("pcrs", "{\"sha256\": {\"0\": \"" + std::string(64, '0') + "\"}}"),
       "PCR values, JSON"}};
  for (const auto& [file, kind] : files) {
    const Result result = Ctl({"inspect", file, "--json"});
    ASSERT_EQ(result.code, 0) << file << result.out << result.err;
    EXPECT_EQ(Json::parse(result.out)["kind"], kind);
    EXPECT_EQ(Json::parse(result.out)["verified"], false);
    const Result text = Ctl({"inspect", file});
    EXPECT_THAT(text.out, HasSubstr("nothing is verified"));
    EXPECT_THAT(text.out, Not(HasSubstr("\x1b")));
  }
}

TEST_F(CliRaw, InspectSaysWhatItTriedAndEndsWithOne) {
  for (const std::string& bytes :
       {std::string(), std::string(100, '\0'), std::string(100, '\xff'),
        std::string("plain text\n")}) {
    const Result result = Ctl({"inspect", Write("junk", bytes)});
    EXPECT_EQ(result.code, 1) << result.out;
    EXPECT_THAT(result.out, HasSubstr("TPMS_ATTEST"));
  }
  EXPECT_EQ(Ctl({"inspect", Path("absent")}).code, 2);
}

TEST_F(CliRaw, InspectExtractsSavedEvidenceAlone) {
  const std::string saved =
      Write("saved", builder_.Saved().SerializeAsString());
  const Result result = Ctl({"inspect", saved, "--extract", Path("extracted")});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(FileExists(Path("extracted/pcrs.dump")));
  EXPECT_EQ(Ctl({"inspect", attest_, "--extract", Path("other")}).code, 2);
  const std::string junk = Write("junk", "plain text\n");
  EXPECT_EQ(Ctl({"inspect", junk, "--extract", Path("other")}).code, 1);
}

}  // namespace
}  // namespace evidenced
