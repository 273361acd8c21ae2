#include <filesystem>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

#include "tests/agent/client/cli_fixture.h"

// Where `verify` takes its evidence from, and what the command line says of
// it.
namespace evidenced {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class InFolder : public Cli {
 protected:
  void SetUp() override {
    Cli::SetUp();
    before_ = std::filesystem::current_path();
    std::filesystem::current_path(folder_);
  }
  void TearDown() override {
    std::filesystem::current_path(before_);
    Cli::TearDown();
  }

  std::filesystem::path before_;
};

TEST_F(InFolder, NoFileTakesThePlaceOfAnAgent) {
  const std::string saved = builder_.Saved().SerializeAsString();
  for (const char* address :
       {"localhost:1", "[--1]:1", "[::1]:1", "unix:a", "a:b", "host:99999"}) {
    Write(address, saved);
    const Result result = Ctl({"verify", address, "--no-policy", "--audience",
                               "urn:verifier", "--timeout", "1"});
    EXPECT_EQ(result.code, 2) << address << result.out;
    EXPECT_THAT(result.out, Not(HasSubstr("ACCEPTED"))) << address;
  }
}

TEST_F(InFolder, APathThatIsNoAddressIsAFile) {
  const std::string saved = builder_.Saved().SerializeAsString();
  Write("localhost:1", saved);
  Write("plain", saved);
  for (const std::string& file : {std::string("./localhost:1"),
                                  Path("localhost:1"), std::string("plain")}) {
    EXPECT_EQ(Ctl({"verify", file, "--no-policy"}).code, 0) << file;
  }
}

TEST_F(Cli, AMissingFileIsSaidToBeMissing) {
  const Result result = Ctl({"verify", Path("absent"), "--no-policy"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("found no file " + Path("absent")));
}

TEST_F(Cli, ConnectionOptionsWithAFileAreUsage) {
  const std::string file = Write("saved", builder_.Saved().SerializeAsString());
  for (const char* option :
       {"--ca", "--cert", "--key", "--server-name", "--config", "--timeout"}) {
    const Result result = Ctl({"verify", file, "--no-policy", option, "5"});
    EXPECT_EQ(result.code, 2) << option;
    EXPECT_EQ(result.out, "") << option;
    EXPECT_THAT(result.err, HasSubstr(option));
  }
}

// The checks of `verify FILE` with `arguments`, by name.
class Said : public Cli {
 protected:
  void SetUp() override {
    Cli::SetUp();
    ::evidence::v1::SavedEvidence saved = builder_.Saved();
    saved.mutable_state()->set_user_data("data");
    *saved.mutable_evidence() =
        builder_.Answer("urn:verifier", saved.state().nonce(), "data");
    file_ = Write("saved", saved.SerializeAsString());
    data_ = Write("data", "data");
  }
  Result Verify(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"verify", file_, "--no-policy"});
    return Ctl(arguments);
  }
  void ExpectRejected(const std::vector<std::string>& arguments,
                      const std::string& check) const {
    const Result result = Verify(arguments);
    EXPECT_EQ(result.code, 1) << check;
    EXPECT_THAT(result.out, HasSubstr("\nREJECTED: " + check + ": "));
    EXPECT_THAT(result.out, HasSubstr("FAIL  " + check + "\n"));
  }

  std::string file_;
  std::string data_;
};

TEST_F(Said, WhatTheFileRecordsIsAccepted) {
  const Result result =
      Verify({"--audience", "urn:verifier", "--user-data", data_, "--label",
              "log.ima", "--label", "log.tcg2"});
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("ok    state/audience "));
  EXPECT_THAT(result.out, HasSubstr("ok    state/user-data "));
  EXPECT_THAT(result.out, HasSubstr("ok    state/labels "));
}

TEST_F(Said, AnotherAudienceIsRejectedWithBoth) {
  ExpectRejected({"--audience", "spiffe://other/x"}, "state/audience");
  const Result result = Verify({"--audience", "spiffe://other/x"});
  EXPECT_THAT(result.out, HasSubstr("expected spiffe://other/x"));
  EXPECT_THAT(result.out, HasSubstr("found    urn:verifier"));
}

TEST_F(Said, OtherUserDataIsRejected) {
  ExpectRejected({"--user-data", Write("other", "dat")}, "state/user-data");
  ExpectRejected({"--user-data", Write("empty", "")}, "state/user-data");
  EXPECT_EQ(Verify({"--user-data", Path("absent")}).code, 2);
}

TEST_F(Said, OtherLabelsAreRejected) {
  ExpectRejected({"--label", "log.ima"}, "state/labels");
  ExpectRejected({"--label", "snp"}, "state/labels");
}

TEST_F(Said, OtherPcrsAreRejected) {
  ExpectRejected({"--pcrs", "sha256:0,7"}, "state/pcrs");
}

TEST_F(Said, StateGivenApartIsWhatCounts) {
  const std::string state =
      Write("state", builder_.Saved().state().SerializeAsString());
  const Result result =
      Verify({"--state", state, "--user-data", data_, "--json"});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(nlohmann::json::parse(result.out)["reason"].get<std::string>(),
              HasSubstr("state/user-data"));
}

TEST_F(CliWithAgent, AFileRemembersWhichPcrsWereAskedFor) {
  const std::string file = Path("saved");
  // The builder quotes one bank whole: what is asked for is among it.
  ASSERT_EQ(Ctl({"get", agent_->address(), "--audience", "urn:me", "--pcrs",
                 "sha256:0,7", "-o", file})
                .code,
            0);
  const Result result = Ctl({"verify", file, "--no-policy"});
  EXPECT_EQ(result.code, 0) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("PCRs asked for"));
  EXPECT_EQ(Ctl({"verify", file, "--no-policy", "--pcrs", "sha256:0,7"}).code,
            0);
  EXPECT_EQ(Ctl({"verify", file, "--no-policy", "--pcrs", "sha256:0"}).code, 1);

  // What the file says was asked for must have been quoted.
  ::evidence::v1::SavedEvidence saved;
  ASSERT_TRUE(saved.ParseFromString(*ReadFile(file)));
  saved.mutable_state()->mutable_requested_pcrs(0)->set_algorithm(
      ::evidence::v1::SHA384);
  const Result other =
      Ctl({"verify", Write("other", saved.SerializeAsString()), "--no-policy"});
  EXPECT_EQ(other.code, 1);
  EXPECT_THAT(other.out, HasSubstr("REJECTED: pcr-selection"));
  saved.mutable_state()->mutable_requested_pcrs(0)->clear_pcrs();
  EXPECT_EQ(
      Ctl({"verify", Write("none", saved.SerializeAsString()), "--no-policy"})
          .code,
      2);
}

TEST_F(CliWithAgent, AsksForTheAttestationKeyAlways) {
  ASSERT_EQ(Ctl({"get", agent_->address(), "--audience", "urn:me", "--label",
                 "log.ima", "-o", Path("saved")})
                .code,
            0);
  EXPECT_THAT(agent_->asked.labels(), Contains("tpm.ak"));
  const Result result =
      Ctl({"verify", Path("saved"), "--no-policy", "--label", "log.ima"});
  EXPECT_EQ(result.code, 0) << result.out << result.err;
}

}  // namespace
}  // namespace evidenced
