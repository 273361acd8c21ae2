#include "evidence/raw/log_replay.h"

#include <string>

#include "gtest/gtest.h"

#include "evidence/log/event_types.h"
#include "evidence/log/replay.h"
#include "quote/base/byte_writer.h"
#include "tests/evidence/log/log_builder.h"

namespace evidenced {
namespace {

Bytes BootLog() {
  return Join(
      {SpecId({{kSha256Id, 32}, {kSha1Id, 20}}),
       Measured(7, kDriverConfig, GlobalVariable("SecureBoot", Bytes{1}),
                {kSha256Id, kSha1Id}),
       Measured(7, kSeparator, Bytes(4, 0), {kSha256Id, kSha1Id})});
}

PcrValues RegistersOf(const Bytes& bytes) {
  const auto log = ParseTcgLog(bytes);
  EXPECT_TRUE(log.ok()) << log.status();
  return Replay(*log, log->banks);
}

// Holds what the views of a replay point into.
LogReplay ReplayOf(const Bytes& bytes, const PcrValues& registers) {
  return ReplayLogFile({.bytes = bytes,
                        .form = std::nullopt,
                        .registers = absl::StatusOr<PcrValues>(registers)});
}

TEST(ReplayLogFile, RegistersThatTheLogGivesAreAccepted) {
  const Bytes bytes = BootLog();
  const LogReplay replay = ReplayOf(bytes, RegistersOf(bytes));
  EXPECT_EQ(replay.verdict.outcome(), RawOutcome::kAccept);
  EXPECT_EQ(replay.compared.size(), 2);
  EXPECT_EQ(replay.secure_boot, true);
}

TEST(ReplayLogFile, OneBankThatDiffersIsADigestMismatch) {
  const Bytes bytes = BootLog();
  PcrValues registers = RegistersOf(bytes);
  registers[HashAlgorithm::kSha1][7][0] ^= 1;
  const LogReplay replay = ReplayOf(bytes, registers);
  EXPECT_EQ(replay.verdict.outcome(), RawOutcome::kReject);
  EXPECT_EQ(replay.verdict.error_class(), ErrorClass::kDigestMismatch);
  EXPECT_EQ(replay.secure_boot, std::nullopt);
}

TEST(ReplayLogFile, AnEventWithoutADigestOfTheBankIsNotAccepted) {
  const Bytes digest_of_sha1_alone = Join(
      {BootLog(), Measured(7, kDriverConfig,
                           GlobalVariable("SecureBoot", Bytes{0}), {kSha1Id})});
  const LogReplay replay =
      ReplayOf(digest_of_sha1_alone,
               {{HashAlgorithm::kSha256,
                 RegistersOf(BootLog()).at(HashAlgorithm::kSha256)}});
  EXPECT_EQ(replay.verdict.error_class(), ErrorClass::kDigestMismatch);
}

TEST(ReplayLogFile, RegistersThatTheLogDoesNotExtendAreListed) {
  const Bytes bytes = BootLog();
  PcrValues registers = RegistersOf(bytes);
  registers[HashAlgorithm::kSha256][14] = Bytes(32, 9);
  registers[HashAlgorithm::kSha384][7] = Bytes(48, 9);
  const LogReplay replay = ReplayOf(bytes, registers);
  EXPECT_EQ(replay.verdict.outcome(), RawOutcome::kAccept);
  EXPECT_EQ(replay.others.size(), 2);
}

TEST(ReplayLogFile, RegistersOfWhichNoneIsInTheLogDecideNothing) {
  const Bytes bytes = BootLog();
  const LogReplay replay =
      ReplayOf(bytes, {{HashAlgorithm::kSha256, {{14, Bytes(32, 9)}}}});
  EXPECT_EQ(replay.verdict.outcome(), RawOutcome::kIncomplete);
}

TEST(ReplayLogFile, WithoutRegistersTheSecureBootStateIsNotClaimed) {
  const Bytes bytes = BootLog();
  const LogReplay replay = ReplayLogFile(
      {.bytes = bytes, .form = std::nullopt, .registers = std::nullopt});
  EXPECT_EQ(replay.verdict.outcome(), RawOutcome::kAccept);
  EXPECT_EQ(replay.secure_boot, std::nullopt);
  EXPECT_EQ(replay.boot->secure_boot_variable, true);
}

TEST(ReplayLogFile, ALogOfUnknownAlgorithmsAloneIsUnsupported) {
  const Bytes bytes = SpecId({{kUnknownId, 32}});
  const LogReplay replay = ReplayLogFile(
      {.bytes = bytes, .form = std::nullopt, .registers = std::nullopt});
  EXPECT_EQ(replay.verdict.error_class(), ErrorClass::kUnsupportedAlgorithm);
}

TEST(ReplayLogFile, AFileOfRegistersThatIsNoneRejects) {
  const Bytes bytes = BootLog();
  const LogReplay replay =
      ReplayLogFile({.bytes = bytes,
                     .form = std::nullopt,
                     .registers = absl::StatusOr<PcrValues>(
                         absl::InvalidArgumentError("expected registers"))});
  EXPECT_EQ(replay.verdict.error_class(), ErrorClass::kMalformed);
}

TEST(ReplayLogFile, APrefixOfAnImaListIsEnoughAndItsLengthIsKnown) {
  const Bytes one = ImaNg(10, "/bin/a");
  const Bytes list = Join({one, ImaNg(10, "/bin/b"), ImaNg(10, "/bin/c")});
  const Bytes prefix = Join({one, ImaNg(10, "/bin/b")});
  const auto log = ParseImaLog(prefix);
  ASSERT_TRUE(log.ok());
  const PcrValues registers = {
      {HashAlgorithm::kSha256,
       ReplayIma(*log, HashAlgorithm::kSha256, ImaExtension::kTemplateHash)}};
  const LogReplay replay = ReplayOf(list, registers);
  EXPECT_EQ(replay.verdict.outcome(), RawOutcome::kAccept);
  EXPECT_EQ(replay.compared.at(0).entries, 2);
  // Every list begins with nothing: that shows nothing.
  const LogReplay untouched =
      ReplayOf(list, {{HashAlgorithm::kSha256, {{10, Bytes(32, 0)}}}});
  EXPECT_EQ(untouched.verdict.error_class(), ErrorClass::kDigestMismatch);
}

TEST(ReplayLogFile, AKernelThatPaddedSha1IsRecognised) {
  const Bytes list = Join({ImaNg(10, "/bin/a"), ImaNg(10, "/bin/b")});
  const auto log = ParseImaLog(list);
  ASSERT_TRUE(log.ok());
  const PcrValues registers = {
      {HashAlgorithm::kSha256,
       ReplayIma(*log, HashAlgorithm::kSha256, ImaExtension::kPaddedSha1)}};
  const LogReplay replay = ReplayOf(list, registers);
  EXPECT_EQ(replay.verdict.outcome(), RawOutcome::kAccept);
  EXPECT_EQ(replay.compared.at(0).extension, ImaExtension::kPaddedSha1);
}

TEST(ReplayLogFile, ATemplateDigestOfOtherDataIsADigestMismatch) {
  Bytes list = ImaNg(10, "/bin/a");
  list[4] ^= 1;
  const LogReplay replay = ReplayLogFile(
      {.bytes = list, .form = std::nullopt, .registers = std::nullopt});
  EXPECT_EQ(replay.verdict.error_class(), ErrorClass::kDigestMismatch);
  ASSERT_EQ(replay.ima->mismatches.size(), 1);
}

// An ACPI table for a log area of `length` bytes.
Bytes TableFor(uint64_t length) {
  ByteWriter out;
  out.Put(AsBytes("CCEL")).Le(uint32_t{56}).Put(Bytes(28, 0));
  out.Le(uint32_t{2}).Le(length).Le(uint64_t{0});
  return std::move(out).Take();
}

Bytes CcLog() {
  return Join({SpecId({{kSha256Id, 32}}),
               Measured(1, kSeparator, Bytes(4, 0), {kSha256Id})});
}

TEST(ReplayLogFile, ACcLogEndsWhereItsTableSays) {
  const Bytes log = CcLog();
  const Bytes more = Join({log, Bytes(20, 0x55)});
  const Bytes table = TableFor(log.size());
  LogReplayInput input{.bytes = more, .table = table};
  EXPECT_EQ(ReplayLogFile(input).form, LogFileForm::kCcel);
  EXPECT_EQ(ReplayLogFile(input).verdict.outcome(), RawOutcome::kAccept);
  const Bytes longer = TableFor(more.size() + 1);
  input.table = longer;
  EXPECT_EQ(ReplayLogFile(input).verdict.outcome(), RawOutcome::kReject);
}

TEST(ReplayLogFile, ATableThatIsNoneIsRejected) {
  const Bytes log = CcLog();
  const Bytes table(56, 0);
  const LogReplay replay = ReplayLogFile({.bytes = log, .table = table});
  EXPECT_EQ(replay.verdict.outcome(), RawOutcome::kReject);
  EXPECT_TRUE(replay.log.ok());
}

}  // namespace
}  // namespace evidenced
