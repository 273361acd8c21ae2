#include "agent/client/cli.h"

#include <filesystem>
#include <sstream>
#include <streambuf>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "grpcpp/health_check_service_interface.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

#include "agent/client/files.h"
#include "tests/agent/client/cli_fixture.h"
#include "tests/quote/certificate_builder.h"

namespace evidenced {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST_F(Cli, UsageErrorsExitWithTwo) {
  const std::string file = Write("saved", builder_.Saved().SerializeAsString());
  const std::vector<std::vector<std::string>> cases = {
      {},
      {"unknown"},
      {"verify", file},
      {"verify", file, "--no-policy", "--policy", file},
      {"verify", file, "--no-policy", "--events", "some"},
      {"verify", file, "--no-policy", "--at", "yesterday"},
      {"verify", file, "--no-policy", "--pcrs", "md5:1"},
      {"verify", Path("absent"), "--no-policy"},
      {"verify", "--no-policy"},
      {"verify", "unix:/a", "--no-policy", "--state", file, "--audience", "a"},
      {"verify", file, "--policy", Path("absent")},
      {"verify", file, "--policy", Write("policy", "{\"unknown\": 1}")},
      {"get", "unix:/a", "--audience", "a"},
      {"get", "host:1", "-o", Path("x")},
      {"platform"},
      {"platform", "host:1", "--config", Write("toml", "colour = 1")},
      {"log", "unix:/a"},
      {"policy"},
      {"verify", file, "--no-policy", "--surprise"},
  };
  for (const auto& arguments : cases) {
    const Result result = Ctl(arguments);
    EXPECT_EQ(result.code, 2) << ::testing::PrintToString(arguments);
    EXPECT_NE(result.err, "") << ::testing::PrintToString(arguments);
  }
}

TEST_F(Cli, UsageErrorsNameWhatWasFound) {
  EXPECT_THAT(Ctl({"bogus"}).err, HasSubstr("bogus"));
  EXPECT_THAT(Ctl({"policy", "bogus"}).err, HasSubstr("bogus"));
  EXPECT_THAT(Ctl({}).err, HasSubstr("found none"));
  EXPECT_THAT(Ctl({"verify", "a:1", "--timeout", "soon"}).err,
              HasSubstr("soon"));
}

TEST_F(Cli, HelpExitsWithZero) {
  for (const char* command : {"verify", "get", "platform", "measurements",
                              "log", "health", "policy"}) {
    const Result result = Ctl({command, "--help"});
    EXPECT_EQ(result.code, 0);
    EXPECT_THAT(result.out, HasSubstr(command));
  }
  EXPECT_THAT(Ctl({"--version"}).out, HasSubstr("evidencectl "));
}

TEST_F(Cli, AcceptsSavedEvidenceAndSaysThatItIsRecorded) {
  const std::string file = Write("saved", builder_.Saved().SerializeAsString());
  const Result result = Ctl({"verify", file, "--no-policy"});
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  // The verdict first and last.
  const std::string verdict =
      "ACCEPTED without a policy: nothing vouches for the key\n";
  EXPECT_THAT(result.out, StartsWith(verdict));
  EXPECT_THAT(result.out, EndsWith("\n" + verdict));
  EXPECT_THAT(result.out, HasSubstr("recorded"));
  EXPECT_THAT(result.out, HasSubstr("audience urn:verifier, role 3"));
  EXPECT_THAT(result.out, HasSubstr("No policy was applied"));
  EXPECT_THAT(result.out, HasSubstr("reset count 3"));
  EXPECT_THAT(result.out, HasSubstr("matched"));
  EXPECT_THAT(result.out, HasSubstr("AK certificate   none"));
  EXPECT_THAT(result.out, Not(HasSubstr("\x1b")));
}

TEST_F(Cli, GivesJsonForAcceptedEvidence) {
  const std::string file = Write("saved", builder_.Saved().SerializeAsString());
  const Result result = Ctl({"verify", file, "--no-policy", "--json"});
  ASSERT_EQ(result.code, 0) << result.out << result.err;
  const auto json = nlohmann::json::parse(result.out);
  EXPECT_EQ(json["verdict"], "accepted");
  EXPECT_EQ(json["origin"], "recorded");
  EXPECT_TRUE(json["policy"].is_null());
  EXPECT_EQ(json["binding_level"], "B0");
  EXPECT_EQ(json["state"]["audience"], "urn:verifier");
  EXPECT_EQ(json["tpm"]["reset_count"], 3);
  EXPECT_EQ(json["tpm"]["ak"]["vouched"], false);
  EXPECT_EQ(json["logs"]["log.ima"]["events"][0]["vouched"], true);
  EXPECT_EQ(json["pcrs"]["sha256"]["10"]["state"], "matched");
  EXPECT_EQ(json["pcrs"]["sha256"]["10"]["log"], "log.ima");
  EXPECT_EQ(json["pcrs"]["sha256"]["0"]["state"], "no log");
  EXPECT_EQ(json["logs"]["log.ima"]["quoted_events"], 1);
  EXPECT_EQ(json["manifest"]["log.tcg2"]["missing"], "no-device");
  EXPECT_FALSE(json["checks"].empty());
  EXPECT_THAT(result.out, Not(HasSubstr("\x1b")));
}

TEST_F(Cli, JoinsOnlyRegistersThatAreNeighbours) {
  const std::string file = Write("saved", builder_.Saved().SerializeAsString());
  const Result result = Ctl({"verify", file, "--no-policy"});
  // PCR 16 is not quoted.
  EXPECT_THAT(result.out, HasSubstr("PCR 11-15  no log"));
  EXPECT_THAT(result.out, HasSubstr("PCR 17-22  no log"));
}

TEST_F(Cli, ShowsCertificatesThatNothingVerifiedAsSuch) {
  ::evidence::v1::SavedEvidence saved = builder_.Saved();
  for (const auto kind : {::evidence::v1::TPM_AK, ::evidence::v1::TPM_EK}) {
    ::evidence::v1::Certificate* out =
        saved.mutable_evidence()->add_certificates();
    out->set_kind(kind);
    out->set_der(ToString(IssueRoot(CaSpec("TPM Maker")).certificate.der()));
  }
  const std::string file = Write("saved", saved.SerializeAsString());
  const std::string policy = Path("policy.json");
  ASSERT_EQ(Ctl({"policy", "from-evidence", file, "-o", policy}).code, 0);
  for (const std::vector<std::string>& scope :
       {std::vector<std::string>{"--no-policy"}, {"--policy", policy}}) {
    std::vector<std::string> arguments = {"verify", file};
    arguments.insert(arguments.end(), scope.begin(), scope.end());
    const Result text = Ctl(arguments);
    EXPECT_EQ(text.code, 0) << text.out;
    EXPECT_THAT(text.out, HasSubstr("NOT VERIFIED, and for another key"));
    EXPECT_THAT(text.out, HasSubstr("not verified; without credential"));
    arguments.emplace_back("--json");
    const auto json = nlohmann::json::parse(Ctl(arguments).out);
    EXPECT_EQ(json["tpm"]["ak"]["certificates"][0]["verified"], false);
    EXPECT_EQ(json["tpm"]["ek_certificates"][0]["verified"], false);
  }
}

TEST_F(Cli, NoLineOfAVerdictIsWiderThanThePage) {
  const std::string file = Write("saved", builder_.Saved().SerializeAsString());
  const Result result = Ctl({"verify", file, "--no-policy"});
  for (const absl::string_view line : absl::StrSplit(result.out, '\n')) {
    EXPECT_LE(line.size(), kPageWidth) << line;
  }
}

TEST_F(Cli, RejectsAnotherNonceWithReasonInTextAndJson) {
  ::evidence::v1::SavedEvidence saved = builder_.Saved();
  saved.mutable_state()->set_nonce(std::string(32, 'o'));
  const std::string file = Write("saved", saved.SerializeAsString());
  const Result text = Ctl({"verify", file, "--no-policy"});
  EXPECT_EQ(text.code, 1);
  EXPECT_THAT(text.out, HasSubstr("FAIL  binding\n"));
  EXPECT_THAT(text.out, HasSubstr("\nREJECTED: binding"));
  const Result result = Ctl({"verify", file, "--no-policy", "--json"});
  EXPECT_EQ(result.code, 1);
  const auto json = nlohmann::json::parse(result.out);
  EXPECT_EQ(json["verdict"], "rejected");
  EXPECT_THAT(json["reason"].get<std::string>(), HasSubstr("report-data"));
}

TEST_F(Cli, StateGivenApartReplacesTheFiles) {
  ::evidence::v1::SavedEvidence saved = builder_.Saved();
  const std::string state = Write("state", saved.state().SerializeAsString());
  saved.mutable_state()->set_nonce(std::string(32, 'o'));
  const std::string file = Write("saved", saved.SerializeAsString());
  const Result result =
      Ctl({"verify", file, "--no-policy", "--state", state, "--json"});
  ASSERT_EQ(result.code, 0) << result.out << result.err;
  EXPECT_EQ(nlohmann::json::parse(result.out)["origin"],
            "recorded, state given apart");
}

TEST_F(Cli, FirstPolicyIsMarkedAndAcceptsWhatItWasMadeFrom) {
  const std::string file = Write("saved", builder_.Saved().SerializeAsString());
  const std::string policy = Path("policy.json");
  const Result made = Ctl({"policy", "from-evidence", file, "-o", policy});
  ASSERT_EQ(made.code, 0) << made.out << made.err;
  EXPECT_THAT(made.out, HasSubstr("trust on first use"));
  EXPECT_THAT(made.out, HasSubstr("not verified against anything else"));
  EXPECT_THAT(*ReadFile(policy), HasSubstr("trust on first use"));

  const Result result = Ctl({"verify", file, "--policy", policy});
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("By the policy " + policy));
  EXPECT_THAT(result.out, StartsWith("ACCEPTED\n"));
  EXPECT_THAT(result.out, EndsWith("\nACCEPTED\n"));

  // Evidence of another key does not meet it.
  const EvidenceBuilder other(HostileLog());
  const std::string other_file =
      Write("other", other.Saved().SerializeAsString());
  EXPECT_EQ(Ctl({"verify", other_file, "--policy", policy}).code, 1);
}

TEST_F(Cli, PolicyIsNotMadeFromEvidenceThatDoesNotVerify) {
  ::evidence::v1::SavedEvidence saved = builder_.Saved();
  saved.mutable_state()->set_audience("urn:other");
  const std::string file = Write("saved", saved.SerializeAsString());
  EXPECT_EQ(Ctl({"policy", "from-evidence", file, "-o", Path("p")}).code, 1);
  EXPECT_FALSE(FileExists(Path("p")));
}

TEST_F(Cli, ExtractsWhatOtherToolsRead) {
  const std::string file = Write("saved", builder_.Saved().SerializeAsString());
  const Result result =
      Ctl({"verify", file, "--no-policy", "--extract", Path("out")});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("extra data"));
  for (const char* name : {"quote.attest", "quote.sig", "ak.tpmt", "ak.pem",
                           "pcrs.json", "log.ima", "manifest.bin"}) {
    EXPECT_TRUE(FileExists(Path("out") + "/" + name)) << name;
  }
  EXPECT_THAT(*ReadFile(Path("out") + "/ak.pem"),
              HasSubstr("-----BEGIN PUBLIC KEY-----\n"));
}

TEST_F(Cli, NoPartTakesAnotherFilesName) {
  for (const char* name : {"ak.pem", "ak.tpmt", "quote.attest", "quote.sig",
                           "pcrs.json", "manifest.bin", "log.ima"}) {
    ::evidence::v1::SavedEvidence saved = builder_.Saved();
    ::evidence::v1::Part* part = saved.mutable_evidence()->add_parts();
    part->set_label(name);
    part->set_data("other bytes");
    const std::string file = Write("saved", saved.SerializeAsString());
    const Result result =
        Ctl({"verify", file, "--no-policy", "--extract", Path("out")});
    EXPECT_EQ(result.code, 2) << name;
    EXPECT_THAT(result.err, HasSubstr(name));
    EXPECT_FALSE(std::filesystem::exists(Path("out"))) << name;
  }
  ::evidence::v1::SavedEvidence saved = builder_.Saved();
  saved.mutable_evidence()->mutable_parts(1)->set_tail("tail");
  saved.mutable_evidence()->add_parts()->set_label("log.ima.tail");
  const std::string file = Write("saved", saved.SerializeAsString());
  EXPECT_EQ(Ctl({"verify", file, "--no-policy", "--extract", Path("out")}).code,
            2);
}

// Takes nothing, as a full disk or a closed pipe.
class FullBuffer : public std::streambuf {};

TEST_F(Cli, AnAnswerThatCannotBeWrittenIsNone) {
  const std::string file = Write("saved", builder_.Saved().SerializeAsString());
  const std::vector<std::vector<const char*>> commands = {
      {"evidencectl", "--help"},
      {"evidencectl", "verify", file.c_str(), "--no-policy"},
      {"evidencectl", "verify", file.c_str(), "--no-policy", "--json"},
      {"evidencectl", "policy", "from-evidence", file.c_str()}};
  for (const std::vector<const char*>& argv : commands) {
    FullBuffer full;
    std::ostream out(&full);
    std::ostringstream err;
    EXPECT_EQ(RunCli(static_cast<int>(argv.size()), argv.data(), out, err,
                     Palette::None()),
              2);
    EXPECT_THAT(err.str(), HasSubstr("cannot write to standard output"));
  }
}

TEST_F(Cli, ExtractsNothingUnderAHostileLabel) {
  // The second is a name that no file system takes while it is written.
  for (const std::string& label :
       {std::string("../escape"), std::string(250, 'z')}) {
    ::evidence::v1::SavedEvidence saved = builder_.Saved();
    saved.mutable_evidence()->mutable_parts(1)->set_label(label);
    const std::string file = Write("saved", saved.SerializeAsString());
    EXPECT_EQ(
        Ctl({"verify", file, "--no-policy", "--extract", Path("out")}).code, 2);
    EXPECT_FALSE(FileExists(Path("escape")));
    EXPECT_FALSE(FileExists(Path("out/quote.attest")));
  }
}

TEST_F(CliWithAgent, VerifiesLive) {
  const Result result =
      Ctl({"verify", agent_->address(), "--audience", "urn:me", "--no-policy"});
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("urn:me (given)"));
  EXPECT_THAT(result.out, Not(HasSubstr("recorded")));
  EXPECT_THAT(result.out, Not(HasSubstr("\x1b")));
}

TEST_F(CliWithAgent, BindsUserData) {
  const std::string data = Write("data", "what the caller says");
  EXPECT_EQ(Ctl({"verify", agent_->address(), "--audience", "urn:me",
                 "--no-policy", "--user-data", data})
                .code,
            0);
  EXPECT_EQ(agent_->asked.user_data(), "what the caller says");
}

TEST_F(CliWithAgent, GetSavesWhatVerifyReads) {
  const Result got = Ctl({"get", agent_->address(), "--audience", "urn:me",
                          "-o", Path("saved"), "--state-out", Path("state")});
  ASSERT_EQ(got.code, 0) << got.err;
  EXPECT_THAT(got.out, HasSubstr("not verified"));
  EXPECT_EQ(Ctl({"verify", Path("saved"), "--no-policy"}).code, 0);
  EXPECT_EQ(
      Ctl({"verify", Path("saved"), "--no-policy", "--state", Path("state")})
          .code,
      0);
}

TEST_F(CliWithAgent, GetThatFailsLeavesNoFile) {
  agent_->failure = {grpc::StatusCode::UNAVAILABLE, "tpm is gone"};
  const Result result = Ctl(
      {"get", agent_->address(), "--audience", "urn:me", "-o", Path("saved")});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("tpm is gone"));
  EXPECT_FALSE(FileExists(Path("saved")));
}

TEST_F(CliWithAgent, AudienceIsRequiredOnAUnixSocket) {
  const Result result = Ctl({"verify", agent_->address(), "--no-policy"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("--audience"));
}

TEST_F(CliWithAgent, ShowsOrSavesALog) {
  const Result shown = Ctl({"log", agent_->address(), "log.ima"});
  EXPECT_EQ(shown.code, 0) << shown.err;
  EXPECT_THAT(shown.out, HasSubstr("1 event,"));
  EXPECT_THAT(shown.out, Not(HasSubstr("\x1b")));
  EXPECT_EQ(Ctl({"log", agent_->address(), "log.ima", "-o", Path("log")}).code,
            0);
  EXPECT_EQ(*ReadFile(Path("log")), ToString(HostileLog()));
  EXPECT_EQ(Ctl({"log", agent_->address(), "log.none"}).code, 2);
}

TEST_F(CliWithAgent, ReadsTheAddressFromTheConfiguration) {
  const std::string config =
      Write("client.toml", "address = \"" + agent_->address() + "\"\n");
  EXPECT_EQ(Ctl({"log", "log.ima", "--config", config}).code, 0);
  EXPECT_EQ(Ctl({"platform", "--config", config}).code, 0);
  EXPECT_EQ(Ctl({"health", "--config", config}).code, 0);
}

TEST_F(CliWithAgent, HealthTellsServingFromNotServing) {
  EXPECT_EQ(Ctl({"health", agent_->address()}).code, 0);
  const Result unknown =
      Ctl({"health", agent_->address(), "source/none", "--json"});
  EXPECT_EQ(unknown.code, 1);
  EXPECT_EQ(nlohmann::json::parse(unknown.out)["status"], "UNKNOWN_SERVICE");
  agent_->server().GetHealthCheckService()->SetServingStatus("source/tpm",
                                                             false);
  const Result stopped = Ctl({"health", agent_->address(), "source/tpm"});
  EXPECT_EQ(stopped.code, 1);
  EXPECT_THAT(stopped.out, HasSubstr("NOT_SERVING"));
  EXPECT_EQ(Ctl({"health", "unix:" + Path("nobody")}).code, 2);
}

TEST_F(CliWithAgent, MeasurementsAreUnsignedInJsonToo) {
  const Result result = Ctl({"measurements", agent_->address(), "--json"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(nlohmann::json::parse(result.out)["signed"], false);
}

}  // namespace
}  // namespace evidenced
