// Evidence that a TDX quote signs, as a caller of `verify`, `inspect` and
// `policy from-evidence` sees it.
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

#include "evidence/policy/policy.h"
#include "evidence/verify/appraise.h"
#include "tests/agent/client/cli_evidence_fixture.h"
#include "tests/evidence/verify/evidence_builder.h"
#include "tests/quote/tdx/collateral_builder.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

const TdxTestPki& Pki() { return SharedTdxMachine().pki; }

// The client takes no other quoting enclave than Intel's.
TdxAttester WithIntelsEnclave(TdxAttester attester) {
  const TdQuotingEnclave intels = IntelTdQuotingEnclaves().front();
  attester.spec.qe.mr_signer = intels.mr_signer;
  attester.spec.qe.isv_prod_id = intels.isv_prod_id;
  return attester;
}

class CliTdxEvidence : public CliEvidence {
 protected:
  void SetUp() override {
    CliEvidence::SetUp();
    trusted_ = Hex(Pki().root().certificate.spki_sha256());
    builder_.has_tpm = false;
    WriteEvidence();
    WriteBundle({});
  }

  void WriteEvidence() const {
    Write("saved", Save(builder_.Build()).SerializeAsString());
  }
  void WriteBundle(const tdx_quoter::TcbInfoSpec& info) const {
    std::filesystem::create_directory(Path("bundle"));
    const tdx_quoter::QeIdentitySpec identity = {
        .mr_signer = builder_.tdx->spec.qe.mr_signer,
        .isv_prod_id = builder_.tdx->spec.qe.isv_prod_id};
    Write("bundle/tcb_info.json", TcbInfoText(info, Pki()));
    Write("bundle/qe_identity.json", QeIdentityText(identity, Pki()));
    Write("bundle/tcb_signing_chain.pem",
          Pem(Pki().tcb_signing().certificate) + Pem(Pki().root().certificate));
    Write("bundle/root_crl.der", ToString(IssueCrl({}, Pki().root())));
    Write("bundle/pck_crl.der", ToString(IssueCrl({}, Pki().platform_ca())));
    Write("bundle/crl_issuer_chain.pem",
          Pem(Pki().platform_ca().certificate) + Pem(Pki().root().certificate));
  }
  Result Verify(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments = {
        "verify", Path("saved"), "--at", kAt, "--trusted-intel-root", trusted_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Ctl(arguments);
  }
  Result VerifyWithBundle(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments = {"--collateral", Path("bundle")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Verify(arguments);
  }
  Json VerifiedJson() const {
    return Json::parse(VerifyWithBundle({"--no-policy", "--json"}).out);
  }
  // What `policy from-evidence` would say of it, but as of the test's time.
  v1::AppraisalPolicy Policy() const {
    VerifyInput input = builder_.Build();
    input.tdx->enclaves = IntelTdQuotingEnclaves();
    input.tdx->tcb_info = std::nullopt;
    input.tdx->qe_identity = std::nullopt;
    const auto evidence = MustVerify(input);
    return evidence == nullptr ? v1::AppraisalPolicy()
                               : PolicyFromEvidence(*evidence);
  }

  EvidenceBuilder builder_ = TdxEvidence(WithIntelsEnclave(Td10Attester()));
  std::string trusted_;
};

TEST_F(CliTdxEvidence, IsAcceptedAndShown) {
  const Result result = VerifyWithBundle({"--no-policy"});
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  for (const char* words :
       {"ACCEPTED without a policy: genuine", "TDX quote", "UpToDate", "FMSPC",
        "90c06f000000", "RTMR0", "on, by log.ccel", "not revoked, by CRLs"}) {
    EXPECT_THAT(result.out, HasSubstr(words));
  }
}

TEST_F(CliTdxEvidence, IsShownAsJson) {
  const Json json = VerifiedJson();
  EXPECT_EQ(json["verdict"], "accepted") << json["reason"];
  EXPECT_EQ(json["signer"], "tdx");
  EXPECT_EQ(json["secure_boot"], true);
  const Json& tdx = json["tdx"];
  EXPECT_EQ(tdx["quote"]["header"]["version"], 4);
  EXPECT_EQ(tdx["quote"]["body"]["mr_td"], Hex(Bytes(48, 0x3d)));
  EXPECT_EQ(tdx["quote"]["pck_extensions"]["fmspc"], "90c06f000000");
  EXPECT_EQ(tdx["policy_facts"]["debug"], false);
  EXPECT_EQ(tdx["crl_checked"], true);
  EXPECT_EQ(tdx["tcb"]["evaluated"], true);
  EXPECT_EQ(tdx["tcb"]["status"], "UpToDate");
  ASSERT_EQ(tdx["rtmrs"].size(), 4);
  EXPECT_EQ(tdx["rtmrs"][0]["state"], "matched");
  EXPECT_EQ(tdx["rtmrs"][3]["state"], "untouched");
  EXPECT_EQ(json["logs"]["log.ccel"]["quoted_events"], 5);
}

TEST_F(CliTdxEvidence, SaysWhatEachRtmrIs) {
  builder_.rtmrs = {{1, Bytes(48, 1)}, {3, Bytes(48, 3)}};
  WriteEvidence();
  Json rtmrs = VerifiedJson()["tdx"]["rtmrs"];
  EXPECT_EQ(rtmrs[0]["state"], "matched");
  EXPECT_EQ(rtmrs[1]["state"], "unlogged");
  EXPECT_TRUE(rtmrs[1].contains("replayed"));
  EXPECT_EQ(rtmrs[2]["state"], "matched");
  EXPECT_EQ(rtmrs[3]["state"], "unlogged");
  EXPECT_THAT(VerifyWithBundle({"--no-policy"}).out,
              HasSubstr("every quoted RTMR that they extend but RTMR 1"));
  builder_.rtmrs = {{0, Bytes(48, 1)}, {1, Bytes(48, 1)}, {2, Bytes(48, 1)}};
  WriteEvidence();
  const Json json = VerifiedJson();
  EXPECT_EQ(json["tdx"]["rtmrs"][0]["state"], "behind");
  EXPECT_EQ(json["tdx"]["rtmrs"][3]["state"], "untouched");
  EXPECT_EQ(json["logs"]["log.ccel"]["error"], "LOG_BEHIND_REGISTER");
  EXPECT_TRUE(json["secure_boot"].is_null());
}

TEST_F(CliTdxEvidence, SaysThatTheTcbWasNotEvaluated) {
  const Result result = Verify({"--no-policy"});
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("NOT EVALUATED"));
  EXPECT_THAT(result.out, HasSubstr("not checked: no CRLs were given"));
  const Json json = Json::parse(Verify({"--no-policy", "--json"}).out);
  EXPECT_EQ(json["tdx"]["tcb"]["evaluated"], false);
  EXPECT_EQ(json["tdx"]["crl_checked"], false);
}

TEST_F(CliTdxEvidence, SaysWhatTheTcbIsOpenTo) {
  tdx_quoter::TcbInfoSpec info;
  info.levels[0].standing = {.status = "OutOfDate",
                             .advisories = {"INTEL-SA-00837"}};
  WriteBundle(info);
  const Json json = VerifiedJson();
  EXPECT_EQ(json["verdict"], "accepted");
  EXPECT_EQ(json["tdx"]["tcb"]["status"], "OutOfDate");
  EXPECT_EQ(json["tdx"]["tcb"]["advisory_ids"][0], "INTEL-SA-00837");
  EXPECT_THAT(VerifyWithBundle({"--no-policy"}).out,
              HasSubstr("INTEL-SA-00837"));
}

TEST_F(CliTdxEvidence, SaysThatTheRootIsNotIntels) {
  EXPECT_THAT(VerifyWithBundle({"--no-policy"}).out, HasSubstr("NOT Intel's"));
  EXPECT_EQ(VerifiedJson()["tdx"]["root_is_intels"], false);
  const Result result =
      Ctl({"verify", Path("saved"), "--at", kAt, "--no-policy"});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.out, HasSubstr("pck-chain"));
  EXPECT_EQ(Verify({"--no-policy", "--trusted-intel-root", "00"}).code, 2);
}

TEST_F(CliTdxEvidence, RejectsAnotherQuotingEnclaveThanIntels) {
  builder_.tdx = Td10Attester();
  WriteEvidence();
  const Result result = Verify({"--no-policy"});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.out, HasSubstr("quoting-enclave"));
}

TEST_F(CliTdxEvidence, TakesEachFileInThePlaceOfTheBundles) {
  Write("other", TcbInfoText({.fmspc = "50806F000000"}, Pki()));
  const Result result =
      VerifyWithBundle({"--no-policy", "--tcb-info", Path("other")});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.out, HasSubstr("FMSPC"));
  Write("revoked",
        ToString(IssueCrl({.serials = {kPckSerial}}, Pki().platform_ca())));
  EXPECT_THAT(
      VerifyWithBundle({"--no-policy", "--pck-crl", Path("revoked")}).out,
      HasSubstr("revoked"));
}

TEST_F(CliTdxEvidence, NamesWhatIsNoCollateral) {
  Write("none", "no certificate");
  for (const char* option : {"--tcb-signing-chain", "--crl-issuer-chain",
                             "--pck-chain", "--root-crl", "--pck-crl"}) {
    const Result result =
        VerifyWithBundle({"--no-policy", option, Path("none")});
    EXPECT_EQ(result.code, 2) << option;
    EXPECT_THAT(result.err, HasSubstr(std::string(option).substr(2)));
  }
  // One list without the other.
  const Result one =
      Verify({"--no-policy", "--root-crl", Path("bundle/root_crl.der")});
  EXPECT_EQ(one.code, 2);
  EXPECT_THAT(one.err, HasSubstr("both revocation lists"));
  EXPECT_EQ(Verify({"--no-policy", "--collateral", Path("nowhere")}).code, 2);
}

TEST_F(CliTdxEvidence, TakesNoBundleThatIsGuttedOrOfAnotherVendor) {
  std::filesystem::create_directory(Path("snp"));
  Write("snp/ca.pem", Pem(Pki().root().certificate));
  Write("snp/crl.der", ToString(IssueCrl({}, Pki().root())));
  const Result other = Verify({"--no-policy", "--collateral", Path("snp")});
  EXPECT_EQ(other.code, 2) << other.out;
  EXPECT_THAT(other.err, HasSubstr("expected collateral for TD quotes in"));
  EXPECT_THAT(other.err, HasSubstr("found that for SNP reports"));

  std::filesystem::remove(Path("bundle/qe_identity.json"));
  const Result gutted = VerifyWithBundle({"--no-policy"});
  EXPECT_EQ(gutted.code, 2) << gutted.out;
  EXPECT_THAT(gutted.err, HasSubstr("found no qe_identity.json"));
  // A whole one of another vendor beside it is no reason to go without.
  std::filesystem::copy(Path("snp"), Path("bundle"));
  const Result both = VerifyWithBundle({"--no-policy"});
  EXPECT_EQ(both.code, 2) << both.out;
  EXPECT_THAT(both.err, HasSubstr("found no qe_identity.json"));
  std::filesystem::remove(Path("bundle/root_crl.der"));
  std::filesystem::create_symlink(Path("gone"), Path("bundle/root_crl.der"));
  const Result dangling = VerifyWithBundle({"--no-policy"});
  EXPECT_EQ(dangling.code, 2) << dangling.out;
  EXPECT_THAT(dangling.err, HasSubstr("a link that leads to none"));
}

TEST_F(CliTdxEvidence, MeetsThePolicyThatWasMadeFromIt) {
  // What from-evidence judges as of now needs certificates that are valid now,
  // so the policy comes from the same function by way of the library.
  v1::AppraisalPolicy policy = Policy();
  policy.mutable_tdx()->set_allow_unevaluated_tcb(false);
  Write("policy", PolicyToJson(policy));
  const Result result = VerifyWithBundle({"--policy", Path("policy")});
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("\nACCEPTED\n"));
  // Without collateral it is another question.
  const Result without = Verify({"--policy", Path("policy")});
  EXPECT_EQ(without.code, 1);
  EXPECT_THAT(without.out, HasSubstr("policy/tdx/tcb"));

  policy.mutable_tdx()->set_mr_tds(0, std::string(96, 'a'));
  policy.mutable_tdx()->mutable_rtmrs(0)->set_values(0, std::string(96, 'b'));
  Write("policy", PolicyToJson(policy));
  const Result rejected = VerifyWithBundle({"--policy", Path("policy")});
  EXPECT_EQ(rejected.code, 1);
  EXPECT_THAT(rejected.out, HasSubstr("policy/tdx/mr-td"));
  EXPECT_THAT(rejected.out, HasSubstr("policy/tdx/rtmr0"));
}

TEST_F(CliTdxEvidence, RejectsDebugByAnyPolicyThatDoesNotAllowIt) {
  builder_.tdx->spec.td.attributes |= 1U;
  WriteEvidence();
  EXPECT_EQ(VerifyWithBundle({"--no-policy"}).code, 0);
  EXPECT_EQ(VerifiedJson()["tdx"]["policy_facts"]["debug"], true);
  v1::AppraisalPolicy policy = Policy();
  EXPECT_THAT(policy.description(), HasSubstr("THE HOST MAY DEBUG"));
  policy.mutable_tdx()->clear_attributes();
  Write("policy", PolicyToJson(policy));
  const Result result = VerifyWithBundle({"--policy", Path("policy")});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.out, HasSubstr("policy/tdx/attributes/debug"));
}

TEST_F(CliTdxEvidence, ShowsATpmUnderTheQuote) {
  builder_.has_tpm = true;
  WriteEvidence();
  const Json json = VerifiedJson();
  EXPECT_EQ(json["verdict"], "accepted") << json["reason"];
  EXPECT_EQ(json["tpm"]["ak"]["vouched"], false);
  const Result text = VerifyWithBundle({"--no-policy"});
  EXPECT_THAT(text.out, HasSubstr("nothing vouches for it"));
  EXPECT_THAT(text.out, HasSubstr("PCR 7"));
}

TEST_F(CliTdxEvidence, IsInspectedWithoutAVerdict) {
  const Result text = Ctl({"inspect", Path("saved")});
  EXPECT_EQ(text.code, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr("MRTD"));
  EXPECT_THAT(text.out, HasSubstr("RTMR0"));
  EXPECT_THAT(text.out, Not(HasSubstr("ACCEPTED")));
  const Json json = Json::parse(Ctl({"inspect", "--json", Path("saved")}).out);
  EXPECT_EQ(json["verified"], false);
  EXPECT_EQ(json["quote"]["header"]["version"], 4);
}

TEST_F(CliTdxEvidence, IsExtracted) {
  const Result result =
      Ctl({"inspect", Path("saved"), "--extract", Path("out")});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(std::filesystem::exists(Path("out/quote.tdx")));
  EXPECT_TRUE(std::filesystem::exists(Path("out/log.ccel")));
  // It is a raw quote like any other.
  EXPECT_EQ(Ctl({"verify", "tdx", "--quote", Path("out/quote.tdx"),
                 "--no-policy", "--trusted-intel-root", trusted_})
                .code,
            0);
}

}  // namespace
}  // namespace evidenced
