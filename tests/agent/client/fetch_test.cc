#include "agent/client/fetch.h"

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "evidence/binding/manifest.h"
#include "tests/agent/client/fake_agent.h"

namespace evidenced {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class Fetch : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = ::testing::TempDir() + "client_fetch_XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    agent_ = std::make_unique<FakeAgent>(folder_);
    ConnectionOptions options;
    options.address = agent_->address();
    options.timeout_seconds = 60;
    channel_ = *AgentChannel::Open(options);
    question_.audience.value = "urn:me";
  }
  void TearDown() override {
    channel_.reset();
    agent_.reset();
    std::filesystem::remove_all(folder_);
  }

  // The agent's evidence has one detached log of `listed` bytes.
  void Detach(const std::string& log, size_t listed) {
    agent_->logs["log.ima"] = log;
    const std::string part = log.substr(0, listed);
    ManifestEntry entry = PresentEntry("log.ima", kMediaIma, AsBytes(part));
    entry.length = listed;
    agent_->evidence.set_manifest(
        ToString(*EncodeManifest({SigningEntry("tpm"), entry})));
    v1::Part* detached = agent_->evidence.add_parts();
    detached->set_label("log.ima");
    detached->set_detached(true);
  }

  std::string folder_;
  std::unique_ptr<FakeAgent> agent_;
  std::unique_ptr<AgentChannel> channel_;
  EvidenceQuestion question_;
};

TEST_F(Fetch, StatesWhatItAskedWithoutTls) {
  question_.user_data = "data";
  const auto fetched = FetchEvidence(*channel_, question_);
  ASSERT_TRUE(fetched.ok()) << fetched.status();
  const v1::VerifierState& state = fetched->saved.state();
  EXPECT_EQ(state.role(), 3);
  EXPECT_EQ(state.audience(), "urn:me");
  EXPECT_EQ(state.user_data(), "data");
  EXPECT_EQ(state.nonce().size(), 32);
  EXPECT_EQ(state.nonce(), agent_->asked.nonce());
  EXPECT_THAT(state.requested(),
              ElementsAre("tpm", "tpm.ak", "log.tcg2", "log.ima", "log.ccel"));
  EXPECT_FALSE(agent_->asked.without_cpu_report());
  EXPECT_TRUE(state.certificate_sha256().empty());
  EXPECT_FALSE(fetched->server.has_value());
}

TEST_F(Fetch, AsksForNoCpuReportIfTold) {
  question_.without_cpu_report = true;
  ASSERT_TRUE(FetchEvidence(*channel_, question_).ok());
  EXPECT_TRUE(agent_->asked.without_cpu_report());
}

TEST_F(Fetch, NeverUsesANonceTwice) {
  const auto first = FetchEvidence(*channel_, question_);
  const auto second = FetchEvidence(*channel_, question_);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_NE(first->saved.state().nonce(), second->saved.state().nonce());
}

TEST_F(Fetch, TakesTheListedLengthOfADetachedPart) {
  const std::string log = std::string(250, 'a') + std::string(500, 'b');
  Detach(log, 250);
  const auto fetched = FetchEvidence(*channel_, question_);
  ASSERT_TRUE(fetched.ok()) << fetched.status();
  EXPECT_EQ(fetched->saved.evidence().parts(0).data(), std::string(250, 'a'));
  EXPECT_FALSE(fetched->saved.evidence().parts(0).detached());
}

TEST_F(Fetch, RefusesADetachedPartThatIsShorterThanListed) {
  Detach("short", 5);
  agent_->logs["log.ima"] = "shor";
  EXPECT_TRUE(absl::IsOutOfRange(FetchEvidence(*channel_, question_).status()));
}

TEST_F(Fetch, RefusesADetachedPartOverTheLimitBeforeFetchingIt) {
  Detach("log", 3);
  ManifestEntry huge = PresentEntry("log.ima", kMediaIma, {});
  huge.length = kMaxLogBytes + 1;
  agent_->evidence.set_manifest(
      ToString(*EncodeManifest({SigningEntry("tpm"), huge})));
  EXPECT_TRUE(
      absl::IsResourceExhausted(FetchEvidence(*channel_, question_).status()));
}

TEST_F(Fetch, RefusesADetachedPartThatIsNotListed) {
  Detach("log", 3);
  agent_->evidence.mutable_parts(0)->set_label("log.other");
  EXPECT_TRUE(
      absl::IsInvalidArgument(FetchEvidence(*channel_, question_).status()));
}

TEST_F(Fetch, RefusesADetachedPartThatComesTwice) {
  Detach("log", 3);
  *agent_->evidence.add_parts() = agent_->evidence.parts(0);
  EXPECT_TRUE(
      absl::IsInvalidArgument(FetchEvidence(*channel_, question_).status()));
}

TEST_F(Fetch, RefusesADetachedPartThatWasNotAskedFor) {
  Detach("log", 3);
  question_.labels = {"log.tcg2"};
  EXPECT_TRUE(
      absl::IsInvalidArgument(FetchEvidence(*channel_, question_).status()));
}

TEST_F(Fetch, RefusesADetachedPartThatIsNoLog) {
  question_.labels = {"snp"};
  agent_->logs["snp"] = "bytes";
  agent_->evidence.set_manifest(ToString(
      *EncodeManifest({SigningEntry("tpm"), PresentEntry("snp", "application/x",
                                                         AsBytes("bytes"))})));
  v1::Part* part = agent_->evidence.add_parts();
  part->set_label("snp");
  part->set_detached(true);
  EXPECT_TRUE(
      absl::IsInvalidArgument(FetchEvidence(*channel_, question_).status()));
}

TEST_F(Fetch, RefusesDetachedPartsOverTheLimitTogether) {
  std::vector<ManifestEntry> entries = {SigningEntry("tpm")};
  for (const char* label : {"log.tcg2", "log.ima"}) {
    // Each is within its own limit, and nothing is there to be fetched.
    entries.push_back(PresentEntry(label, kMediaIma, {}));
    entries.back().length = kMaxDetachedBytes / 2 + 1;
    v1::Part* part = agent_->evidence.add_parts();
    part->set_label(label);
    part->set_detached(true);
  }
  agent_->evidence.set_manifest(ToString(*EncodeManifest(entries)));
  const absl::Status status = FetchEvidence(*channel_, question_).status();
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
}

TEST_F(Fetch, RefusesEvidenceOfCountlessParts) {
  for (int i = 0; i < 10000; ++i) agent_->evidence.add_parts();
  EXPECT_TRUE(
      absl::IsResourceExhausted(FetchEvidence(*channel_, question_).status()));
}

TEST_F(Fetch, OneDeadlineEndsAllCallsTogether) {
  ConnectionOptions options;
  options.address = agent_->address();
  options.timeout_seconds = 1;
  agent_->delay = absl::Milliseconds(600);
  const auto channel = *AgentChannel::Open(options);
  // None of them takes longer than the timeout.
  absl::Status last;
  for (int i = 0; i < 3; ++i) last = channel->GetPlatform().status();
  EXPECT_TRUE(absl::IsDeadlineExceeded(last)) << last;
}

TEST_F(Fetch, RefusesAGapInAStream) {
  Detach(std::string(250, 'a'), 250);
  agent_->offset_fault = 1;
  EXPECT_TRUE(absl::IsDataLoss(FetchEvidence(*channel_, question_).status()));
}

TEST_F(Fetch, AsksOnceMoreWhenTheCertificateIsNotInUse) {
  agent_->failure = {grpc::StatusCode::FAILED_PRECONDITION, "another"};
  const auto fetched = FetchEvidence(*channel_, question_);
  EXPECT_TRUE(absl::IsFailedPrecondition(fetched.status()));
  EXPECT_EQ(agent_->questions, 2);
}

TEST_F(Fetch, MakesTheAgentsWordsPrintable) {
  agent_->failure = {grpc::StatusCode::PERMISSION_DENIED, "no \x1b[2Jrole"};
  const auto fetched = FetchEvidence(*channel_, question_);
  EXPECT_TRUE(absl::IsPermissionDenied(fetched.status()));
  EXPECT_EQ(agent_->questions, 1);
  EXPECT_THAT(fetched.status().message(), HasSubstr("permission denied"));
  EXPECT_THAT(fetched.status().message(), HasSubstr("role"));
  EXPECT_THAT(fetched.status().message(), Not(HasSubstr("\x1b")));
}

TEST_F(Fetch, SaysThatNobodyAnswers) {
  ConnectionOptions options;
  options.address = "unix:" + folder_ + "/nobody.sock";
  options.timeout_seconds = 60;
  const auto channel = *AgentChannel::Open(options);
  const auto platform = channel->GetPlatform();
  EXPECT_TRUE(absl::IsUnavailable(platform.status())) << platform.status();
  EXPECT_THAT(platform.status().message(), HasSubstr("nobody.sock"));
}

}  // namespace
}  // namespace evidenced
