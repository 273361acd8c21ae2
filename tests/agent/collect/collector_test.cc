#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "evidence/log/event_log.h"
#include "evidence/log/replay.h"
#include "tests/agent/collect/collector_fixture.h"

namespace evidenced {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr HashAlgorithm kSha256 = HashAlgorithm::kSha256;

TEST_F(CollectorTest, MakesEvidenceThatVerifiesAndReplays) {
  const auto collector = MakeCollector(Options());
  const Challenge challenge = MakeChallenge();
  const auto evidence = Get(*collector, challenge);
  ASSERT_TRUE(evidence.ok()) << evidence.status();
  const auto accepted = Verify(*evidence, challenge, AkPublic(*collector));
  ASSERT_TRUE(accepted.ok()) << accepted.status();
  const auto& parts = accepted->binding.parts();
  EXPECT_EQ(parts.at("log.tcg2"), boot_log_);
  EXPECT_EQ(parts.at("log.ima"), ima_log_);
  EXPECT_THAT(accepted->registers, SizeIs(3));
  EXPECT_THAT(accepted->registers.at(kSha256), SizeIs(22));
  EXPECT_EQ(accepted->registers.at(kSha256).count(16), 0U);

  const auto ima = ParseImaLog(ima_log_);
  ASSERT_TRUE(ima.ok());
  EXPECT_EQ(evidence->hints().quoted_events().at("log.ima"),
            ima->events.size());
  const auto tcg = ParseTcgLog(boot_log_);
  ASSERT_TRUE(tcg.ok());
  const LogVerdict verdict =
      CompareWithRegisters(*tcg, tcg->events, accepted->registers);
  ASSERT_TRUE(verdict.quoted_events.has_value());
  EXPECT_EQ(evidence->hints().quoted_events().at("log.tcg2"),
            *verdict.quoted_events);
  EXPECT_TRUE(verdict.Matched(7));
  for (const v1::Part& part : evidence->parts()) {
    EXPECT_THAT(part.tail(), IsEmpty());
    EXPECT_FALSE(part.detached());
  }
  EXPECT_EQ(evidence->hints().boot_id(), "0b1d-2f");
  EXPECT_EQ(evidence->hints().agent_version(), "1.2.3");
}

TEST_F(CollectorTest, ListsEveryLabelAndSendsWhatWasAskedFor) {
  const auto collector = MakeCollector(Options());
  Challenge challenge = MakeChallenge();
  challenge.labels = {"log.tcg2"};
  const auto evidence = Get(*collector, challenge);
  ASSERT_TRUE(evidence.ok()) << evidence.status();
  ASSERT_THAT(evidence->parts(), SizeIs(1));
  const auto manifest = ParseManifest(AsBytes(evidence->manifest()));
  ASSERT_TRUE(manifest.ok()) << manifest.status();
  std::vector<std::string> lines;
  for (const ManifestEntry& entry : manifest->entries) {
    lines.push_back(entry.label + " " + entry.reason);
  }
  EXPECT_THAT(lines,
              ElementsAre("hcl no-device", "log.ccel not-requested",
                          "log.ima not-requested", "log.runtime not-requested",
                          "log.tcg2 ", "snp no-device", "tdx no-device", "tpm ",
                          "tpm.ak "));
  EXPECT_EQ(manifest->signer(), "tpm");
  EXPECT_EQ(manifest->Find("tpm.ak")->kind, EntryKind::kPresent);
}

TEST_F(CollectorTest, BindsWithoutTls) {
  const auto collector = MakeCollector(Options());
  Challenge challenge = MakeChallenge();
  challenge.role = 3;
  challenge.spki = challenge.certificate = challenge.peer = {};
  const auto evidence = Get(*collector, challenge);
  ASSERT_TRUE(evidence.ok()) << evidence.status();
  EXPECT_TRUE(Verify(*evidence, challenge, AkPublic(*collector)).ok());
}

TEST_F(CollectorTest, IsNotAcceptedForAnotherNonce) {
  const auto collector = MakeCollector(Options());
  Challenge challenge = MakeChallenge();
  const auto evidence = Get(*collector, challenge);
  ASSERT_TRUE(evidence.ok()) << evidence.status();
  challenge.nonce[0] ^= 1;
  EXPECT_FALSE(Verify(*evidence, challenge, AkPublic(*collector)).ok());
}

TEST_F(CollectorTest, QuotesTheChosenRegisters) {
  const auto collector = MakeCollector(Options());
  Challenge challenge = MakeChallenge();
  challenge.pcrs = {{kSha256, {7, 10}}, {HashAlgorithm::kSha1, {0}}};
  const auto evidence = Get(*collector, challenge);
  ASSERT_TRUE(evidence.ok()) << evidence.status();
  const auto accepted = Verify(*evidence, challenge, AkPublic(*collector));
  ASSERT_TRUE(accepted.ok()) << accepted.status();
  EXPECT_THAT(accepted->registers.at(kSha256), SizeIs(2));
  EXPECT_THAT(accepted->registers.at(HashAlgorithm::kSha1), SizeIs(1));
}

TEST_F(CollectorTest, RefusesRegistersAndLabelsThatItDoesNotServe) {
  const auto collector = MakeCollector(Options());
  const auto code = [&](std::vector<PcrBankSelection> pcrs,
                        std::vector<std::string> labels) {
    Challenge challenge = MakeChallenge();
    challenge.pcrs = std::move(pcrs);
    challenge.labels = std::move(labels);
    return Get(*collector, challenge).status().code();
  };
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  EXPECT_EQ(code({{kSha256, {16}}}, {}), kInvalid);
  EXPECT_EQ(code({{kSha256, {0, 23}}}, {}), kInvalid);
  EXPECT_EQ(code({{kSha256, {24}}}, {}), kInvalid);
  EXPECT_EQ(code({{kSha256, {3, 2}}}, {}), kInvalid);
  EXPECT_EQ(code({{kSha256, {}}}, {}), kInvalid);
  EXPECT_EQ(code({{kSha256, {1}}, {kSha256, {2}}}, {}), kInvalid);
  EXPECT_EQ(code({{HashAlgorithm::kSha512, {1}}}, {}), kInvalid);
  EXPECT_EQ(code({}, {"log.other"}), kInvalid);
  EXPECT_EQ(code({}, {"log.ima", "log.ima"}), kInvalid);
  EXPECT_EQ(code({{kSha256, {15, 17}}}, {"log.ima"}), absl::StatusCode::kOk);
}

TEST_F(CollectorTest, MeasuresAllRegisters) {
  const auto collector = MakeCollector(Options());
  const auto all = Measure(*collector, {});
  ASSERT_TRUE(all.ok()) << all.status();
  ASSERT_THAT(all->banks(), SizeIs(3));
  EXPECT_THAT(all->banks(0).registers(), SizeIs(24));
  const auto one = Measure(*collector, {{kSha256, {23}}});
  ASSERT_TRUE(one.ok()) << one.status();
  EXPECT_EQ(one->banks(0).registers(0).index(), 23U);
}

TEST_F(CollectorTest, GivesTheReasonForAMissingLog) {
  WriteFile(dir_.File("empty"), {});
  WriteFile(dir_.File("garbage"), Bytes(5000, 0x5a));
  WriteFile(dir_.File("large"), Bytes(kMaxBootLogSize + 1, 0));
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"none", "no-device"},
      {"empty", "empty"},
      {"large", "too-large"},
      {"garbage", "device-error"}};
  for (const auto& [file, reason] : cases) {
    CollectorOptions options = Options();
    options.paths.tcg2_log = dir_.File(file);
    const auto collector = MakeCollector(options);
    const Challenge challenge = MakeChallenge();
    const auto evidence = Get(*collector, challenge);
    ASSERT_TRUE(evidence.ok()) << evidence.status();
    const auto manifest = ParseManifest(AsBytes(evidence->manifest()));
    ASSERT_TRUE(manifest.ok()) << manifest.status();
    EXPECT_EQ(manifest->Find("log.tcg2")->reason, reason);
    EXPECT_EQ(FindPart(*evidence, "log.tcg2"), nullptr);
    EXPECT_NE(FindPart(*evidence, "log.ima"), nullptr);
    const auto log = ReadLog(*collector, "log.tcg2");
    EXPECT_EQ(log.status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(std::string(log.status().message()), HasSubstr(reason));
    EXPECT_THAT(collector->GetPlatform().logs(0).reason(), HasSubstr(reason));
  }
}

TEST_F(CollectorTest, ReadsLogsForStreaming) {
  const auto collector = MakeCollector(Options());
  const auto log = ReadLog(*collector, "log.ima");
  ASSERT_TRUE(log.ok()) << log.status();
  EXPECT_EQ((*log)->bytes, ima_log_);
  EXPECT_THAT((*log)->offsets, SizeIs(ParseImaLog(ima_log_)->events.size()));
  EXPECT_EQ((*log)->offsets[0], 0U);
  EXPECT_EQ(*ReadLog(*collector, "log.ima"), *log);  // unchanged: the same
  WriteFile(dir_.File("ima"), longer_ima_log_);
  EXPECT_EQ((*ReadLog(*collector, "log.ima"))->bytes, longer_ima_log_);
  EXPECT_EQ((*log)->bytes, ima_log_);
  EXPECT_EQ(ReadLog(*collector, "tpm").status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(CollectorTest, DetachesALargePart) {
  Bytes large;
  while (large.size() <= 2U << 20) {
    large.insert(large.end(), ima_log_.begin(), ima_log_.end());
  }
  WriteFile(dir_.File("ima"), large);
  const auto collector = MakeCollector(Options());
  const auto evidence = Get(*collector, MakeChallenge());
  ASSERT_TRUE(evidence.ok()) << evidence.status();
  const v1::Part* part = FindPart(*evidence, "log.ima");
  ASSERT_NE(part, nullptr);
  EXPECT_TRUE(part->detached());
  EXPECT_THAT(part->data(), IsEmpty());
  const auto manifest = ParseManifest(AsBytes(evidence->manifest()));
  EXPECT_EQ(manifest->Find("log.ima")->length, large.size());
}

TEST_F(CollectorTest, SaysWhatThePlatformIs) {
  const auto collector = MakeCollector(Options());
  ASSERT_TRUE(Get(*collector, MakeChallenge()).ok());
  ASSERT_TRUE(ReadLog(*collector, "log.ima").ok());
  const v1::Platform platform = collector->GetPlatform();
  ASSERT_THAT(platform.sources(), SizeIs(1));
  EXPECT_TRUE(platform.sources(0).available());
  EXPECT_EQ(platform.sources(0).tpm().manufacturer(), "IBM");
  EXPECT_THAT(platform.sources(0).tpm().banks(), SizeIs(3));
  ASSERT_THAT(platform.logs(), SizeIs(3));
  EXPECT_TRUE(platform.logs(0).available());
  EXPECT_THAT(platform.logs(2).reason(), HasSubstr("no-device"));
  EXPECT_THAT(platform.instance(), SizeIs(32));
  // As each log was when it was last read.
  ASSERT_EQ(std::remove(dir_.File("ima").c_str()), 0);
  EXPECT_FALSE(ReadLog(*collector, "log.ima").ok());
  const v1::Platform later = collector->GetPlatform();
  for (const v1::LogInfo& log : later.logs()) {
    EXPECT_EQ(log.available(), log.label() == "log.tcg2") << log.reason();
  }
}

}  // namespace
}  // namespace evidenced
