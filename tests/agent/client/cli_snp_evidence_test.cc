// Evidence that an SNP report signs, as a caller of `verify`, `inspect` and
// `policy from-evidence` sees it.
#include <filesystem>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

#include "evidence/v1/saved.pb.h"

#include "evidence/policy/policy.h"
#include "evidence/verify/appraise.h"
#include "tests/agent/client/cli_evidence_fixture.h"
#include "tests/evidence/verify/evidence_builder.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

class CliSnpEvidence : public CliEvidence {
 protected:
  void SetUp() override {
    CliEvidence::SetUp();
    trusted_ = Hex(builder_.snp->pki->ark().certificate.spki_sha256());
    WriteEvidence();
  }

  void WriteEvidence() const {
    Write("saved", Save(builder_.Build()).SerializeAsString());
  }
  Result Verify(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments = {"verify", Path("saved"),   "--at",
                                          kAt,      "--trusted-ark", trusted_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Ctl(arguments);
  }

  EvidenceBuilder builder_ = SnpEvidence();
  std::string trusted_;
};

TEST_F(CliSnpEvidence, IsAcceptedAndShown) {
  const Result result = Verify({"--no-policy"});
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("ACCEPTED without a policy: genuine"));
  EXPECT_THAT(result.out, HasSubstr("SNP report"));
  EXPECT_THAT(result.out, HasSubstr("boot loader 4, TEE 0, SNP 24"));
  EXPECT_THAT(result.out, HasSubstr("ARK-Milan"));
  EXPECT_THAT(result.out, HasSubstr("nothing vouches for it"));
}

TEST_F(CliSnpEvidence, IsShownAsJson) {
  const Result result = Verify({"--no-policy", "--json"});
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  const Json json = Json::parse(result.out);
  EXPECT_EQ(json["verdict"], "accepted");
  EXPECT_EQ(json["signer"], "snp");
  EXPECT_EQ(json["snp"]["report"]["generation"], "milan");
  EXPECT_EQ(json["snp"]["report"]["measurement"], Hex(Bytes(48, 0x3e)));
  EXPECT_EQ(json["snp"]["crl_checked"], false);
  EXPECT_EQ(json["tpm"]["ak"]["vouched"], false);
}

// A TPM that nothing vouches for may say anything.
TEST_F(CliSnpEvidence, ClaimsSecureBootForANamedTpmAlone) {
  Json json = Json::parse(Verify({"--no-policy", "--json"}).out);
  EXPECT_TRUE(json["secure_boot"].is_null());
  EXPECT_EQ(json["tpm"]["secure_boot"], true);
  EXPECT_THAT(Verify({"--no-policy"}).out,
              HasSubstr("of a TPM that nothing vouches for"));
  const auto evidence = MustVerify(builder_.Build());
  ASSERT_NE(evidence, nullptr);
  Write("policy", PolicyToJson(PolicyFromEvidence(*evidence)));
  json = Json::parse(Verify({"--policy", Path("policy"), "--json"}).out);
  EXPECT_EQ(json["secure_boot"], true);
}

// Else an old answer is young again.
TEST_F(CliSnpEvidence, AgesByTheClockWhateverTimeIsGiven) {
  const auto evidence = MustVerify(builder_.Build());
  ASSERT_NE(evidence, nullptr);
  v1::AppraisalPolicy policy = PolicyFromEvidence(*evidence);
  policy.set_max_age_seconds(3600);
  Write("policy", PolicyToJson(policy));
  const v1::SavedEvidence saved = Save(builder_.Build());
  v1::VerifierState state = saved.state();
  state.set_requested_unix_ms(absl::ToUnixMillis(TestNow()));
  Write("state", state.SerializeAsString());
  const Result result =
      Verify({"--policy", Path("policy"), "--state", Path("state"), "--json"});
  EXPECT_EQ(result.code, 1) << result.out << result.err;
  const Json json = Json::parse(result.out);
  EXPECT_THAT(json["reason"].get<std::string>(), HasSubstr("policy/max-age"));
  EXPECT_EQ(json["as_of"], "2026-01-01 00:00:00 UTC");
  EXPECT_NE(json["verified_at"], json["as_of"]);
}

TEST_F(CliSnpEvidence, SaysThatTheRootIsNotAmds) {
  EXPECT_THAT(Verify({"--no-policy"}).out, HasSubstr("NOT AMD's"));
  EXPECT_EQ(
      Json::parse(Verify({"--no-policy", "--json"}).out)["snp"]["root_is_amds"],
      false);
  const auto trusting = [&](const std::string& root) {
    return Ctl({"verify", Path("saved"), "--at", kAt, "--no-policy",
                "--trusted-ark", root})
        .code;
  };
  EXPECT_EQ(trusting("milan=" + trusted_), 0);
  EXPECT_EQ(trusting("genoa=" + trusted_), 1);
  EXPECT_EQ(trusting("rome=" + trusted_), 2);
}

// A variable of a script without a value is no option that was not given.
TEST_F(CliSnpEvidence, RefusesAnEmptyValue) {
  for (const char* option : {"--crl", "--ek", "--trusted-ark", "--at"}) {
    const Result result =
        Ctl({"verify", Path("saved"), "--no-policy", option, ""});
    EXPECT_EQ(result.code, 2);
    EXPECT_THAT(result.err, HasSubstr(option));
    const Result joined = Ctl(
        {"verify", "--no-policy", std::string(option) + "=", Path("saved")});
    EXPECT_EQ(joined.code, 2);
    EXPECT_THAT(joined.err, HasSubstr("expected a value behind"));
  }
}

TEST_F(CliSnpEvidence, WithoutATpmHasNoRegisters) {
  builder_.has_tpm = false;
  WriteEvidence();
  const Result text = Verify({"--no-policy"});
  EXPECT_EQ(text.code, 0) << text.out << text.err;
  EXPECT_THAT(text.out, HasSubstr("no register that they extend is quoted"));
  EXPECT_THAT(text.out, HasSubstr("no quote reaches the events below"));
  EXPECT_THAT(text.out, Not(HasSubstr("attestation key")));
  const Json json = Json::parse(Verify({"--no-policy", "--json"}).out);
  EXPECT_TRUE(json["tpm"].is_null());
  EXPECT_EQ(json["logs"]["log.tcg2"]["error"], "NO_QUOTED_REGISTER");
}

TEST_F(CliSnpEvidence, NeedsARootThatIsTrusted) {
  const Result result =
      Ctl({"verify", Path("saved"), "--at", kAt, "--no-policy"});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.out, HasSubstr("expected a root key that is trusted"));
}

TEST_F(CliSnpEvidence, NeedsCertificatesThatAreValidNow) {
  const Result result = Ctl({"verify", Path("saved"), "--trusted-ark", trusted_,
                             "--at", "2027-01-01T00:00:00Z", "--no-policy"});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.out, HasSubstr("endorsement"));
}

TEST_F(CliSnpEvidence, TakesCertificatesAndAListFromFiles) {
  const SnpTestPki& pki = *builder_.snp->pki;
  Write("ek", ToString(builder_.snp->key.certificate.der()));
  Write("ca", Pem(pki.ask().certificate) + Pem(pki.ark().certificate));
  builder_.snp->table.clear();
  WriteEvidence();
  EXPECT_THAT(Verify({"--no-policy"}).out, HasSubstr("of the VCEK"));
  const std::vector<std::string> given = {"--no-policy", "--ek", Path("ek"),
                                          "--ek-ca", Path("ca")};
  EXPECT_EQ(Verify(given).code, 0);

  const auto with_list = [&](std::vector<int64_t> serials) {
    Write("crl", ToString(IssueCrl({.serials = std::move(serials),
                                    .digest = "SHA384",
                                    .padding = RsaPadding::kPss},
                                   pki.ark())));
    std::vector<std::string> arguments = given;
    arguments.insert(arguments.end(), {"--crl", Path("crl")});
    return Verify(arguments);
  };
  EXPECT_THAT(with_list({}).out, HasSubstr("not revoked, by a CRL"));
  EXPECT_THAT(with_list({0x10001}).out, HasSubstr("expected CN=SEV-Milan"));
}

TEST_F(CliSnpEvidence, NamesAFileThatIsNone) {
  Write("ek", "no certificate");
  for (const char* option : {"--ek", "--ek-ca", "--crl"}) {
    const Result result = Verify({"--no-policy", option, Path("ek")});
    EXPECT_EQ(result.code, 2);
    EXPECT_THAT(result.err, HasSubstr(Path("ek"))) << option;
  }
  EXPECT_EQ(Verify({"--no-policy", "--trusted-ark", "00"}).code, 2);
}

TEST_F(CliSnpEvidence, MeetsThePolicyThatWasMadeFromIt) {
  // What from-evidence judges as of now needs certificates that are valid now,
  // so the policy comes from the same function by way of the library.
  const auto evidence = MustVerify(builder_.Build());
  ASSERT_NE(evidence, nullptr);
  v1::AppraisalPolicy policy = PolicyFromEvidence(*evidence);
  Write("policy", PolicyToJson(policy));
  const Result result = Verify({"--policy", Path("policy")});
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("\nACCEPTED\n"));

  policy.mutable_snp()->set_measurements(0, std::string(96, 'a'));
  policy.mutable_snp()->set_vmpls(0, 3);
  Write("policy", PolicyToJson(policy));
  const Result rejected = Verify({"--policy", Path("policy")});
  EXPECT_EQ(rejected.code, 1);
  EXPECT_THAT(rejected.out, HasSubstr("policy/snp/measurement"));
  EXPECT_THAT(rejected.out, HasSubstr("policy/snp/vmpl"));
}

TEST_F(CliSnpEvidence, ItsPolicyJudgesARawReportToo) {
  const auto evidence = MustVerify(builder_.Build());
  ASSERT_NE(evidence, nullptr);
  v1::AppraisalPolicy policy;
  policy.add_accept_signers("snp");
  policy.set_min_binding(v1::NONE);
  *policy.mutable_snp() = PolicyFromEvidence(*evidence).snp();
  Write("report", builder_.Build().evidence.statement());
  Write("table", ToString(builder_.snp->table));
  const auto verify = [&] {
    Write("policy", PolicyToJson(policy));
    return Ctl({"verify", "snp", "--report", Path("report"), "--table",
                Path("table"), "--trusted-ark", trusted_, "--policy",
                Path("policy")});
  };
  const Result accepted = verify();
  EXPECT_EQ(accepted.code, 0) << accepted.out << accepted.err;
  policy.mutable_snp()->set_min_guest_svn(1000);
  const Result rejected = verify();
  EXPECT_EQ(rejected.code, 1);
  EXPECT_THAT(rejected.out, HasSubstr("policy/snp/min-guest-svn"));
}

TEST_F(CliSnpEvidence, IsInspectedWithoutAVerdict) {
  const Result text = Ctl({"inspect", Path("saved")});
  EXPECT_EQ(text.code, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr("with it: vcek"));
  EXPECT_THAT(text.out, HasSubstr("TPM quote"));
  const Json json = Json::parse(Ctl({"inspect", "--json", Path("saved")}).out);
  EXPECT_EQ(json["verified"], false);
  EXPECT_EQ(json["report"]["version"], 3);
  EXPECT_EQ(json["certificate_table"].size(), 3);
  EXPECT_TRUE(json.contains("attest"));
}

TEST_F(CliSnpEvidence, IsExtracted) {
  const Result result =
      Ctl({"inspect", Path("saved"), "--extract", Path("out")});
  EXPECT_EQ(result.code, 0) << result.err;
  for (const char* name : {"report.bin", "certificates.table", "quote.attest",
                           "quote.sig", "ak.pem", "log.tcg2"}) {
    EXPECT_TRUE(std::filesystem::exists(Path("out/") + name)) << name;
  }
  EXPECT_EQ(std::filesystem::file_size(Path("out/report.bin")), 0x4A0);
  EXPECT_FALSE(std::filesystem::exists(Path("out/tpm")));
}

TEST_F(CliSnpEvidence, DoesNotTakeAQuestionForAnAgentWithAFile) {
  EXPECT_EQ(Verify({"--no-policy", "--without-cpu-report"}).code, 2);
}

}  // namespace
}  // namespace evidenced
