#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "evidence/log/event_log.h"
#include "tests/evidence/log/log_builder.h"

namespace evidenced {
namespace {

using ::testing::HasSubstr;

const Bytes kData = {'d', 'a', 't', 'a'};

Bytes TwoBanks() { return SpecId({{kSha1Id, 20}, {kSha256Id, 32}}); }

Bytes SmallLog() {
  return Join({TwoBanks(), Measured(4, kAction, kData, {kSha1Id, kSha256Id}),
               Measured(7, kSeparator, Bytes(4, 0), {kSha1Id, kSha256Id})});
}

std::string Refusal(const Bytes& bytes) {
  const auto log = ParseTcgLog(bytes);
  return log.ok() ? "accepted" : std::string(log.status().message());
}

Bytes Patched(Bytes bytes, size_t offset, const Bytes& patch) {
  std::copy(patch.begin(), patch.end(),
            bytes.begin() + static_cast<std::ptrdiff_t>(offset));
  return bytes;
}

TEST(ParseTcgLog, ReadsEventsBanksAndOffsets) {
  const Bytes bytes = SmallLog();
  const auto log = ParseTcgLog(bytes);
  ASSERT_TRUE(log.ok()) << log.status();
  EXPECT_EQ(log->format, LogFormat::kTcg2);
  ASSERT_EQ(log->events.size(), 3);
  EXPECT_EQ(log->length, bytes.size());
  EXPECT_EQ(log->banks, (std::vector<HashAlgorithm>{HashAlgorithm::kSha1,
                                                    HashAlgorithm::kSha256}));
  EXPECT_FALSE(log->events[0].extends);
  const LogEvent& event = log->events[1];
  EXPECT_EQ(event.offset, TwoBanks().size());
  EXPECT_EQ(event.offset + event.size, log->events[2].offset);
  EXPECT_EQ(event.reg, 4);
  EXPECT_EQ(event.type, kAction);
  EXPECT_TRUE(event.extends);
  EXPECT_TRUE(Equal(event.data, kData));
  ASSERT_NE(event.Find(HashAlgorithm::kSha256), nullptr);
  EXPECT_TRUE(Equal(event.Find(HashAlgorithm::kSha256)->value, Sha256(kData)));
  EXPECT_EQ(event.Find(HashAlgorithm::kSha384), nullptr);
}

TEST(ParseTcgLog, ReadsTheSha1Form) {
  const Bytes digest(20, 7);
  const Bytes bytes = Tcg1Event(2, kAction, digest, kData);
  const auto log = ParseTcgLog(bytes);
  ASSERT_TRUE(log.ok()) << log.status();
  EXPECT_EQ(log->format, LogFormat::kTcg1);
  EXPECT_EQ(log->banks, std::vector<HashAlgorithm>{HashAlgorithm::kSha1});
  EXPECT_TRUE(Equal(log->events[0].Find(HashAlgorithm::kSha1)->value, digest));
}

TEST(ParseTcgLog, EveryTruncationIsRefusedButBetweenEvents) {
  const Bytes bytes = SmallLog();
  const auto whole = ParseTcgLog(bytes);
  ASSERT_TRUE(whole.ok());
  for (size_t size = 0; size < bytes.size(); ++size) {
    const Bytes cut(bytes.begin(),
                    bytes.begin() + static_cast<std::ptrdiff_t>(size));
    const bool between =
        size == whole->events[1].offset || size == whole->events[2].offset;
    EXPECT_EQ(ParseTcgLog(cut).ok(), between) << size;
    const auto growing = ParseGrowingLog(LogFormat::kTcg2, cut);
    ASSERT_EQ(growing.ok(), size >= whole->events[1].offset) << size;
    if (!growing.ok()) continue;
    EXPECT_LE(growing->length, size);
    EXPECT_EQ(growing->length, size < whole->events[2].offset
                                   ? whole->events[1].offset
                                   : whole->events[2].offset);
  }
}

TEST(ParseTcgLog, RefusesEmpty) {
  EXPECT_THAT(Refusal({}), HasSubstr("empty"));
}

TEST(ParseTcgLog, EndsAtPaddingOfOneKind) {
  for (const uint8_t pad : {0x00, 0xff}) {
    const auto log = ParseTcgLog(Join({SmallLog(), Bytes(999, pad)}));
    ASSERT_TRUE(log.ok()) << log.status();
    EXPECT_EQ(log->events.size(), 3);
    EXPECT_EQ(log->length, SmallLog().size());
  }
  EXPECT_NE(Refusal(Join({SmallLog(), Bytes(40, 0xff), Bytes{0}})), "accepted");
  EXPECT_NE(Refusal(Join({SmallLog(), Bytes(40, 0), Bytes{1}})), "accepted");
  EXPECT_THAT(Refusal(Bytes(4096, 0)), HasSubstr("padding"));
}

TEST(ParseTcgLog, RefusesAnEventOfZerosThatIsNoPadding) {
  const Bytes event = Tcg1Event(0, kAction, Bytes(20, 1), kData);
  EXPECT_THAT(Refusal(Join({event, Bytes(32, 0), event})),
              HasSubstr("found zeros"));
}

TEST(ParseTcgLog, BoundsTheNumberOfEvents) {
  const Bytes event = Tcg1Event(1, 0, Bytes(20, 0), {});
  Bytes bytes = Join(std::vector<Bytes>(kMaxBootEvents, event));
  EXPECT_EQ(Refusal(bytes), "accepted");
  bytes.insert(bytes.end(), event.begin(), event.end());
  EXPECT_THAT(Refusal(bytes), HasSubstr("at most 65536 events"));
}

TEST(ParseTcgLog, RefusesLengthsBeyondTheLimitAtOnce) {
  Bytes bytes = SmallLog();
  const auto log = ParseTcgLog(bytes);
  const size_t size_at = log->events[2].offset - kData.size() - 4;
  EXPECT_THAT(Refusal(Patched(bytes, size_at, Bytes(4, 0xff))),
              HasSubstr("at most 1048576 bytes of event data"));
  EXPECT_THAT(Refusal(Patched(bytes, size_at, {0x00, 0x00, 0x10, 0x00})),
              HasSubstr("event 1"));
  // A log that grows may end within an event, but not with such a length.
  EXPECT_FALSE(
      ParseGrowingLog(LogFormat::kTcg2, Patched(bytes, size_at, Bytes(4, 0xff)))
          .ok());
  EXPECT_THAT(Refusal(Bytes(kMaxBootLogSize + 1, 1)), HasSubstr("16777216"));
}

TEST(ParseTcgLog, BoundsTheNumberOfDigests) {
  const Bytes bytes = SmallLog();
  const size_t count_at = TwoBanks().size() + 8;
  EXPECT_THAT(Refusal(Patched(bytes, count_at, {0, 0, 0, 0x80})),
              HasSubstr("1 to 2 digests"));
  EXPECT_THAT(Refusal(Patched(bytes, count_at, {0, 0, 0, 0})),
              HasSubstr("1 to 2 digests"));
  EXPECT_THAT(Refusal(Patched(bytes, count_at, {3, 0, 0, 0})),
              HasSubstr("1 to 2 digests"));
}

TEST(ParseTcgLog, TakesAnEventThatExtendsNothingWithoutDigests) {
  EXPECT_EQ(Refusal(Join({TwoBanks(), Tcg2Event(0, kNoAction, {}, kData)})),
            "accepted");
}

TEST(ParseTcgLog, RefusesAnAlgorithmTwiceOrUnannounced) {
  EXPECT_THAT(Refusal(Join({TwoBanks(), Tcg2Event(1, kAction,
                                                  {{kSha256Id, Bytes(32, 1)},
                                                   {kSha256Id, Bytes(32, 1)}},
                                                  kData)})),
              HasSubstr("twice"));
  EXPECT_THAT(Refusal(Join(
                  {TwoBanks(),
                   Tcg2Event(1, kAction, {{kSha384Id, Bytes(48, 1)}}, kData)})),
              HasSubstr("found 0x000c"));
}

TEST(ParseTcgLog, SkipsDigestsOfAnUnknownAlgorithm) {
  const Bytes bytes =
      Join({SpecId({{kUnknownId, 9}, {kSha256Id, 32}}),
            Tcg2Event(1, kAction,
                      {{kUnknownId, Bytes(9, 1)}, {kSha256Id, Bytes(32, 2)}},
                      kData)});
  const auto log = ParseTcgLog(bytes);
  ASSERT_TRUE(log.ok()) << log.status();
  EXPECT_EQ(log->banks, std::vector<HashAlgorithm>{HashAlgorithm::kSha256});
  EXPECT_EQ(log->events[1].digests.size(), 1);
  EXPECT_TRUE(Equal(log->events[1].data, kData));
}

TEST(ParseTcgLog, RefusesASpecIdThatIsWrong) {
  EXPECT_THAT(Refusal(SpecId({{kSha256Id, 20}})),
              HasSubstr("32 bytes for sha256, found 20"));
  EXPECT_THAT(Refusal(SpecId({{kSha1Id, 20}, {kSha1Id, 20}})),
              HasSubstr("twice"));
  EXPECT_THAT(Refusal(SpecId({{kUnknownId, 0}})), HasSubstr("found 0"));
  EXPECT_THAT(Refusal(SpecId({})), HasSubstr("1 to 8 algorithms"));
  // 2^32 - 1 algorithms: after the header, its size and 24 bytes.
  EXPECT_THAT(Refusal(Patched(TwoBanks(), 32 + 24, Bytes(4, 0xff))),
              HasSubstr("1 to 8 algorithms"));
}

TEST(ParseTcgLog, BoundsTheRegister) {
  const auto with = [](uint32_t reg, uint32_t type) {
    return Refusal(
        Join({SpecId({{kSha256Id, 32}}), Measured(reg, type, kData)}));
  };
  EXPECT_EQ(with(23, kAction), "accepted");
  EXPECT_THAT(with(24, kAction), HasSubstr("PCR of 0 to 23"));
  EXPECT_THAT(with(0xffffffff, kAction), HasSubstr("PCR of 0 to 23"));
  EXPECT_EQ(with(0xffffffff, kNoAction), "accepted");
}

TEST(ParseTcgLog, TakesTheStartupLocality) {
  const Bytes locality =
      Join({ToBytes(AsBytes(absl::string_view("StartupLocality\0", 16))), {3}});
  const auto agile = ParseTcgLog(
      Join({SpecId({{kSha256Id, 32}}),
            Tcg2Event(0, kNoAction, {{kSha256Id, Bytes(32, 0)}}, locality)}));
  ASSERT_TRUE(agile.ok());
  EXPECT_EQ(agile->startup_locality, 3);
  const auto sha1 =
      ParseTcgLog(Tcg1Event(0, kNoAction, Bytes(20, 0), locality));
  ASSERT_TRUE(sha1.ok());
  EXPECT_EQ(sha1->startup_locality, 3);
}

TEST(ParseTcgLogTail, ReadsEventsAloneWithTheHeadsAlgorithms) {
  const Bytes head_bytes = SmallLog();
  const auto head = ParseTcgLog(head_bytes);
  const Bytes bytes = Join({Measured(5, kAction, kData, {kSha1Id, kSha256Id}),
                            Measured(5, kAction, kData, {kSha1Id, kSha256Id})});
  const auto tail = ParseTcgLogTail(*head, bytes);
  ASSERT_TRUE(tail.ok()) << tail.status();
  ASSERT_EQ(tail->events.size(), 2);
  EXPECT_EQ(tail->events[0].offset, 0);
  EXPECT_FALSE(ParseTcgLogTail(*head, Join({bytes, Bytes(64, 0)})).ok());
  EXPECT_FALSE(
      ParseTcgLogTail(*head, Measured(5, kAction, kData, {kSha384Id})).ok());
  for (size_t size = 1; size < tail->events[0].size; ++size) {
    EXPECT_FALSE(ParseTcgLogTail(*head, ByteView(bytes).first(size)).ok());
  }
}

}  // namespace
}  // namespace evidenced
