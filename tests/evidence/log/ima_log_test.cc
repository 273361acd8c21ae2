#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "evidence/log/event_log.h"
#include "evidence/log/replay.h"
#include "tests/evidence/log/log_builder.h"

namespace evidenced {
namespace {

using ::testing::HasSubstr;

// The template "ima": no length of the data.
Bytes LegacyEntry(ByteView digest, const Bytes& path) {
  ByteWriter out;
  out.Le(uint32_t{10}).Put(digest).Le(uint32_t{3});
  out.Put(AsBytes("ima")).Put(Bytes(20, 0x22));
  out.Le(static_cast<uint32_t>(path.size())).Put(path);
  return std::move(out).Take();
}

std::string Refusal(const Bytes& bytes) {
  const auto log = ParseImaLog(bytes);
  return log.ok() ? "accepted" : std::string(log.status().message());
}

TEST(ParseImaLog, ReadsEntries) {
  const Bytes bytes = Join({ImaNg(10, "/bin/sh"), ImaNg(10, "/bin/ls")});
  const auto log = ParseImaLog(bytes);
  ASSERT_TRUE(log.ok()) << log.status();
  EXPECT_EQ(log->format, LogFormat::kIma);
  EXPECT_EQ(log->length, bytes.size());
  EXPECT_TRUE(log->banks.empty());
  ASSERT_EQ(log->events.size(), 2);
  const LogEvent& event = log->events[1];
  EXPECT_EQ(event.offset, ImaNg(10, "/bin/sh").size());
  EXPECT_EQ(event.size, ImaNg(10, "/bin/ls").size());
  EXPECT_EQ(event.reg, 10);
  EXPECT_EQ(event.template_name, "ima-ng");
  EXPECT_FALSE(event.violation);
  EXPECT_TRUE(TemplateDigestMatches(*log, event));
}

TEST(ParseImaLog, EveryTruncationIsRefusedButBetweenEntries) {
  const Bytes one = ImaNg(10, "/bin/sh");
  const Bytes bytes = Join({one, one});
  for (size_t size = 0; size < bytes.size(); ++size) {
    const Bytes cut(bytes.begin(),
                    bytes.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(ParseImaLog(cut).ok(), size == one.size()) << size;
    const auto growing = ParseGrowingLog(LogFormat::kIma, cut);
    ASSERT_TRUE(growing.ok()) << growing.status();
    EXPECT_EQ(growing->length, size < one.size() ? 0 : one.size()) << size;
  }
}

TEST(ParseImaLog, RefusesLengthsBeyondTheLimitAtOnce) {
  const Bytes whole = ImaNg(10, "/bin/sh");
  for (const size_t length_at : {size_t{24}, size_t{34}}) {
    Bytes bytes = whole;
    std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(length_at), 4,
                0xff);
    EXPECT_THAT(Refusal(bytes), HasSubstr("found 4294967295"));
    EXPECT_FALSE(ParseGrowingLog(LogFormat::kIma, bytes).ok());
  }
}

TEST(ParseImaLog, RefusesWhatIsNoEntry) {
  EXPECT_THAT(Refusal({}), HasSubstr("empty"));
  EXPECT_THAT(Refusal(ImaNg(24, "/bin/sh")), HasSubstr("PCR of 0 to 23"));
  EXPECT_THAT(Refusal(ImaEntry(10, Bytes(20, 1), "", Bytes(1, 1))),
              HasSubstr("printable template name"));
  EXPECT_THAT(Refusal(ImaEntry(10, Bytes(20, 1), "a\x1b[2J", Bytes(1, 1))),
              HasSubstr("\\x1b"));
  EXPECT_NE(Refusal(Join({ImaNg(10, "/bin/sh"), Bytes(64, 0)})), "accepted");
}

TEST(ParseImaLog, AZeroDigestIsAViolation) {
  const Bytes data = Fields({DigestNg(Bytes(32, 0)), NameNg("/var/log/x")});
  const Bytes bytes = ImaEntry(10, Bytes(20, 0), "ima-ng", data);
  const auto log = ParseImaLog(bytes);
  ASSERT_TRUE(log.ok());
  EXPECT_TRUE(log->events[0].violation);
  EXPECT_EQ(ExtendValue(*log, log->events[0], HashAlgorithm::kSha384),
            Bytes(48, 0xff));
}

TEST(ParseImaLog, ExtendsEachBankWithItsHashOfTheTemplateData) {
  const Bytes bytes = ImaNg(10, "/bin/sh");
  const auto log = ParseImaLog(bytes);
  ASSERT_TRUE(log.ok());
  const LogEvent& event = log->events[0];
  EXPECT_EQ(ExtendValue(*log, event, HashAlgorithm::kSha256),
            Sha256(event.data));
  EXPECT_EQ(ExtendValue(*log, event, HashAlgorithm::kSha1),
            ToBytes(event.Find(HashAlgorithm::kSha1)->value));
}

TEST(ParseImaLog, HashesTheLegacyTemplateWithItsPathPadded) {
  const Bytes path = ToBytes(AsBytes("/bin/sh"));
  Bytes padded = path;
  padded.resize(256);
  const Bytes digest = Hash(HashAlgorithm::kSha1, {Bytes(20, 0x22), padded});
  const Bytes bytes = Join({LegacyEntry(digest, path), ImaNg(10, "/bin/ls")});
  const auto log = ParseImaLog(bytes);
  ASSERT_TRUE(log.ok()) << log.status();
  ASSERT_EQ(log->events.size(), 2);
  EXPECT_TRUE(TemplateDigestMatches(*log, log->events[0]));
  EXPECT_EQ(ExtendValue(*log, log->events[0], HashAlgorithm::kSha256),
            Hash(HashAlgorithm::kSha256, {Bytes(20, 0x22), padded}));
}

TEST(ParseImaLog, RefusesALegacyPathThatNoDigestCovers) {
  EXPECT_EQ(Refusal(LegacyEntry(Bytes(20, 1), Bytes(255, 'a'))), "accepted");
  EXPECT_THAT(Refusal(LegacyEntry(Bytes(20, 1), Bytes(256, 'a'))),
              HasSubstr("path of at most 255 bytes"));
}

TEST(TemplateDigestMatches, SaysThatTheDigestIsOfOtherData) {
  Bytes bytes = ImaNg(10, "/bin/sh");
  bytes.back() ^= 1;
  const auto log = ParseImaLog(bytes);
  ASSERT_TRUE(log.ok());
  EXPECT_FALSE(TemplateDigestMatches(*log, log->events[0]));
}

TEST(ParseImaLog, KnowsSm3ByTheTemplateData) {
  const Bytes data = Fields({DigestNg(Bytes(32, 0x11)), NameNg("/bin/sh")});
  const Bytes list = Join(
      {ImaEntry(10, Bytes(32, 0), "ima-ng", data),
       ImaEntry(10, Hash(HashAlgorithm::kSm3_256, {data}), "ima-ng", data)});
  const auto log = ParseImaLog(list);
  ASSERT_TRUE(log.ok()) << log.status();
  EXPECT_EQ(log->events[0].digests[0].algorithm, HashAlgorithm::kSm3_256);
  EXPECT_TRUE(TemplateDigestMatches(*log, log->events[1]));
}

TEST(ParseImaLog, RefusesMoreEntriesThanItsLimit) {
  // The shortest there is: a name of one letter and no data.
  const Bytes entry = ImaEntry(10, Bytes(20, 1), "x", {});
  Bytes bytes;
  bytes.reserve(entry.size() * (kMaxImaEvents + 1));
  for (size_t i = 0; i < kMaxImaEvents; ++i) {
    bytes.insert(bytes.end(), entry.begin(), entry.end());
  }
  EXPECT_TRUE(ParseImaLog(bytes).ok());
  bytes.insert(bytes.end(), entry.begin(), entry.end());
  EXPECT_EQ(ParseImaLog(bytes).status().message(),
            "expected at most 1000000 entries, found more");
}

}  // namespace
}  // namespace evidenced
